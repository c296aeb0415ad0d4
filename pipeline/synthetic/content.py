"""What one invented project says, before any layout: the values exactly as they will be printed.

Nothing is checked for sense here (a wrong check digit or an end before the start may be on purpose); only
shapes are. ``content_from_mapping`` builds a project from plain mappings, such as a YAML file gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeVar

Number = int | float | None
"""An indicator's number; ``None``: its label line is not printed."""


class Applicant(NamedTuple):
    """Section 2's organisation; ``""`` is a label without a value."""

    name: str = ""
    type: str = ""
    business_id: str = ""
    street: str = ""
    phone: str = ""
    postal_code: str = ""
    post_office: str = ""
    website: str = ""


class Contact(NamedTuple):
    """Section 2's contact person: restricted data in the output."""

    name: str = ""
    position: str = ""
    email: str = ""
    phone: str = ""


class Partner(NamedTuple):
    """One line under ``Osatoteuttajat`` or ``Tuen siirron saajat``; ``type`` may be ``""`` (left out in print)."""

    name: str
    type: str = ""
    business_id: str = ""


class Funding(NamedTuple):
    """Section 5's four sums in whole euros; ``None`` is a label without a value."""

    granted_eu_state: int | None = None
    realised_eu_state: int | None = None
    planned_public: int | None = None
    realised_public: int | None = None


class Site(NamedTuple):
    """The address under ``Toteutuspaikan osoite``; ``""`` is a label without a value."""

    street: str = ""
    postal_code: str = ""
    post_office: str = ""


class Indicator(NamedTuple):
    """A sub-section of 7; ``title`` as printed, without the number."""

    title: str
    planned: Number = None
    realised: Number = None


class GenderAnswer(NamedTuple):
    """One question of 8.1: ``answer`` is ``Kyllä``, ``Ei`` or ``""``."""

    answer: str = ""
    justification: str = ""


class Score(NamedTuple):
    """One criterion of 8.2: two integers, 0-10, and the text under them (``""``: none)."""

    direct: int
    indirect: int
    justification: str = ""


_NO_APPLICANT, _NO_CONTACT, _NO_FUNDING, _NO_SITE = Applicant(), Contact(), Funding(), Site()
_NO_GENDER = (GenderAnswer(), GenderAnswer(), GenderAnswer())


@dataclass(frozen=True, slots=True)
class ProjectContent:
    """One project. Texts hold paragraphs parted by a blank line; list items are lines that begin ``- ``."""

    fund: str
    """``ESR`` or ``EAKR``."""
    project_code: str
    project_name: str
    priority_axis: str = ""
    """As printed: ``5. Sosiaalinen osallisuus ...``."""
    specific_objective: str = ""
    """As printed: ``10.1. Työelämän ...``."""
    start: date | None = None
    end: date | None = None
    status: str = ""
    authority: str = ""
    applicant: Applicant = _NO_APPLICANT
    contact: Contact = _NO_CONTACT
    arrangement: str = ""
    """As printed. A joint (``yhteishanke``) or transfer (``tuen siirto``) arrangement prints the head line of its
    list even when the list is empty: that is the lost list which is not "no partners"."""
    partners: tuple[Partner, ...] = ()
    transfer_recipients: tuple[Partner, ...] = ()
    summary: str = ""
    target_groups_direct: str = ""
    target_groups_indirect: str = ""
    funding: Funding = _NO_FUNDING
    regions: tuple[str, ...] = ()
    subregions: tuple[str, ...] = ()
    """As printed: in the genitive."""
    municipalities: tuple[str, ...] = ()
    site: Site = _NO_SITE
    indicators: tuple[Indicator, ...] = ()
    gender: tuple[GenderAnswer, ...] = _NO_GENDER
    """Three: analysis, mainstreaming, main goal."""
    scores: tuple[Score, ...] = ()
    """Fifteen, in the form's order; empty: the table is missing."""
    final_report: str | None = None
    """``None``: section 9 is missing."""
    form: str = "eura2014"
    """The form it is printed on; those of ``eura2007`` have ``target_groups_direct`` alone as free text."""
    programme_part: str = ""
    """``Osio`` of ``eura2007``, as printed."""
    project_type: str = ""
    """``Projektityyppi`` of ``eura2007``."""
    missing_sections: frozenset[str] = frozenset()
    """Numbers of sections (``5``, ``4.2``) left out, their sub-sections with them."""

    def has_section(self, number: str) -> bool:
        """Whether the section ``number`` is printed (its parents included)."""
        if number == "9" and self.final_report is None:
            return False
        parts = number.split(".")
        return not any(".".join(parts[: depth + 1]) in self.missing_sections for depth in range(len(parts)))


class ContentError(ValueError):
    """A mapping that is no project; the message names the field and what was expected."""


Part = TypeVar("Part")


def content_from_mapping(mapping: Mapping[str, Any]) -> ProjectContent:
    """A project from plain mappings, lists, strings, numbers and dates; keys are the fields' names.

    Parts are mappings by field name, or lists in the order of the fields (``scores: [[0, 1, "..."], ...]``). Keys
    left out are empty. Raises ``ContentError`` for an unknown key, a missing code or name, or a wrong shape; codes
    that look like numbers (``49460``) must be quoted in YAML.
    """
    unknown = sorted(set(mapping) - set(_READERS))
    if unknown:
        raise ContentError(f"unknown key {unknown[0]!r}; known are: {', '.join(_READERS)}")
    for key in ("fund", "project_code", "project_name"):
        if not mapping.get(key):
            raise ContentError(f"{key}: missing")
    if mapping["fund"] not in ("ESR", "EAKR"):
        raise ContentError(f"fund: ESR or EAKR expected, not {mapping['fund']!r}")
    return ProjectContent(**{key: _READERS[key](value, key) for key, value in mapping.items()})


def _read_text(value: object, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ContentError(f"{where}: text expected, not {value!r} (quote it)")
    return value.strip("\n")


def _read_optional_text(value: object, where: str) -> str | None:
    return None if value is None else _read_text(value, where)


def _read_date(value: object, where: str) -> date | None:
    if value is None:
        return None
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ContentError(f"{where}: a date such as 2015-05-01 expected, not {value!r}") from None


def _read_integer(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ContentError(f"{where}: whole number expected, not {value!r}")
    return value


def _read_sum(value: object, where: str) -> int | None:
    return None if value is None else _read_integer(value, where)


def _read_number(value: object, where: str) -> Number:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    raise ContentError(f"{where}: number expected, not {value!r}")


def _read_list(value: object, where: str) -> Sequence[object]:
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise ContentError(f"{where}: list expected, not {value!r}")
    return value


def _read_texts(value: object, where: str) -> tuple[str, ...]:
    return tuple(_read_text(item, f"{where}[{number}]") for number, item in enumerate(_read_list(value, where)))


def _part_reader(kind: Callable[..., Part], **readers: Callable[[Any, str], Any]) -> Callable[[Any, str], Part]:
    """A reader of one part: a mapping by name or a list in order, each value through its own reader."""

    def read(value: object, where: str) -> Part:
        if value is None:
            value = {}
        if isinstance(value, list | tuple):
            if len(value) > len(readers):
                raise ContentError(f"{where}: at most {len(readers)} values expected ({', '.join(readers)})")
            value = dict(zip(readers, value, strict=False))
        if not isinstance(value, Mapping):
            raise ContentError(f"{where}: mapping or list of {', '.join(readers)} expected, not {value!r}")
        unknown = [key for key in value if key not in readers]
        if unknown:
            raise ContentError(f"{where}: unknown key {unknown[0]!r}; known are: {', '.join(readers)}")
        try:
            return kind(**{key: readers[key](item, f"{where}.{key}") for key, item in value.items()})
        except TypeError as error:
            raise ContentError(f"{where}: {error}") from error

    return read


def _parts_reader(
    reader: Callable[[Any, str], Part], counts: tuple[int, ...] | None = None
) -> Callable[[Any, str], tuple[Part, ...]]:
    """A reader of a list of parts; ``counts``: the lengths allowed."""

    def read(value: object, where: str) -> tuple[Part, ...]:
        items = _read_list(value, where)
        if counts is not None and len(items) not in counts:
            raise ContentError(f"{where}: {' or '.join(map(str, counts))} items expected, not {len(items)}")
        return tuple(reader(item, f"{where}[{number}]") for number, item in enumerate(items))

    return read


_PARTNER = _part_reader(Partner, name=_read_text, type=_read_text, business_id=_read_text)
_GENDER = _part_reader(GenderAnswer, answer=_read_text, justification=_read_text)
_SCORE = _part_reader(Score, direct=_read_integer, indirect=_read_integer, justification=_read_text)
_INDICATOR = _part_reader(Indicator, title=_read_text, planned=_read_number, realised=_read_number)

_READERS: dict[str, Callable[[Any, str], Any]] = {
    "fund": _read_text,
    "project_code": _read_text,
    "project_name": _read_text,
    "priority_axis": _read_text,
    "specific_objective": _read_text,
    "start": _read_date,
    "end": _read_date,
    "status": _read_text,
    "authority": _read_text,
    "applicant": _part_reader(Applicant, **dict.fromkeys(Applicant._fields, _read_text)),
    "contact": _part_reader(Contact, **dict.fromkeys(Contact._fields, _read_text)),
    "arrangement": _read_text,
    "partners": _parts_reader(_PARTNER),
    "transfer_recipients": _parts_reader(_PARTNER),
    "summary": _read_text,
    "target_groups_direct": _read_text,
    "target_groups_indirect": _read_text,
    "funding": _part_reader(Funding, **dict.fromkeys(Funding._fields, _read_sum)),
    "regions": _read_texts,
    "subregions": _read_texts,
    "municipalities": _read_texts,
    "site": _part_reader(Site, **dict.fromkeys(Site._fields, _read_text)),
    "indicators": _parts_reader(_INDICATOR),
    "gender": _parts_reader(_GENDER, (3,)),
    "scores": _parts_reader(_SCORE, (0, 15)),
    "final_report": _read_optional_text,
    "form": _read_text,
    "programme_part": _read_text,
    "project_type": _read_text,
    "missing_sections": lambda value, where: frozenset(_read_texts(value, where)),
}
