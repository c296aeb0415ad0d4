"""Shares by area: every euro once, whatever is named."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

import pytest

from models.codelists import municipalities, regions, subregions
from parsers.allocations import METHODS, allocate
from parsers.places import Place, resolve_place

CASES = {
    "municipalities carried up": (
        {"region": ["Kymenlaakso"], "subregion": ["Kotkan-Haminan"], "municipality": ["Kotka", "Hamina"]},
        "municipalities",
        {"region 08": 1, "subregion 082": 1, "municipality 285": 0.5, "municipality 075": 0.5},
    ),
    "two regions, uneven": (
        {"region": ["Kymenlaakso", "Uusimaa"], "municipality": ["Kotka", "Hamina", "Kouvola", "Loviisa"]},
        "municipalities",
        {
            "region 08": 0.75,
            "region 01": 0.25,
            "subregion 082": 0.5,
            "subregion 081": 0.25,
            "subregion 016": 0.25,
            "municipality 285": 0.25,
            "municipality 075": 0.25,
            "municipality 286": 0.25,
            "municipality 434": 0.25,
        },
    ),
    "only regions": (
        {"region": ["Lappi", "Kainuu", "Pohjois-Pohjanmaa"], "subregion": [], "municipality": []},
        "regions",
        {"region 17": 1 / 3, "region 18": 1 / 3, "region 19": 1 / 3},
    ),
    "only subregions": (
        {"subregion": ["Kotkan-Haminan", "Kouvolan", "Lahden"]},
        "subregions",
        {
            "region 07": 1 / 3,
            "region 08": 2 / 3,
            "subregion 071": 1 / 3,
            "subregion 081": 1 / 3,
            "subregion 082": 1 / 3,
        },
    ),
    "subregion named besides the municipalities": (
        {"region": ["Kymenlaakso"], "subregion": ["Kotkan-Haminan", "Kouvolan"], "municipality": ["Kotka"]},
        "municipalities_partial",
        {"region 08": 1, "subregion 082": 1, "municipality 285": 1},
    ),
    "region named besides the subregions": (
        {"region": ["Kymenlaakso", "Lappi"], "subregion": ["Kouvolan"]},
        "subregions_partial",
        {"region 08": 1, "subregion 081": 1},
    ),
    "a municipality nobody knows": (
        {"municipality": ["Kotka", "Esimerkkilä", "Hamina"]},
        "municipalities_partial",
        {"region 08": 1, "subregion 082": 1, "municipality 285": 0.5, "municipality 075": 0.5},
    ),
    "all municipalities unknown": (
        {"region": ["Kymenlaakso"], "subregion": ["Kouvolan"], "municipality": ["Esimerkkilä"]},
        "subregions_partial",
        {"region 08": 1, "subregion 081": 1},
    ),
    "an unknown region": ({"region": ["Kymenlaakso", "Koko maa"]}, "regions_partial", {"region 08": 1}),
    "the same place twice": (
        {"municipality": ["Kotka", "Kotka", "Kotkan kaupunki", "Hamina"]},
        "municipalities",
        {"region 08": 1, "subregion 082": 1, "municipality 285": 0.5, "municipality 075": 0.5},
    ),
    "two names of one code after a merger": (
        {"municipality": ["Maaninka", "Kuopio", "Joensuu"]},
        "municipalities",
        {
            "region 11": 0.5,
            "region 12": 0.5,
            "subregion 112": 0.5,
            "subregion 122": 0.5,
            "municipality 297": 0.5,
            "municipality 167": 0.5,
        },
    ),
    "moved while the project ran, old region named": (
        {"region": ["Etelä-Savo"], "municipality": ["Heinävesi"]},
        "municipalities",
        {"region 10": 1, "subregion 103": 1, "municipality 090": 1},
    ),
    "moved while the project ran, new region named": (
        {"region": ["Pohjois-Karjala"], "municipality": ["Heinävesi"]},
        "municipalities",
        {"region 12": 1, "subregion 122": 1, "municipality 090": 1},
    ),
    "moved while the project ran, new subregion named": (
        {"subregion": ["Lahden"], "municipality": ["Iitti"]},
        "municipalities",
        {"region 07": 1, "subregion 071": 1, "municipality 142": 1},
    ),
    "moved while the project ran, nothing else named": (
        {"municipality": ["Iitti"]},
        "municipalities",
        {"region 08": 1, "subregion 081": 1, "municipality 142": 1},
    ),
    "nothing named": ({"region": [], "subregion": [], "municipality": []}, "", {}),
    "no level at all": ({}, "", {}),
    "nothing known": ({"region": ["Koko maa"], "municipality": ["Esimerkkilä"]}, "", {}),
}


def resolve(named: dict[str, list[str]]) -> dict[str, list[Place]]:
    return {
        level: [resolve_place(level, name, date(2018, 5, 1), date(2022, 4, 30)) for name in names]
        for level, names in named.items()
    }


@pytest.mark.parametrize("case", CASES)
def test_shares(case: str):
    named, method, shares = CASES[case]
    found = allocate(resolve(named))
    assert {f"{share.level} {share.code}": share.share for share in found} == pytest.approx(shares)
    assert {share.method for share in found} == ({method} if shares else set())


def test_every_method_is_documented_and_reached():
    assert {method for _, method, _ in CASES.values() if method} == set(METHODS)
    assert all(text.endswith(".") for text in METHODS.values())


@pytest.mark.parametrize("seed", range(200))
def test_shares_of_a_level_add_up_to_one(seed: int):
    dice = random.Random(seed)
    lists = {"region": regions(), "subregion": subregions(), "municipality": municipalities()}
    named = {
        level: [
            dice.choice([place.name_fi, place.name_sv, "Esimerkkilä"])
            for place in dice.sample(sorted(places.values(), key=lambda place: place.code), dice.randrange(19))
        ]
        for level, places in lists.items()
    }
    places = resolve(named)
    found = allocate(places)
    sums: dict[str, float] = defaultdict(float)
    for share in found:
        assert 0 < share.share <= 1
        sums[share.level] += share.share
    assert all(abs(total - 1) < 1e-9 for total in sums.values())
    assert len({(share.level, share.code) for share in found}) == len(found)
    assert "region" in sums or not any(place.code for each in places.values() for place in each)
    # Shares carried up: a subregion's regions get what the subregions have.
    if "subregion" in sums:
        by_region: dict[str, float] = defaultdict(float)
        for share in found:
            if share.level == "subregion":
                by_region[subregions()[share.code].region] += share.share
        assert by_region == pytest.approx({share.code: share.share for share in found if share.level == "region"})
    shuffled = {level: dice.sample(each, len(each)) for level, each in places.items()}
    assert allocate(shuffled) == found
