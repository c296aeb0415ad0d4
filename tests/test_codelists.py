"""The code lists: complete, consistent, and loud when broken."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from models import codelists
from models.code_loading import load_code_lists
from models.code_records import FIRST_YEAR, LAST_YEAR
from models.code_tables import CodeListError

# Every merger of 2014-2025 by name: the year it took effect, what merged, into what.
MERGERS = [
    (2015, "Lavia", "Pori"),
    (2015, "Maaninka", "Kuopio"),
    (2015, "Tarvasjoki", "Lieto"),
    (2016, "Hämeenkoski", "Hollola"),
    (2016, "Jalasjärvi", "Kurikka"),
    (2016, "Köyliö", "Säkylä"),
    (2016, "Nastola", "Lahti"),
    (2017, "Juankoski", "Kuopio"),
    (2017, "Luvia", "Eurajoki"),
    (2020, "Valtimo", "Nurmes"),
    (2021, "Honkajoki", "Kankaanpää"),
    (2025, "Pertunmaa", "Mäntyharju"),
]
# The year of the move, who moved, from which region to which.
MOVES = [
    (2016, "Vaala", "Kainuu", "Pohjois-Pohjanmaa"),
    (2021, "Heinävesi", "Etelä-Savo", "Pohjois-Karjala"),
    (2021, "Iitti", "Kymenlaakso", "Päijät-Häme"),
    (2021, "Isokyrö", "Pohjanmaa", "Etelä-Pohjanmaa"),
    (2021, "Joroinen", "Etelä-Savo", "Pohjois-Savo"),
    (2021, "Kuhmoinen", "Keski-Suomi", "Pirkanmaa"),
    (2021, "Laihia", "Pohjanmaa", "Pohjanmaa"),
]
# Number of municipalities in a year, as Statistics Finland counts them.
COUNTS = {2013: 320, 2014: 320, 2015: 317, 2016: 313, 2017: 311, 2019: 311, 2020: 310, 2021: 309, 2024: 309, 2025: 308}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the lists that a test may break."""
    for entry in files("models.codes").iterdir():
        if entry.name.endswith(".csv"):
            (tmp_path / entry.name).write_bytes(entry.read_bytes())
    return tmp_path


def code_of(name: str) -> str:
    return next(code for code, place in codelists.municipalities().items() if place.name_fi == name)


def test_lists_are_complete():
    assert len(codelists.regions()) == 19
    assert len(codelists.subregions()) == 70
    assert len(codelists.municipalities()) == 320
    assert sorted(codelists.axes()) == list("123456789")
    assert {objective.axis for objective in codelists.objectives().values()} <= {None, *codelists.axes()}
    assert "Kansalaisjärjestö" in codelists.organisation_types()


@pytest.mark.parametrize("year", sorted(COUNTS))
def test_count_of_municipalities_by_year(year: int):
    valid = [
        place
        for place in codelists.municipalities().values()
        if place.first_year <= year <= (place.last_year or LAST_YEAR)
    ]
    assert len(valid) == COUNTS[year]


def test_mergers_are_exactly_the_known_ones():
    places = codelists.municipalities()
    found = {
        (place.last_year + 1, place.name_fi, places[place.successor].name_fi)
        for place in places.values()
        if place.last_year and place.successor
    }
    assert found == set(MERGERS)
    assert all(places[place.current_code].last_year is None for place in places.values())


def test_moves_are_exactly_the_known_ones():
    regions = codelists.regions()
    found = {
        (after.first_year, place.name_fi, regions[before.region].name_fi, regions[after.region].name_fi)
        for place in codelists.municipalities().values()
        for before, after in zip(place.memberships, place.memberships[1:], strict=False)
    }
    assert found == set(MOVES)


def test_memberships_cover_every_year_once():
    for place in codelists.municipalities().values():
        years = [year for member in place.memberships for year in range(member.first_year, member.last_year + 1)]
        assert years == list(range(place.first_year, (place.last_year or LAST_YEAR) + 1))
        for member in place.memberships:
            assert codelists.subregions()[member.subregion].region == member.region == _region_of(member.subregion)


def _region_of(subregion: str) -> str:
    # Statistics Finland's subregion codes begin with their region's.
    return subregion[:2]


def test_nuts_codes_follow_the_edition_not_the_day():
    places = codelists.municipalities()
    assert (places[code_of("Iitti")].nuts3_2016, places[code_of("Iitti")].nuts3_2024) == ("FI1C4", "FI1C6")
    assert (places[code_of("Vaala")].nuts3_2016, places[code_of("Vaala")].nuts3_2024) == ("FI1D9", "FI1D9")
    assert (places[code_of("Luvia")].nuts3_2016, places[code_of("Luvia")].nuts3_2024) == ("FI196", None)


def test_no_name_of_a_level_means_two_places():
    for level in (codelists.regions(), codelists.subregions(), codelists.municipalities()):
        owners: dict[str, str] = {}
        for code, place in level.items():
            for name in {place.name_fi, place.name_sv, *place.other_names, *getattr(place, "former_names", ())}:
                assert owners.setdefault(name.casefold(), code) == code, name


def test_authorities_know_their_change_of_name():
    tekes = codelists.authorities()["innovation-funding"]
    assert [(name.name, name.last_year) for name in tekes.names] == [
        ("Tekes", 2017),
        ("Innovaatiorahoituskeskus Business Finland", None),
    ]
    assert len(codelists.authorities()["ely-hame"].names) == 1


def test_objectives_agree_with_their_axis():
    axes = codelists.axes()
    for objective in codelists.objectives().values():
        assert objective.axis is None or axes[objective.axis].fund == objective.fund
    assert codelists.objectives()["10.1"].axis == "5"
    assert codelists.objectives()["3.1"].axis == "1"
    assert codelists.objectives()["3.2"].axis == "2"


def test_lists_are_loaded_once():
    assert codelists.code_lists() is codelists.code_lists()
    assert (FIRST_YEAR, LAST_YEAR) == (2013, 2025)


BROKEN = [
    ("regions.csv", "08,Kymenlaakso", "07,Kymenlaakso", "'07' stands twice"),
    ("regions.csv", "08,Kymenlaakso", "8,Kymenlaakso", "not of the shape of '08'"),
    ("regions.csv", "code,name_fi", "code,nimi", "the header is"),
    ("regions.csv", "FI1C4", "1C4", "nuts3_2016 '1C4'"),
    (
        "subregions.csv",
        "082,Kotka-Hamina,Kotka-Fredrikshamn,08",
        "082,Kotka-Hamina,Kotka-Fredrikshamn,88",
        "regions.csv",
    ),
    ("subregions.csv", "082,Kotka-Hamina,", "082,,", "name_fi is empty"),
    ("subregions.csv", "Kotka-Hamina,", "Kotka-Hamina ,", "stray white space"),
    ("subregions.csv", "082,Kotka-Hamina", '082,"Kotka-Hamina', "Mend the quotes"),
    ("subregions.csv", ",2013,2020", ",2013,2010", "years 2013 to 2010"),
    ("subregions.csv", ",2013,2020", ",2013,20", "not a year"),
    ("subregions.csv", ",2013,2020", ",2013,2018", "outside that one's years"),
    (
        "municipalities.csv",
        "2013,2014,297",
        "2013,2014,",
        "belong",
    ),
    ("municipalities.csv", "2013,2014,297", "2013,2014,476", "does not follow in time"),
    ("municipalities.csv", "2013,2014,297", "2013,2014,999", "not in municipalities.csv"),
    ("municipalities.csv", "Koski|Koski Åbo l", "Koski||Koski Åbo l", "empty or repeated part"),
    ("municipalities.csv", "Koski|Koski Åbo l", "Koski,Koski Åbo l", "11 cells for 10 columns"),
    ("municipality_moves.csv", "785,Vaala,2015", "785,Vaala,", "last_year is empty"),
    ("municipality_moves.csv", "785,Vaala,2015", "785,Vaalo,2015", "is 'Vaala' in"),
    ("municipality_moves.csv", "785,Vaala,2015", "785,Vaala,2012", "lies outside its years"),
    ("axes.csv", "5,2014-2020,ESR", "5,2014-2020,ESF", "not one of EAKR, ESR"),
    ("objectives.csv", "10.1,2014-2020,ESR,5", "10.1,2014-2020,ESR,2", "axis 2 is not of fund ESR"),
    ("objectives.csv", "10.1,2014-2020,ESR,5", "10,2014-2020,ESR,5", "not of the shape"),
    ("authorities.csv", "Tekes,,2017", "Tekes,,2019", "overlap in time"),
    ("authorities.csv", ",Väylävirasto,", ",Tekes,", "stands twice"),
    ("organisation_types.csv", "Kunta,yes", "Kunta,maybe", "not one of yes, no"),
]


@pytest.mark.parametrize(("file", "old", "new", "message"), BROKEN)
def test_broken_list_says_where_and_what_to_do(folder: Path, file: str, old: str, new: str, message: str):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CodeListError) as raised:
        load_code_lists(folder)
    assert message in str(raised.value)
    assert str(raised.value).startswith("models/codes/")
    assert ".csv:" in str(raised.value)


def test_missing_or_unreadable_file_is_named(folder: Path):
    (folder / "axes.csv").write_bytes(b"code,\xff\n")
    with pytest.raises(CodeListError, match=r"axes\.csv: not UTF-8"):
        load_code_lists(folder)
    (folder / "axes.csv").unlink()
    with pytest.raises(CodeListError, match=r"axes\.csv: the file is missing"):
        load_code_lists(folder)


def test_copy_of_the_lists_loads(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    copy = tmp_path_factory.mktemp("codes")
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    assert load_code_lists(copy) == codelists.code_lists()
