"""Loading the code lists: every row checked by itself and against the other lists."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources.abc import Traversable
from types import MappingProxyType

from models.code_records import (
    FIRST_YEAR,
    LAST_YEAR,
    Authority,
    AuthorityName,
    Axis,
    CodeLists,
    Membership,
    Municipality,
    Objective,
    Region,
    Subregion,
)
from models.code_tables import CodeRow, read_rows

_PERIODS = ("2007-2013", "2014-2020")
_FUNDS = ("EAKR", "ESR")
_KINDS = ("ely_centre", "regional_council", "ministry", "agency")


def load_code_lists(folder: Traversable) -> CodeLists:
    """The lists of a folder. Raises ``CodeListError`` with file, line and what to do."""
    regions = _load_regions(folder)
    subregions = _load_subregions(folder, regions)
    axes = _load_axes(folder)
    return CodeLists(
        regions=MappingProxyType(regions),
        subregions=MappingProxyType(subregions),
        municipalities=MappingProxyType(_load_municipalities(folder, subregions, regions)),
        axes=MappingProxyType(axes),
        objectives=MappingProxyType(_load_objectives(folder, axes)),
        authorities=MappingProxyType(_load_authorities(folder)),
        organisation_types=_load_organisation_types(folder),
    )


def _load_regions(folder: Traversable) -> dict[str, Region]:
    header = "code,name_fi,name_sv,name_en,genitive,other_names,former_names,nuts3_2016,nuts3_2024"
    found: dict[str, Region] = {}
    for row in read_rows(folder, "regions.csv", header):
        code = row.matching("code", r"\d\d", "08")
        _require_new(row, code, found)
        found[code] = Region(
            code=code,
            name_fi=row.text("name_fi"),
            name_sv=row.text("name_sv"),
            name_en=row.text("name_en"),
            genitive=row.optional("genitive"),
            other_names=row.several("other_names"),
            former_names=row.several("former_names"),
            nuts3_2016=row.matching("nuts3_2016", r"FI[0-9A-Z]{3}", "FI1C4"),
            nuts3_2024=row.matching("nuts3_2024", r"FI[0-9A-Z]{3}", "FI1C7"),
        )
    return found


def _load_subregions(folder: Traversable, regions: Mapping[str, Region]) -> dict[str, Subregion]:
    header = "code,name_fi,name_sv,region,genitive,other_names,first_year,last_year"
    found: dict[str, Subregion] = {}
    for row in read_rows(folder, "subregions.csv", header):
        code = row.matching("code", r"\d{3}", "082")
        _require_new(row, code, found)
        first_year, last_year = _read_validity(row)
        found[code] = Subregion(
            code=code,
            name_fi=row.text("name_fi"),
            name_sv=row.text("name_sv"),
            region=_require_known(row, "region", regions, "regions.csv"),
            genitive=row.optional("genitive"),
            other_names=row.several("other_names"),
            first_year=first_year,
            last_year=last_year,
        )
    return found


def _load_municipalities(
    folder: Traversable, subregions: Mapping[str, Subregion], regions: Mapping[str, Region]
) -> dict[str, Municipality]:
    header = "code,name_fi,name_sv,subregion,genitive,other_names,former_names,first_year,last_year,successor"
    rows: dict[str, CodeRow] = {}
    for row in read_rows(folder, "municipalities.csv", header):
        code = row.matching("code", r"\d{3}", "285")
        _require_new(row, code, rows)
        rows[code] = row
    moves = _load_moves(folder, rows, subregions)
    found: dict[str, Municipality] = {}
    for code, row in rows.items():
        first_year, last_year = _read_validity(row)
        memberships: list[Membership] = []
        begin = first_year
        here = _require_known(row, "subregion", subregions, "subregions.csv")
        for until, subregion in [*moves.get(code, []), (last_year or LAST_YEAR, here)]:
            if until < begin:
                row.fail(f"a move of {code} in {until} lies outside its years", "Correct municipality_moves.csv")
            valid = subregions[subregion]
            if valid.first_year > begin or (valid.last_year or LAST_YEAR) < until:
                row.fail(f"{code} is in subregion {subregion} outside that one's years", "Correct either list")
            memberships.append(Membership(begin, until, subregion, valid.region))
            begin = until + 1
        old = [membership for membership in memberships if membership.first_year <= 2020][-1]
        found[code] = Municipality(
            code=code,
            name_fi=row.text("name_fi"),
            name_sv=row.text("name_sv"),
            genitive=row.optional("genitive"),
            other_names=row.several("other_names"),
            former_names=row.several("former_names"),
            first_year=first_year,
            last_year=last_year,
            successor=row.optional("successor") or None,
            current_code=_follow_successors(code, rows),
            memberships=tuple(memberships),
            nuts3_2016=regions[old.region].nuts3_2016,
            nuts3_2024=None if last_year else regions[memberships[-1].region].nuts3_2024,
        )
    return found


def _load_moves(
    folder: Traversable, rows: Mapping[str, CodeRow], subregions: Mapping[str, Subregion]
) -> dict[str, list[tuple[int, str]]]:
    """By municipality: the subregions it left, each with its last year there, in order of time."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in read_rows(folder, "municipality_moves.csv", "code,name_fi,last_year,subregion"):
        code = _require_known(row, "code", rows, "municipalities.csv")
        if row.text("name_fi") != rows[code].text("name_fi"):
            row.fail(f"{code} is {rows[code].text('name_fi')!r} in municipalities.csv", "Correct the code or the name")
        until = row.year("last_year")
        if until is None:
            row.fail("last_year is empty", "Write the last year in the subregion that it left")
        found.setdefault(code, []).append((until, _require_known(row, "subregion", subregions, "subregions.csv")))
    return {code: sorted(moves) for code, moves in found.items()}


def _follow_successors(code: str, rows: Mapping[str, CodeRow]) -> str:
    """The code that is current where this one was; every merged municipality must lead to one."""
    seen = [code]
    while True:
        row = rows[seen[-1]]
        successor, last_year = row.optional("successor"), row.year("last_year")
        if (last_year is None) != (not successor):
            row.fail("last_year and successor belong together", "Fill in both for a merged municipality, else none")
        if not successor or last_year is None:
            return seen[-1]
        _require_known(row, "successor", rows, "municipalities.csv")
        begin = rows[successor].year("first_year")
        if successor in seen or begin is None or begin > last_year + 1:
            row.fail(f"successor {successor} does not follow in time", "Name the municipality that it merged into")
        seen.append(successor)


def _load_axes(folder: Traversable) -> dict[str, Axis]:
    header = "code,programme_period,fund,title_fi,title_sv,title_variants"
    found: dict[str, Axis] = {}
    for row in read_rows(folder, "axes.csv", header):
        code = row.matching("code", r"\d", "5")
        _require_new(row, code, found)
        found[code] = Axis(
            code=code,
            programme_period=row.one_of("programme_period", _PERIODS),
            fund=row.one_of("fund", _FUNDS),
            title_fi=row.text("title_fi"),
            title_sv=row.optional("title_sv"),
            title_variants=row.several("title_variants"),
        )
    return found


def _load_objectives(folder: Traversable, axes: Mapping[str, Axis]) -> dict[str, Objective]:
    header = "code,programme_period,fund,axis,title_fi,title_sv,title_variants"
    found: dict[str, Objective] = {}
    for row in read_rows(folder, "objectives.csv", header):
        code = row.matching("code", r"\d{1,2}\.\d", "10.1")
        _require_new(row, code, found)
        fund = row.one_of("fund", _FUNDS)
        axis = row.optional("axis") or None
        if axis is not None and axes[_require_known(row, "axis", axes, "axes.csv")].fund != fund:
            row.fail(f"axis {axis} is not of fund {fund}", "Correct the axis or the fund, or leave the axis empty")
        found[code] = Objective(
            code=code,
            programme_period=row.one_of("programme_period", _PERIODS),
            fund=fund,
            axis=axis,
            title_fi=row.text("title_fi"),
            title_sv=row.optional("title_sv"),
            title_variants=row.several("title_variants"),
        )
    return found


def _load_authorities(folder: Traversable) -> dict[str, Authority]:
    header = "code,kind,name,first_year,last_year,other_names"
    found: dict[str, Authority] = {}
    names: set[str] = set()
    for row in read_rows(folder, "authorities.csv", header):
        code = row.matching("code", r"[a-z][a-z-]{2,40}", "ely-hame")
        kind = row.one_of("kind", _KINDS)
        name = AuthorityName(
            row.text("name"), row.year("first_year"), row.year("last_year"), row.several("other_names")
        )
        for printed in (name.name, *name.other_names):
            _require_new(row, printed.casefold(), names)
            names.add(printed.casefold())
        earlier = found[code].names if code in found else ()
        if earlier and (found[code].kind != kind or not _follows(earlier[-1], name)):
            row.fail(f"{code} has names that overlap in time or kinds that differ", "Put its names in order of time")
        found[code] = Authority(code, kind, (*earlier, name))
    return found


def _follows(earlier: AuthorityName, later: AuthorityName) -> bool:
    # The year of the change belongs to both names: documents of that year carry either.
    return earlier.last_year is not None and later.first_year is not None and earlier.last_year <= later.first_year


def _load_organisation_types(folder: Traversable) -> frozenset[str]:
    found: set[str] = set()
    for row in read_rows(folder, "organisation_types.csv", "name,seen"):
        row.one_of("seen", ("yes", "no"))
        _require_new(row, row.text("name"), found)
        found.add(row.text("name"))
    return frozenset(found)


def _read_validity(row: CodeRow) -> tuple[int, int | None]:
    first_year, last_year = row.year("first_year"), row.year("last_year")
    if first_year is None or not FIRST_YEAR <= first_year <= (last_year or LAST_YEAR) <= LAST_YEAR:
        row.fail(f"years {first_year} to {last_year} are not in {FIRST_YEAR}-{LAST_YEAR}", "Correct them")
    return first_year, None if last_year == LAST_YEAR else last_year


def _require_new(row: CodeRow, code: str, found: Mapping[str, object] | set[str]) -> None:
    if code in found:
        row.fail(f"{code!r} stands twice", "Remove one of the two rows")


def _require_known(row: CodeRow, column: str, known: Mapping[str, object], file: str) -> str:
    code = row.text(column)
    if code not in known:
        row.fail(f"{column} {code!r} is not in {file}", "Correct it, or add it there")
    return code
