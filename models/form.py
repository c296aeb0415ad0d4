"""What a form is: sections, labels, score table and furniture as data; ``models/forms`` holds the forms.

A form's data is checked when it is loaded: a mistake raises ``FormError`` at start-up and says what to mend.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.fields import FIELD


class FormError(Exception):
    """A form definition contradicts itself or the vocabulary of fields."""


class SectionKind(StrEnum):
    """How a section is read."""

    FIELDS = "fields"
    """``label: value`` lines, list heads and group lines."""
    FREE_TEXT = "free_text"
    GROUP = "group"
    """Nothing of its own: subsections only."""
    INDICATORS = "indicators"
    """Numbered subsections with titles from an open vocabulary, each with the section's labels."""
    QUESTIONS = "questions"
    """Labels answered Kyllä or Ei, each with a justification after it."""
    SCORES = "scores"
    """The table of criteria."""


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label, verbatim, and the field it stands for; unique within its section only."""

    text: str
    field: str
    variants: tuple[str, ...] = ()
    after: str = ""
    """Where two labels of a section are printed alike: this one comes after the field named here."""

    def spellings(self) -> tuple[str, ...]:
        return (self.text, *self.variants)


@dataclass(frozen=True, slots=True)
class ListHead:
    """A line after which a list stands, an item a line (``Osatoteuttajat``)."""

    text: str
    field: str
    role: str


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section of a form."""

    number: str
    title: str
    name: str
    kind: SectionKind
    labels: tuple[Label, ...] = ()
    lists: tuple[ListHead, ...] = ()
    group_lines: tuple[str, ...] = ()
    """Lines that only announce the labels after them."""
    variants: tuple[str, ...] = ()
    optional: bool = False
    """Missing in sound documents (the final report while a project runs)."""

    @property
    def parent_number(self) -> str | None:
        return self.number.rpartition(".")[0] or None

    @property
    def level(self) -> int:
        return self.number.count(".") + 1

    def titles(self) -> tuple[str, ...]:
        return (self.title, *self.variants)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of sustainability and its line in the table."""

    name: str
    text: str
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of the score table."""

    name: str
    dimension: str
    text: str
    variants: tuple[str, ...] = ()

    def spellings(self) -> tuple[str, ...]:
        return (self.text, *self.variants)


@dataclass(frozen=True, slots=True)
class IndicatorTitle:
    """A known title of an indicator's subsection; the vocabulary is open, so others are sound too."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Title:
    """The document's title, by fund."""

    fund: str
    text: str


@dataclass(frozen=True, slots=True)
class Form:
    """A form: everything that is known of how it is printed."""

    name: str
    programme_period: str
    language: str
    titles: tuple[Title, ...]
    code_patterns: tuple[tuple[str, str], ...]
    """(fund, regular expression of its project codes)."""
    furniture: tuple[str, ...]
    """Lines around the form that carry nothing: brand and logo lines."""
    sections: tuple[Section, ...]
    dimensions: tuple[Dimension, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    table_heads: tuple[str, str] | None = None
    indicator_titles: tuple[IndicatorTitle, ...] = ()
    ended_statuses: tuple[str, ...] = ()
    """Values of the field ``status`` that say that a project no longer runs."""

    def section(self, number: str) -> Section:
        return next(section for section in self.sections if section.number == number)


def _check_namesakes(form: Form, section: Section) -> None:
    """Labels that are printed alike must say in which order they come."""
    fields = {label.field for label in section.labels}
    seen: set[str] = set()
    for label in section.labels:
        if label.after and label.after not in fields:
            raise FormError(
                f"{form.name} {section.number} {label.text!r}: no label {label.after!r} for it to come after"
            )
        if label.text in seen and not label.after:
            raise FormError(f"{form.name} {section.number} {label.text!r}: printed twice; say after= which field")
        seen.add(label.text)


def check_form(form: Form) -> Form:
    """The form itself; raises ``FormError`` where it contradicts itself."""
    numbers = [section.number for section in form.sections]
    if len(set(numbers)) != len(numbers) or numbers != sorted(numbers, key=lambda n: [int(p) for p in n.split(".")]):
        raise FormError(f"{form.name}: section numbers must be unique and in order: {numbers}")
    names = [section.name for section in form.sections]
    if len(set(names)) != len(names):
        raise FormError(f"{form.name}: two sections share a name")
    for section in form.sections:
        if section.parent_number and section.parent_number not in numbers:
            raise FormError(f"{form.name} {section.number}: its parent section is not declared")
        for text, field in [(x.text, x.field) for x in section.labels] + [(x.text, x.field) for x in section.lists]:
            if field not in FIELD:
                raise FormError(f"{form.name} {section.number} {text!r}: no field {field!r} in models/fields.py")
        _check_namesakes(form, section)
    known = {dimension.name for dimension in form.dimensions}
    for criterion in form.criteria:
        if criterion.dimension not in known:
            raise FormError(f"{form.name}: criterion {criterion.name} has no declared dimension")
    if bool(form.criteria) != any(section.kind is SectionKind.SCORES for section in form.sections):
        raise FormError(f"{form.name}: criteria need a section of kind scores, and the other way round")
    return form
