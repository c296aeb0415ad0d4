"""A form's data made ready for looking things up: key indexes, once per form."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from models.form import Criterion, Dimension, Form, Label, ListHead, Section, SectionKind
from models.forms import load_forms
from parsers.fuzzy import NearIndex
from parsers.keys import KeyIndex, make_key

Entry = Label | ListHead | str
"""What can begin a line of a section of fields: a label, a list's head, a group line."""


@dataclass(frozen=True, eq=False)
class CompiledForm:
    """A form with its indexes, made once, so its own key; ranks are places in ``form.sections``."""

    form: Form
    headings: KeyIndex[int]
    """``1 Hanke`` → rank of the section."""
    printed_headings: tuple[frozenset[str], ...]
    """By rank: the heading as the form prints it, in every variant."""
    entries: dict[str, KeyIndex[Entry]]
    """By section number; subsections of indicators use their parent's."""
    all_entries: KeyIndex[tuple[int, Entry]]
    """Every section's entries with the section's rank: evidence for sections as a whole."""
    criteria: KeyIndex[int]
    dimensions: KeyIndex[Dimension]
    heads: KeyIndex[str]
    head_keys: frozenset[str]
    furniture: frozenset[str]
    titles: KeyIndex[str]
    """Title → fund."""
    near_headings: NearIndex[int]
    """Title without its number → rank."""
    near_entries: dict[str, NearIndex[Entry]]
    near_criteria: NearIndex[int]
    near_lines: NearIndex[str]
    """Dimensions, table heads, furniture: lines that carry nothing."""
    near_titles: NearIndex[str]
    indicator_names: dict[str, str]
    """Key of a known indicator's title → its stable name."""

    def indicator_name(self, title: str) -> str | None:
        """The stable name of a known indicator's title."""
        return self.indicator_names.get(make_key(title))

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.form.sections


def _entries(section: Section) -> list[tuple[str, Entry]]:
    pairs: list[tuple[str, Entry]] = [(text, label) for label in section.labels for text in label.spellings()]
    pairs += [(head.text, head) for head in section.lists]
    pairs += [(line, line) for line in section.group_lines]
    return pairs


@functools.cache
def compile_form(form: Form) -> CompiledForm:
    """The form's indexes."""
    criteria: list[Criterion] = list(form.criteria)
    heads = form.table_heads or ("", "")
    head_index = KeyIndex.of(
        [(" ".join(heads), "both"), (heads[0], "direct"), (heads[1], "indirect")] if heads[0] else []
    )
    return CompiledForm(
        form=form,
        headings=KeyIndex.of(
            (f"{section.number} {title}", rank)
            for rank, section in enumerate(form.sections)
            for title in section.titles()
        ),
        printed_headings=tuple(
            frozenset(f"{section.number} {title}" for title in section.titles()) for section in form.sections
        ),
        entries={section.number: KeyIndex.of(_entries(section)) for section in form.sections},
        all_entries=KeyIndex.of(
            [(text, (rank, entry)) for rank, section in enumerate(form.sections) for text, entry in _entries(section)]
            + [
                (text, (rank, text))
                for rank, section in enumerate(form.sections)
                if section.kind is SectionKind.SCORES
                for criterion in criteria
                for text in criterion.spellings()
            ]
        ),
        criteria=KeyIndex.of((text, rank) for rank, criterion in enumerate(criteria) for text in criterion.spellings()),
        dimensions=KeyIndex.of(
            (text, dimension) for dimension in form.dimensions for text in (dimension.text, *dimension.variants)
        ),
        heads=head_index,
        head_keys=frozenset(str(key) for key, _ in head_index.all),
        furniture=frozenset(make_key(text) for text in form.furniture),
        titles=KeyIndex.of((title.text, title.fund) for title in form.titles),
        near_headings=NearIndex.of(
            (title, rank) for rank, section in enumerate(form.sections) for title in section.titles()
        ),
        near_entries={section.number: NearIndex.of(_entries(section)) for section in form.sections},
        near_criteria=NearIndex.of(
            (text, rank) for rank, criterion in enumerate(criteria) for text in criterion.spellings()
        ),
        near_lines=NearIndex.of(
            [(text, dimension.name) for dimension in form.dimensions for text in (dimension.text, *dimension.variants)]
            + ([(" ".join(heads), "heads")] if heads[0] else [])
            + [(text, "furniture") for text in form.furniture]
        ),
        near_titles=NearIndex.of((title.text, title.fund) for title in form.titles),
        indicator_names={make_key(title.text): title.name for title in form.indicator_titles},
    )


@functools.cache
def compiled_forms() -> tuple[CompiledForm, ...]:
    """Every form that is known."""
    return tuple(compile_form(form) for form in load_forms())
