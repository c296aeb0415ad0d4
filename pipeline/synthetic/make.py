"""Writes an archive of invented projects, with the truth beside it.

``DIR/archive/`` holds the documents, ``DIR/truth/`` the truth's tables (see ``truth``) and ``archive.json``, which says
how the archive was made. The same arguments give the same bytes (PDFs: with the same versions of the tools).
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from pipeline.synthetic.encodings import ENCODINGS, encode_document
from pipeline.synthetic.form_text import Block
from pipeline.synthetic.forms import FORMS
from pipeline.synthetic.invent import MAX_PROJECTS, Capture, InventedProject
from pipeline.synthetic.layouts import LAYOUTS, Layout, select_layouts
from pipeline.synthetic.noise import MAX_LEVEL, damage_blocks, damage_lines
from pipeline.synthetic.truth import DocumentTruth, truth_rows
from pipeline.synthetic.truth_tables import TruthWriter

if TYPE_CHECKING:
    from pipeline.synthetic.pdf import PdfJob
    from pipeline.synthetic.pdf_options import PdfLayout

FORMATS = ("text", "html", "pdf")
SUFFIXES = {"text": ".txt", "html": ".html", "pdf": ".pdf"}
_PDF_BATCH = 32
"""PDFs printed by one start of a tool."""

Progress = Callable[[int, int], None]
"""Called with the projects done and their total."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written."""

    projects: int
    documents: int
    bytes: int
    by_layout: dict[str, int]
    """Documents by layout, in the order of the names."""
    truth_rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Plan:
    """One document to come: everything but its bytes."""

    blocks: tuple[Block, ...]
    layout: str
    format: str
    path: str
    capture: Capture
    rng: Random


def make_archive(
    directory: Path,
    projects: int,
    seed: int,
    formats: Sequence[str] = ("text", "html"),
    layouts: Sequence[str] = (),
    noise: float = 0.0,
    progress: Progress | None = None,
    *,
    noise_inside: bool = False,
    encodings: Sequence[str] = (),
    forms: Sequence[str] = ("eura2014",),
) -> Summary:
    """Writes ``projects`` invented projects; each document's format, layout and encoding are drawn from those given.

    ``layouts`` and ``encodings`` are names (all, if none are given); of several ``forms`` each project is on one;
    ``noise`` is a share of characters from 0 to 0.05. Raises ``ValueError`` for an unknown name or a number out of
    range, ``FileExistsError`` where the directory holds anything, ``MissingToolError`` where a PDF producer is not
    installed.
    """
    choices = _check_arguments(projects, formats, layouts, noise, encodings, forms)
    if directory.exists() and any(directory.iterdir()):
        raise FileExistsError(f"{directory}: not empty; name a new folder")
    directory.mkdir(parents=True, exist_ok=True)
    try:
        with TruthWriter(directory / "truth") as truth:
            press = _Press(directory / "archive", truth, noise, noise_inside, tuple(encodings))
            for number in range(projects):
                project = _invent(seed, number, forms)
                for plan in _plan_documents(project.captures, seed, number, choices, noise, noise_inside):
                    press.add(plan, project.secrets)
                if number == projects - 1:
                    press.print_waiting()
                if progress is not None:
                    progress(number + 1, projects)
    except BaseException:  # half an archive would pass for a whole one; the error goes on
        for part in ("archive", "truth"):
            shutil.rmtree(directory / part, ignore_errors=True)
        raise
    made_by = {
        "projects": projects,
        "seed": seed,
        "formats": list(formats),
        "layouts": list(layouts),
        "encodings": list(encodings),
        "noise": noise,
        "noise_inside": noise_inside,
        "forms": list(forms),
    }
    (directory / "truth" / "archive.json").write_text(json.dumps(made_by, indent=1) + "\n", encoding="utf-8")
    return Summary(projects, press.counts.total(), press.written, dict(sorted(press.counts.items())), truth.rows)


def _check_arguments(
    projects: int,
    formats: Sequence[str],
    layouts: Sequence[str],
    noise: float,
    encodings: Sequence[str],
    forms: Sequence[str],
) -> dict[str, list[str]]:
    """The names of layouts to draw from, by format."""
    if not 0 < projects <= MAX_PROJECTS:
        raise ValueError(f"projects: a number from 1 to {MAX_PROJECTS} expected, not {projects}")
    if not 0 <= noise <= MAX_LEVEL:
        raise ValueError(f"noise: a level from 0 to {MAX_LEVEL} expected, not {noise}")
    pdf_names = list(_pdf_layouts()) if "pdf" in formats else []
    for what, names, known in (
        ("format", formats, FORMATS),
        ("layout", layouts, (*LAYOUTS, *pdf_names)),
        ("encoding", encodings, tuple(ENCODINGS)),
        ("form", forms, tuple(FORMS)),
    ):
        unknown = [name for name in names if name not in known]
        if unknown:
            raise ValueError(f"unknown {what} {unknown[0]!r}; known are: {', '.join(known)}")
    choices = {
        name: [layout.name for layout in select_layouts(name, layouts)] for name in FORMATS[:2] if name in formats
    }
    if "pdf" in formats:
        choices["pdf"] = [name for name in pdf_names if not layouts or name in layouts]
    choices = {name: names for name, names in choices.items() if names}
    if not forms:
        raise ValueError(f"no form named; known are: {', '.join(FORMS)}")
    if not choices:
        raise ValueError(f"none of the layouts {', '.join(layouts)} is of the formats {', '.join(formats)}")
    return choices


def _invent(seed: int, number: int, forms: Sequence[str]) -> InventedProject:
    name = Random(f"form {seed} {number}").choice(list(forms))  # noqa: S311 - invented, nothing secret
    return FORMS[name].invent(seed, number)


def _pdf_layouts() -> dict[str, PdfLayout]:
    from pipeline.synthetic.pdf_options import PDF_LAYOUTS  # PDFs are an extra: text and HTML do without

    return PDF_LAYOUTS


def _plan_documents(
    captures: Sequence[Capture], seed: int, number: int, choices: dict[str, list[str]], noise: float, inside: bool
) -> Iterator[_Plan]:
    for ordinal, capture in enumerate(captures):
        rng = Random(f"document {seed} {number} {ordinal}")  # noqa: S311
        format_name = rng.choice(list(choices))
        layout = rng.choice(choices[format_name])
        name = capture.content.project_code
        if capture.captured_at is not None:
            name += f"_{capture.captured_at.isoformat()}"
        elif ordinal < len(captures) - 1:
            name += "_vanha"
        render = FORMS[capture.content.form].render
        blocks = damage_blocks(render(capture.content, capture.style), noise, rng, inside=inside)
        path = f"{number // 500:03d}/{name}{SUFFIXES[format_name]}"
        yield _Plan(blocks, layout, format_name, path, capture, rng)


@dataclass(slots=True)
class _Press:
    """Writes documents and their truth; PDFs wait until a batch of them is printed at once."""

    archive: Path
    truth: TruthWriter
    noise: float
    noise_inside: bool
    encodings: tuple[str, ...]
    counts: Counter[str] = field(default_factory=Counter)
    written: int = 0
    """Bytes."""
    waiting: list[_Plan] = field(default_factory=list)
    made: set[Path] = field(default_factory=set)

    def add(self, plan: _Plan, secrets: Sequence[str]) -> None:
        """Writes the document, or keeps it waiting, and writes its truth."""
        captured = plan.capture.captured_at
        document = DocumentTruth(
            path=plan.path,
            format=plan.format,
            layout=plan.layout,
            noise=self.noise,
            noise_inside=self.noise_inside,
            role="current" if plan.capture.current else "superseded",
            captured_at=captured.isoformat() if captured else None,
        )
        if plan.format == "pdf":
            layout = _pdf_layouts()[plan.layout]
            options = layout.options
            is_trap = options.hyphenated or options.narrow_columns or options.labels == "stacked"
            document = replace(document, encoding="", held_out=layout.held_out, trap=is_trap)
            self.waiting.append(plan)
        else:
            document = self._write_text(plan, document)
        self.truth.add(truth_rows(plan.capture.content, plan.blocks, document, secrets))
        self.counts[plan.layout] += 1
        if len(self.waiting) >= _PDF_BATCH:
            self.print_waiting()

    def _write_text(self, plan: _Plan, document: DocumentTruth) -> DocumentTruth:
        layout: Layout = LAYOUTS[plan.layout]
        text = layout.render(plan.blocks, plan.rng)
        if plan.format == "text":
            text = damage_lines(text, plan.blocks, self.noise, plan.rng)
        data, encoding = encode_document(text, plan.format, _draw_encoding(plan, self.encodings))
        self._save(plan.path, data)
        return replace(
            document,
            encoding=encoding,
            held_out=layout.held_out,
            trap=layout.trap,
            blank_lines=layout.blank_lines,
        )

    def print_waiting(self) -> None:
        """Prints and writes the PDFs that wait."""
        if self.waiting:
            from pipeline.synthetic.pdf import render_pdfs

            for plan, data in zip(self.waiting, render_pdfs([_pdf_job(plan) for plan in self.waiting]), strict=True):
                self._save(plan.path, data)
            self.waiting.clear()

    def _save(self, path: str, data: bytes) -> None:
        target = self.archive / path
        if target.parent not in self.made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.made.add(target.parent)
        target.write_bytes(data)
        self.written += len(data)


def _draw_encoding(plan: _Plan, encodings: Sequence[str]) -> str:
    """UTF-8 half of the time, else any that fits the format."""
    names = [name for name, encoding in ENCODINGS.items() if plan.format in encoding.formats]
    if encodings:
        return plan.rng.choice([name for name in names if name in encodings] or ["utf-8"])
    return "utf-8" if plan.rng.random() < 0.5 else plan.rng.choice(names)


def _pdf_job(plan: _Plan) -> PdfJob:
    from pipeline.synthetic.pdf import PdfJob

    layout = _pdf_layouts()[plan.layout]
    captured = plan.capture.captured_at
    printed = datetime.combine(captured, time(12), tzinfo=UTC) if captured else None
    return PdfJob(plan.blocks, layout.producer, layout.options, printed)
