"""``docs/performance.md`` and its plots, written from the figures of ``make bench``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.samples import PAGES_OF, PRODUCERS
from benchmarks.stages import STAGES
from benchmarks.workloads import DESCRIBED, LXML, MINER, PARSE, PDFIUM, PLUMBER, POPPLER, READ, SOUP, SOUP_TEXT

Figures = Mapping[str, Any]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
IMAGES = ROOT / "docs" / "images"

TEXT_BAR, PAGE_BAR, PDF_BAR, PLUMBER_BAR, SOUP_BAR = 2.0, 2.0, 2.5, 30.0, 2.0
MEMORY_BAR, WORKERS_BAR = 300, 1.8


def write_performance_page(found: Figures) -> Path:
    """The page, beside plots in ``docs/images``."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    _plot_readers(found["formats"])
    _plot_stages(found["stages"])
    parts = [
        _intro(found),
        _bars(found),
        _texts(found["formats"]),
        _pages(found["formats"]),
        _prints(found["formats"]),
        _stages(found["stages"]),
        _memory(found["memory"]),
    ]
    if "runs" in found:
        parts.append(_runs(found["runs"]))
    parts.append("Archives of 20,000 and 100,000 documents: see [scaling](scaling.md).")
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return PAGE


def _intro(found: Figures) -> str:
    machine = found["machine"]
    return f"""# Performance

Written by `make bench` (Python {machine["python"]}, {machine["cores"]} cores, load {found["load"]} at the start).
Every figure is of one run on invented descriptions of about 22 kB, each printed as text, as saved pages and as PDF
(`benchmarks/samples.py`). CPU milliseconds for a document: the least of several rounds in which everything takes turns,
averaged over the files. Machines differ; ratios of one run hold. *Apart* is our whole parse without masking and
language detection, which are reported beside it.

What is compared:

""" + "\n".join(f"- **{name}**: {what}" for name, what in DESCRIBED.items())


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [
        "| " + " | ".join(heads) + " |",
        "|" + "|".join("---" if number == 0 else "---:" for number in range(len(heads))) + "|",
    ]
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


def _bars(found: Figures) -> str:
    """Each promise beside what was measured."""
    formats, memory = found["formats"], found["memory"]
    text = formats["text"]
    rows: list[tuple[str, str, str, str]] = []

    def add(promise: str, bar: str, measured: float, *, least: float | None = None, most: float | None = None) -> None:
        met = (least is None or measured >= least) and (most is None or measured <= most)
        rows.append((promise, bar, f"{measured:g}", "yes" if met else "**no**"))

    add("22 kB text, parse apart, CPU ms (median)", f"≤ {TEXT_BAR:g}", text["median_apart_ms"], most=TEXT_BAR)
    for layout in PAGES_OF:
        page = formats[layout]
        add(
            f"the same as a page ({layout}), parse apart, CPU ms (median)",
            f"≤ {PAGE_BAR:g}",
            page["median_apart_ms"],
            most=PAGE_BAR,
        )
        ratio = round(page["cpu_ms"][SOUP] / page["cpu_ms"]["apart"], 2)
        add(f"page ({layout}): bs4 baseline / parse apart", f"≥ {SOUP_BAR:g}", ratio, least=SOUP_BAR)
    for producer in PRODUCERS:
        if producer in formats:
            cpu = formats[producer]["cpu_ms"]
            add(
                f"PDF by {producer}: parse apart / pypdfium2",
                f"≤ {PDF_BAR:g}",
                round(cpu["apart"] / cpu[PDFIUM], 2),
                most=PDF_BAR,
            )
            for name, ours in (("reading", READ), ("parse apart", "apart")):
                ratio = round(cpu[PLUMBER] / cpu[ours], 1)
                add(f"PDF by {producer}: pdfplumber / {name}", f"≥ {PLUMBER_BAR:g}", ratio, least=PLUMBER_BAR)
            add(
                f"PDF by {producer}: pdfplumber / pypdfium2 (what no reader on PDFium can pass)",
                "",
                round(cpu[PLUMBER] / cpu[PDFIUM], 1),
            )
    long = memory["mib"][PARSE]["long"]
    add(
        f"peak of a process that parses {memory['pages'][1]} pages of PDF, MiB",
        f"≤ {MEMORY_BAR}",
        long,
        most=MEMORY_BAR,
    )
    if "runs" in found:
        add(
            "parse stage: one worker / two workers",
            f"≥ {WORKERS_BAR:g}",
            found["runs"]["workers"]["ratio"],
            least=WORKERS_BAR,
        )
    return "## Promises\n\n" + _table(
        ("promise", "bar", "measured", "met"), [(p, b, m, y if b else "") for p, b, m, y in rows]
    )


def _texts(formats: Figures) -> str:
    text = formats["text"]
    cpu = text["cpu_ms"]
    whole = f"whole parse {cpu[PARSE]:.2f}, of that masking {cpu['masking']:.2f} and language {cpu['language']:.2f}"
    apart = f"without these {cpu['apart']:.2f} (median {text['median_apart_ms']:.2f})"
    return (
        f"## Text\n\n{text['files']} texts of {text['kilobytes']} kB, CPU ms: reading {cpu[READ]:.2f}; {whole}; "
        f"{apart}. That is {text['documents_per_second']} documents a second and worker."
    )


def _pages(formats: Figures) -> str:
    names = (READ, PARSE, "masking", "language", "apart", SOUP, SOUP_TEXT, LXML)
    rows = [
        [
            layout,
            f"{formats[layout]['kilobytes']} kB",
            *(f"{formats[layout]['cpu_ms'][name]:.2f}" for name in names),
            formats[layout]["documents_per_second"],
        ]
        for layout in PAGES_OF
    ]
    return "## Saved pages\n\nCPU ms.\n\n" + _table(("layout", "size", *names, "docs/s, worker"), rows)


def _prints(formats: Figures) -> str:
    names = (READ, PARSE, "masking", "language", "apart", PDFIUM, MINER, PLUMBER, POPPLER)
    rows = []
    for producer in PRODUCERS:
        if producer in formats:
            cpu = formats[producer]["cpu_ms"]
            pages = "–".join(
                str(number) for number in sorted({min(formats[producer]["pages"]), max(formats[producer]["pages"])})
            )
            rows.append(
                [
                    producer,
                    pages,
                    *(f"{cpu[name]:.1f}" if name in cpu else "not there" for name in names),
                    formats[producer]["documents_per_second"],
                ]
            )
    return (
        "## PDF\n\nCPU ms for a document.\n\n"
        + _table(("producer", "pages", *names, "docs/s, worker"), rows)
        + "\n\n![CPU time of readers on the same PDFs](images/performance_readers.png)"
    )


def _stages(stages: Figures) -> str:
    rows = [[f"{stage}: {what}", *(f"{stages[kind][stage]:.2f}" for kind in stages)] for stage, what in STAGES.items()]
    rows.append(["sum", *(f"{sum(stages[kind].values()):.2f}" for kind in stages)])
    text = (
        "## Where the time goes\n\nCPU ms of each step of a parse (`benchmarks/stages.py`).\n\n"
        + _table(("step", *stages), rows)
        + "\n\n![Steps of a parse](images/performance_stages.png)"
    )
    return text + (
        "\n\nThe floor: splitting a text of 22 kB into lines and stripping them is 0.03 ms, decoding and looking for"
        " characters that need cleaning 0.05 ms; a row costs about 1 µs to make in Python, a located value about 6 µs"
        " from label to row, and a description has some 75 values and 130 rows. Of a PDF, two thirds and more of the"
        " time is PDFium's own, which loads the page and its text whatever is asked of it."
    )


def _memory(memory: Figures) -> str:
    short, long = memory["pages"]
    rows = [[work, peak["short"], peak["long"]] for work, peak in memory["mib"].items()]
    return (
        "## Memory\n\nPeak of a process that has read a short PDF, and of the same after a long one; MiB, libraries"
        " included.\n\n" + _table(("work", f"{short} pages", f"{long} pages"), rows)
    )


def _runs(runs: Figures) -> str:
    rows = [
        [
            row["documents"],
            row["run"],
            row["seconds"],
            round(row["documents"] / row["seconds"]),
            row["largest_process_mib"],
        ]
        for row in runs["sizes"]
    ]
    workers = runs["workers"]
    return (
        "## Runs\n\nText and pages, `--language off`, from start to exit; wall seconds.\n\n"
        + _table(("documents", "run", "seconds", "documents/s", "largest process, MiB"), rows)
        + f"\n\nParse stage of {workers['projects']} projects: {workers['parse_seconds']['1']} s with one worker,"
        f" {workers['parse_seconds']['2']} s with two: {workers['ratio']} times as fast (least of three runs in turns)."
    )


_COLOURS = {
    READ: "#0b6e99",
    PARSE: "#0f9d76",
    PDFIUM: "#8a8f98",
    MINER: "#c98b2b",
    PLUMBER: "#b3483a",
    POPPLER: "#7a5ea8",
}


def _plot_readers(formats: Figures) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    producers = [producer for producer in PRODUCERS if producer in formats]
    figure, axes = pyplot.subplots(figsize=(8, 3.6), dpi=110, layout="constrained")
    height = 0.13
    for place, (name, colour) in enumerate(_COLOURS.items()):
        values = [formats[producer]["cpu_ms"].get(name, 0.0) for producer in producers]
        spots = [number + (place - 2.5) * height for number in range(len(producers))]
        bars = axes.barh(spots, values, height=height * 0.9, color=colour, label=name)
        axes.bar_label(bars, fmt="%.0f", padding=3, fontsize=8)
    axes.set_xscale("log")
    axes.set_yticks(range(len(producers)), producers)
    axes.invert_yaxis()
    axes.set_xlabel("CPU ms for a PDF of 7 to 9 pages (logarithmic)")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right center", frameon=False, fontsize=8)
    figure.savefig(IMAGES / "performance_readers.png")
    pyplot.close(figure)


def _plot_stages(stages: Figures) -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 2.8), dpi=110, layout="constrained")
    colours = pyplot.get_cmap("tab10").colors
    kinds = list(stages)
    left = [0.0] * len(kinds)
    for stage, colour in zip(STAGES, colours, strict=False):
        values = [stages[kind][stage] for kind in kinds]
        axes.barh(kinds, values, left=left, color=colour, label=stage)
        left = [before + value for before, value in zip(left, values, strict=True)]
    axes.invert_yaxis()
    axes.set_xlabel("CPU ms for a document")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside right center", frameon=False, fontsize=8)
    figure.savefig(IMAGES / "performance_stages.png")
    pyplot.close(figure)
