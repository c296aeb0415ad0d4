"""The forms that the generator prints: how projects are invented, how they are laid out, what the truth calls it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.synthetic import form_2007, truth_fields, truth_tables
from pipeline.synthetic.content import ProjectContent
from pipeline.synthetic.form_text import Block, PrintStyle, render_blocks
from pipeline.synthetic.invent import InventedProject, invent_project
from pipeline.synthetic.invent_2007 import invent_project_2007


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """A form as the generator knows it."""

    name: str
    programme_period: str
    invent: Callable[[int, int], InventedProject]
    """From a seed and the project's number."""
    render: Callable[[ProjectContent, PrintStyle], tuple[Block, ...]]
    section_names: Mapping[str, str]
    """The contract's names by printed number, without its dot."""
    fields: Mapping[str, tuple[str, str]]
    """By the blocks' names: the section and the contract's field."""
    funding_section: str
    code_mark: str
    """What parts the number of an axis from its title."""
    texts: Mapping[str, Callable[[ProjectContent], str]]
    """By number: the text of a section that has one of its own."""


_FORMS = (
    PrintedForm(
        "eura2014",
        "2014-2020",
        invent_project,
        render_blocks,
        truth_tables.SECTION_NAMES,
        truth_fields.FIELDS,
        "5",
        ". ",
        {
            "3": lambda content: content.summary,
            "4": lambda _: "",
            "4.1": lambda content: content.target_groups_direct,
            "4.2": lambda content: content.target_groups_indirect,
            "7": lambda _: "",
            "8": lambda _: "",
            "9": lambda content: content.final_report or "",
        },
    ),
    PrintedForm(
        "eura2007",
        "2007-2013",
        invent_project_2007,
        form_2007.render_2007,
        form_2007.SECTION_NAMES,
        form_2007.FIELDS,
        "4",
        ": ",
        {"3": lambda content: content.target_groups_direct},
    ),
)
FORMS = {form.name: form for form in _FORMS}
"""By name."""
