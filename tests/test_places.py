"""Places: every name of the code lists in every printed form, and hostile input."""

from __future__ import annotations

import random
import time
from datetime import date

import pytest

from models.code_records import FIRST_YEAR, LAST_YEAR
from models.codelists import municipalities, regions, subregions
from parsers.inflection import make_genitives, make_swedish_genitive
from parsers.place_names import _names, make_key
from parsers.places import resolve_place, split_names

# Genitives as printed, written by hand: what the rule and the lists must give.
SUBREGION_GENITIVES = {
    "011": "Helsingin", "014": "Raaseporin", "015": "Porvoon", "016": "Loviisan", "021": "Åboland-Turunmaan",
    "022": "Salon", "023": "Turun", "024": "Vakka-Suomen", "025": "Loimaan", "041": "Rauman", "043": "Porin",
    "044": "Pohjois-Satakunnan", "051": "Hämeenlinnan", "052": "Riihimäen", "053": "Forssan",
    "061": "Luoteis-Pirkanmaan", "063": "Etelä-Pirkanmaan", "064": "Tampereen", "068": "Lounais-Pirkanmaan",
    "069": "Ylä-Pirkanmaan", "071": "Lahden", "081": "Kouvolan", "082": "Kotkan-Haminan", "091": "Lappeenrannan",
    "093": "Imatran", "101": "Mikkelin", "103": "Savonlinnan", "105": "Pieksämäen", "111": "Ylä-Savon",
    "112": "Kuopion", "113": "Koillis-Savon", "114": "Varkauden", "115": "Sisä-Savon", "122": "Joensuun",
    "124": "Keski-Karjalan", "125": "Pielisen Karjalan", "131": "Jyväskylän", "132": "Joutsan", "133": "Keuruun",
    "134": "Jämsän", "135": "Äänekosken", "138": "Saarijärven-Viitasaaren", "141": "Suupohjan", "142": "Seinäjoen",
    "144": "Kuusiokuntien", "146": "Järviseudun", "151": "Kyrönmaan", "152": "Vaasan",
    "153": "Suupohjan rannikkoseudun", "154": "Pietarsaaren", "161": "Kaustisen", "162": "Kokkolan", "171": "Oulun",
    "173": "Oulunkaaren", "174": "Raahen", "175": "Haapaveden-Siikalatvan", "176": "Nivalan-Haapajärven",
    "177": "Ylivieskan", "178": "Koillismaan", "181": "Kehys-Kainuun", "182": "Kajaanin", "191": "Rovaniemen",
    "192": "Kemin-Tornion", "193": "Torniolaakson", "194": "Itä-Lapin", "196": "Tunturi-Lapin", "197": "Pohjois-Lapin",
    "211": "Maarianhaminan", "212": "Ahvenanmaan maaseudun", "213": "Ahvenanmaan saariston",
}  # fmt: skip
REGION_GENITIVES = {
    "01": "Uudenmaan", "02": "Varsinais-Suomen", "04": "Satakunnan", "05": "Kanta-Hämeen", "06": "Pirkanmaan",
    "07": "Päijät-Hämeen", "08": "Kymenlaakson", "09": "Etelä-Karjalan", "10": "Etelä-Savon", "11": "Pohjois-Savon",
    "12": "Pohjois-Karjalan", "13": "Keski-Suomen", "14": "Etelä-Pohjanmaan", "15": "Pohjanmaan",
    "16": "Keski-Pohjanmaan", "17": "Pohjois-Pohjanmaan", "18": "Kainuun", "19": "Lapin", "21": "Ahvenanmaan",
}  # fmt: skip
MUNICIPALITY_GENITIVES = {
    "Alavus": "Alavuden", "Hanko": "Hangon", "Harjavalta": "Harjavallan", "Huittinen": "Huittisten", "Ii": "Iin",
    "Isokyrö": "Isonkyrön", "Kannus": "Kannuksen", "Kirkkonummi": "Kirkkonummen", "Kitee": "Kiteen",
    "Koski Tl": "Kosken Tl", "Kruunupyy": "Kruunupyyn", "Lieto": "Liedon", "Liminka": "Limingan", "Loppi": "Lopin",
    "Luoto": "Luodon", "Maaninka": "Maaningan", "Muhos": "Muhoksen", "Muurame": "Muuramen", "Nurmes": "Nurmeksen",
    "Outokumpu": "Outokummun", "Parainen": "Paraisten", "Pihtipudas": "Pihtiputaan", "Pomarkku": "Pomarkun",
    "Punkalaidun": "Punkalaitumen", "Pyhäntä": "Pyhännän", "Raahe": "Raahen", "Salo": "Salon", "Sund": "Sundin",
    "Tampere": "Tampereen", "Turku": "Turun", "Uusikaarlepyy": "Uudenkaarlepyyn", "Uusikaupunki": "Uudenkaupungin",
    "Vesanto": "Vesannon", "Vihti": "Vihdin", "Virrat": "Virtain", "Mänttä-Vilppula": "Mäntän-Vilppulan",
}  # fmt: skip


def in_year(level: str, name: str, year: int = 2016):
    return resolve_place(level, name, date(year, 1, 1), date(year, 12, 31))


def print_variants(name: str) -> list[str]:
    """One name as archives print it: dashes, folds, case."""
    dashes = ("\u2010", "\u2011", "\u2013", "\u2014", " - ", " \u2013 ", "- ", " -", "-\n", " \u2013\n")
    variants = [name, name.upper(), name.lower(), f" {name} ", name.replace(" ", "\n")]
    return variants + [name.replace("-", dash) for dash in dashes]


def test_hand_written_genitives_cover_the_lists():
    assert set(SUBREGION_GENITIVES) == set(subregions())
    assert set(REGION_GENITIVES) == set(regions())


@pytest.mark.parametrize("code", sorted(SUBREGION_GENITIVES))
def test_subregion_in_every_form(code: str):
    place = subregions()[code]
    genitive = SUBREGION_GENITIVES[code]
    forms = [place.name_fi, place.name_sv, genitive, make_swedish_genitive(place.name_sv), *place.other_names]
    forms += [f"{form} {word}" for form in (place.name_fi, genitive) for word in ("seutukunta", "seutu", "seudun")]
    forms += [f"{genitive} seutukunnan", f"{place.name_sv} ekonomiska region"]
    if (whole := make_genitives(place.name_fi)[0]) and "-" in place.name_fi:
        forms += [whole, f"{whole} seutukunta"]
    for form in forms:
        for variant in print_variants(form):
            found = in_year("subregion", variant)
            assert found.code == code, variant
            assert found.official_name == place.name_fi
            assert found.match == ("historical" if place.last_year else found.match)
            assert found.match in ("exact", "inflected", "historical"), variant
            assert found.areas == ((code, place.region),)
    expected = "historical" if place.last_year else "exact"
    assert in_year("subregion", place.name_fi).match == expected
    assert in_year("subregion", place.name_sv).match == expected


@pytest.mark.parametrize("code", sorted(REGION_GENITIVES))
def test_region_in_every_form(code: str):
    place = regions()[code]
    forms = [place.name_fi, place.name_sv, REGION_GENITIVES[code], *place.other_names, *place.former_names]
    forms += [f"{REGION_GENITIVES[code]} maakunta", f"{make_swedish_genitive(place.name_sv)} landskap"]
    for form in forms:
        for variant in print_variants(form):
            assert in_year("region", variant).code == code, variant
    assert in_year("region", place.name_fi).match == "exact"
    assert in_year("region", REGION_GENITIVES[code]).match == "inflected"


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_every_municipality_name_in_its_years(year: int):
    for code, place in municipalities().items():
        if not place.first_year <= year <= (place.last_year or LAST_YEAR):
            continue
        for form in (place.name_fi, place.name_sv, *place.other_names):
            found = in_year("municipality", form, year)
            assert (found.code, found.current_code) == (code, place.current_code), form
            assert found.official_name == place.name_fi
            assert found.match == ("historical" if place.last_year else "exact")
            assert found.areas[0] == next(
                (member.subregion, member.region)
                for member in place.memberships
                if member.first_year <= year <= member.last_year
            )


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_every_municipality_inflected_in_its_years(year: int):
    for code, place in municipalities().items():
        if not place.first_year <= year <= (place.last_year or LAST_YEAR):
            continue
        finnish = {place.genitive, *make_genitives(place.name_fi)} - {""}
        forms = [*finnish, *(f"{form} kaupungin" for form in finnish), make_swedish_genitive(place.name_sv)]
        for form in (place.name_fi, *forms, f"{place.name_sv} kommun"):
            for printed in (form, form.replace("-", "\u2013"), form.upper()):
                found = in_year("municipality", printed, year)
                assert (found.code, found.current_code) == (code, place.current_code), printed


@pytest.mark.parametrize("year", range(FIRST_YEAR, LAST_YEAR + 1))
def test_every_subregion_in_its_years(year: int):
    for code, place in subregions().items():
        if not place.first_year <= year <= (place.last_year or LAST_YEAR):
            continue
        genitive = SUBREGION_GENITIVES[code]
        forms = (place.name_fi, genitive, place.name_sv, make_swedish_genitive(place.name_sv))
        for form in (*forms, f"{genitive} seutukunta", f"{genitive} seutukunnan", f"{place.name_sv} ekonomiska region"):
            for printed in (form, form.replace("-", "\u2013"), form.upper()):
                assert in_year("subregion", printed, year).code == code, printed


@pytest.mark.parametrize("name", sorted(place.name_fi for place in municipalities().values()))
def test_municipality_with_its_word(name: str):
    place = next(place for place in municipalities().values() if place.name_fi == name)
    genitives = {place.genitive, *make_genitives(name)} - {""}
    if name in MUNICIPALITY_GENITIVES:
        assert in_year("municipality", MUNICIPALITY_GENITIVES[name], 2014).code == place.code
    for genitive in genitives:
        for form in (genitive, f"{genitive} kaupunki", f"{genitive} kunta", f"{genitive} kunnan"):
            found = in_year("municipality", form, 2014)
            assert found.code == place.code, form
    for form in (f"{place.name_sv} stad", f"{make_swedish_genitive(place.name_sv)} kommun"):
        assert in_year("municipality", form, 2014).code == place.code, form


@pytest.mark.parametrize("code", sorted(code for code, place in municipalities().items() if place.last_year))
def test_every_merger_by_year(code: str):
    place = municipalities()[code]
    assert place.last_year is not None
    for form in (place.name_fi, place.genitive or make_genitives(place.name_fi)[0]):
        for year in range(FIRST_YEAR - 3, LAST_YEAR + 3):
            found = in_year("municipality", form, year)
            assert found.code == (code if year <= place.last_year else place.successor)
            assert (found.match, found.current_code) == ("historical", place.current_code)
        across = resolve_place("municipality", form, date(place.last_year, 5, 1), date(place.last_year + 2, 4, 30))
        assert across.code == code
        assert resolve_place("municipality", form, None, None).code == code
        assert resolve_place("municipality", form, date(LAST_YEAR, 1, 1), None).code == place.successor
        assert resolve_place("municipality", form, None, date(2010, 1, 1)).code == code


@pytest.mark.parametrize(
    ("name", "code"),
    [(name, code) for code, place in municipalities().items() for name in place.former_names],
)
def test_names_of_before_the_lists(name: str, code: str):
    found = in_year("municipality", name)
    assert (found.code, found.match) == (code, "historical")
    assert found.current_code == municipalities()[code].current_code


def test_no_form_of_a_level_is_ambiguous_or_hides_another_place():
    for level in ("region", "subregion", "municipality"):
        assert {key for key, known in _names(level).items() if not known.code} == set()


def test_listed_genitives_are_needed():
    for level in (regions(), subregions(), municipalities()):
        for place in level.values():
            assert place.genitive not in make_genitives(place.name_fi), place.name_fi


CASES = [
    # level, printed, year, code, match
    ("subregion", "Kotkan-Haminan", 2016, "082", "inflected"),
    ("subregion", "Kotkan\u2013Haminan seutukunta", 2016, "082", "inflected"),
    ("subregion", "Kotka-Haminan seutukunta", 2016, "082", "inflected"),
    ("subregion", "Järvi-\nseudun", 2016, "146", "inflected"),
    ("subregion", "Pielisen-Karjalan", 2016, "125", "inflected"),
    ("subregion", "Åboregionen", 2016, "023", "inflected"),
    ("subregion", "Kyrönmaan", 2022, "151", "historical"),
    ("subregion", "Suupohjan", 2016, "141", "inflected"),
    ("region", "Ahvenanmaa - Åland", 2016, "21", "exact"),
    ("region", "Åland", 2016, "21", "exact"),
    ("region", "Itä-Uusimaa", 2016, "01", "historical"),
    ("region", "Österbotten", 2016, "15", "exact"),
    ("region", "landskapet Nyland", 2016, "01", "exact"),
    ("municipality", "Pedersöre", 2016, "599", "exact"),
    ("municipality", "Pedersören kunta", 2016, "599", "exact"),
    ("municipality", "Pedersören", 2016, "599", "inflected"),
    ("municipality", "Pietarsaari", 2016, "598", "exact"),
    ("municipality", "Koski Tl", 2016, "284", "exact"),
    ("municipality", "Koski (Tl)", 2016, "284", "exact"),
    ("municipality", "Koski", 2016, "284", "exact"),
    ("municipality", "Maarianhamina - Mariehamn", 2016, "478", "exact"),
    ("municipality", "Mariehamns stad", 2016, "478", "inflected"),
    ("municipality", "S:t Michel", 2016, "491", "exact"),
    ("municipality", "Sankt Michel", 2016, "491", "exact"),
    ("municipality", "Raasepori (Raseborg)", 2016, "710", "exact"),
    ("municipality", "Vaasa / Vasa", 2016, "905", "exact"),
    ("municipality", "Kemin maalaiskunta", 2016, "241", "historical"),
    ("municipality", "Karttula", 2016, "297", "historical"),
    ("municipality", "A\u0308a\u0308nekoski", 2016, "992", "exact"),
    ("municipality", "Jyvaskyla", 2016, "179", "fuzzy"),
    ("municipality", "Kangasiemi", 2016, "213", "fuzzy"),
    ("municipality", "Lapeenranta", 2016, "405", "fuzzy"),
    ("region", "Kymenlaasko", 2016, "08", "fuzzy"),
    ("subregion", "Kotkan-Hamnian", 2016, "082", "fuzzy"),
    ("municipality", "Kotka-Hamina", 2016, None, "unmatched"),
    ("municipality", "Kouvola (Iitti)", 2016, None, "unmatched"),
    ("municipality", "Kotka / Hamina", 2016, None, "unmatched"),
    ("municipality", "Kouvola (Esimerkkilä)", 2016, None, "unmatched"),
    ("municipality", "Karsttula", 2016, None, "unmatched"),  # Karstula or Karttula
    ("municipality", "Jemi", 2016, None, "unmatched"),
    ("municipality", "Helsingin maalaiskunta", 2016, None, "unmatched"),
    ("municipality", "Lappi", 2016, None, "unmatched"),
    ("municipality", "Etelä-Savo", 2016, None, "unmatched"),
    ("subregion", "Etelä-Savo", 2016, None, "unmatched"),
    ("region", "Koko Suomi", 2016, None, "unmatched"),
    ("region", "Savo", 2016, None, "unmatched"),
]


@pytest.mark.parametrize(("level", "name", "year", "code", "match"), CASES)
def test_printed_name(level: str, name: str, year: int, code: str | None, match: str):
    found = in_year(level, name, year)
    assert (found.code, found.match) == (code, match)
    assert found.name == name
    assert (found.official_name is None) == (code is None)
    if level == "municipality":
        assert (found.current_code is None) == (code is None)


def test_moved_municipality_lists_its_areas_in_the_projects_order():
    first = resolve_place("municipality", "Heinävesi", date(2019, 1, 1), date(2020, 12, 31)).areas
    assert first == (("103", "10"), ("122", "12"))
    assert resolve_place("municipality", "Heinävesi", date(2021, 1, 1), None).areas == (("122", "12"), ("103", "10"))
    assert resolve_place("municipality", "Heinävesi", None, None).areas == (("103", "10"), ("122", "12"))


def test_dates_the_wrong_way_round_are_read_as_a_span():
    found = resolve_place("municipality", "Luvia", date(2019, 1, 1), date(2015, 1, 1))
    assert found.code == "442"


def edit_once(name: str, dice: random.Random) -> str:
    place = dice.randrange(len(name))
    letter = dice.choice("aeiouyäöåbdfghjklmnprstv-")
    return dice.choice(
        [
            name[:place] + name[place + 1 :],
            name[:place] + letter + name[place:],
            name[:place] + letter + name[place + 1 :],
            name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :],
        ]
    )


@pytest.mark.parametrize("level", ["region", "subregion", "municipality"])
def test_one_edit_never_gives_another_place(level: str):
    dice = random.Random(20405)
    known = _names(level)
    keys = sorted(known)
    right = 0
    for _ in range(3000):
        key = dice.choice(keys)
        printed = edit_once(key, dice)
        found = in_year(level, printed, 2014)
        if make_key(printed) in known:
            continue  # the edit made another name of the list, or none: then that is what stands there
        assert found.code in (None, known[key].code), (key, printed)
        right += found.code is not None
    assert right > 1000


SPLITS = [
    ("Kotka, Hamina", ["Kotka", "Hamina"]),
    ("  Kotka ,Hamina ;  Pyhtää ", ["Kotka", "Hamina", "Pyhtää"]),
    ("Kotkan-\nHaminan, Lahden", ["Kotkan-\nHaminan", "Lahden"]),
    ("Pohjois-\nPohjanmaa,\nKainuu", ["Pohjois-\nPohjanmaa", "Kainuu"]),
    ("Pielisen\nKarjalan, Joensuun", ["Pielisen\nKarjalan", "Joensuun"]),
    ("Kotka\nPyhtää\nKoski\nTl", ["Kotka", "Pyhtää", "Koski\nTl"]),
    ("- Kotka\n- Hamina", ["Kotka", "Hamina"]),
    ("- Kotka", ["Kotka"]),
    ("Kouvola (Elimäki, Iitti), Kotka", ["Kouvola (Elimäki, Iitti)", "Kotka"]),
    ("Kouvola (Elimäki, Kotka", ["Kouvola (Elimäki", "Kotka"]),
    ("Esimerkki\nkylä, Kotka", ["Esimerkki\nkylä", "Kotka"]),
    ("Kotka ja Hamina sekä Pyhtää, Kouvola", ["Kotka", "Hamina", "Pyhtää", "Kouvola"]),
    ("Kotka ja Esimerkkilä", ["Kotka ja Esimerkkilä"]),
    ("Borgå och Lovisa", ["Borgå", "Lovisa"]),
    ("Kotka", ["Kotka"]),
    ("", []),
    (" ,\n, ;", []),
]


@pytest.mark.parametrize(("raw", "names"), SPLITS)
def test_split_names(raw: str, names: list[str]):
    assert [raw[start:end] for start, end in split_names(raw)] == names


def test_split_names_of_one_level():
    raw = "Kotka\nHamina"
    assert [raw[start:end] for start, end in split_names(raw, "subregion")] == [raw]
    assert [raw[start:end] for start, end in split_names(raw, "municipality")] == ["Kotka", "Hamina"]


HOSTILE = [
    "",
    " ",
    "\n",
    "-",
    "()",
    "/",
    ":.'",
    "a" * 100_000,
    "ä" * 100_000,
    "- " * 50_000,
    "(" * 100_000,
    "Kotka\n" * 20_000,
    "Kotka," * 20_000,
    "Kotka-" * 20_000,
    "\x00Kotka",
    "\ud800",
    "\ufffd\ufffd",
    "🏙" * 50,
    "İ" * 100,
    "ﬁ ß",
    "Κότκα",
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_names_end_soon_and_stay_unmatched(raw: str):
    start = time.process_time()
    for level in ("region", "subregion", "municipality"):
        spans = split_names(raw, level)
        assert all(raw[a:b] == raw[a:b].strip() != "" for a, b in spans)
        assert spans == sorted(spans)
        for a, b in spans[:50]:
            found = in_year(level, raw[a:b])
            assert found.code in (None, "285")
        assert in_year(level, raw).code in (None, "285")
    assert time.process_time() - start < 3


def test_unknown_level_is_an_error():
    with pytest.raises(ValueError, match="no such level"):
        resolve_place("county", "Kotka", None, None)
