"""The registry of text and HTML layouts: a name, how it is rendered and what is known of it beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from pipeline.synthetic import html_layouts, html_oddities, text_layouts, text_oddities
from pipeline.synthetic.form_text import Block

Render = Callable[[Sequence[Block], Random], str]


@dataclass(frozen=True, slots=True)
class Layout:
    """A way to lay out the form as text or HTML."""

    name: str
    format: Literal["text", "html"]
    render: Render
    """Pure: the same blocks and the same state of the generator give the same string, line ends ``\\n``."""
    held_out: bool = False
    """Set aside when it was written: not looked at while rules are changed, and reported apart."""
    trap: bool = False
    """Something is ambiguous in it even for a careful reader: folded lines, lost structure, furniture in between."""
    blank_lines: bool = True
    """Blank lines between paragraphs survive in it; if not, a section's text has its lines one below the other."""


def _named(*layouts: Layout) -> dict[str, Layout]:
    return {layout.name: layout for layout in layouts}


LAYOUTS: dict[str, Layout] = _named(
    Layout("spaced", "text", text_layouts.spaced),
    Layout("tight", "text", text_layouts.tight, blank_lines=False),
    Layout("tabs", "text", text_layouts.tabs),
    Layout("aligned", "text", text_layouts.aligned),
    Layout("glued_heads", "text", text_layouts.glued_heads),
    Layout("folded", "text", text_layouts.folded, trap=True),
    Layout("label_lines", "text", text_layouts.label_lines, trap=True),
    Layout("score_lines", "text", text_layouts.score_lines, trap=True),
    Layout("paged", "text", text_oddities.paged, trap=True),
    Layout("folded_hanging", "text", text_oddities.folded_hanging, held_out=True, trap=True),
    Layout("dotted_headings", "text", text_oddities.dotted_headings, held_out=True),
    Layout("browser_dump", "text", text_oddities.browser_dump, held_out=True, trap=True),
    Layout("markdown", "text", text_oddities.markdown, held_out=True, trap=True),
    Layout("service", "html", html_layouts.service),
    Layout("service_answers", "html", html_layouts.service_answers),
    Layout("service_bare", "html", html_layouts.service_bare),
    Layout("strong_labels", "html", html_layouts.strong_labels),
    Layout("definition_list", "html", html_layouts.definition_list),
    Layout("table_rows", "html", html_layouts.table_rows),
    Layout("entities", "html", html_layouts.entities),
    Layout("br_lines", "html", html_layouts.br_lines, trap=True),
    Layout("preformatted", "html", html_layouts.preformatted, trap=True),
    Layout("archived", "html", html_oddities.archived, held_out=True),
    Layout("old_tags", "html", html_oddities.old_tags, held_out=True),
    Layout("word_processor", "html", html_oddities.word_processor, held_out=True, trap=True),
    Layout("div_soup", "html", html_oddities.div_soup, held_out=True, trap=True),
)
"""By name. A third is held out; that was decided when they were written, before any parser had read them."""


def select_layouts(format_name: str, names: Sequence[str] = ()) -> list[Layout]:
    """The layouts of a format in the registry's order, only those of ``names`` if any are given."""
    return [
        layout for layout in LAYOUTS.values() if layout.format == format_name and (not names or layout.name in names)
    ]
