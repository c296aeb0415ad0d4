"""Byte-level mutants of sample documents, in every format: ``make mutants`` (2,000 of each; some minutes).

Twenty words that stand nowhere else are planted in each document before it is mutated. Every mutant is parsed in a
child with limits, as in a run. A finding is: anything raised, a broken invariant, a hang or a crash outside PDFium, and
a planted word that another reading of the same bytes shows, but that is neither in the text nor counted as dropped.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from fuzz import corpus
from fuzz.checks import check_record
from parsers.parse import parse_document
from parsers.readers.clean import clean_characters
from parsers.readers.encoding import decode, find_declared_charset
from pipeline.progress import Stop
from pipeline.settings import Limits
from pipeline.synthetic.form_text import Block, Kind, render_blocks
from pipeline.synthetic.invent import invent_project
from pipeline.synthetic.layouts import select_layouts
from pipeline.workers import Job, Pool, Task

OUT = Path(__file__).resolve().parents[1] / "build" / "mutants"
COUNT = 2_000
WORDS = tuple(f"Zq{chr(97 + at)}xvartija" for at in range(20))
"""Planted: letters only, so that nothing takes them for a number, and long enough not to come about by chance."""
LIMITS = Limits(cpu_seconds=20, wall_seconds=120.0)
PRODUCERS = ("reportlab", "weasyprint", "chromium")
SUFFIXES = {"text": ".txt", "html": ".html", "mhtml": ".mht", "pdf": ".pdf"}


@dataclass(frozen=True, slots=True)
class Sample:
    """A document to be mutated."""

    format: str
    layout: str
    data: bytes


def plant_words(number: int) -> tuple[Block, ...]:
    """An invented project whose free text holds all ``WORDS``."""
    blocks = list(render_blocks(invent_project(11, number).captures[-1].content))
    places = [at for at, block in enumerate(blocks) if block.kind is Kind.PARAGRAPH]
    for turn, word in enumerate(WORDS):
        at = places[turn * len(places) // len(WORDS)]
        blocks[at] = replace(blocks[at], text=f"{blocks[at].text} {word}")
    return tuple(blocks)


def make_samples(formats: Sequence[str], producers: Sequence[str] = PRODUCERS) -> list[Sample]:
    """A sample in every layout of each format, PDFs by every producer."""
    samples: list[Sample] = []
    for name in ("text", "html"):
        for number, layout in enumerate(select_layouts(name)):
            blocks = plant_words(number % 4)
            data = layout.render(blocks, random.Random(number)).encode()  # noqa: S311
            if name in formats:
                samples.append(Sample(name, layout.name, data))
            if name == "html" and "mhtml" in formats:
                samples.append(Sample("mhtml", layout.name, corpus.make_message(data)))
    if "pdf" in formats:
        from pipeline.synthetic.pdf import PdfJob, render_pdfs

        made = render_pdfs([PdfJob(plant_words(number), producer) for number, producer in enumerate(producers)])
        samples += [Sample("pdf", producer, data) for producer, data in zip(producers, made, strict=True)]
    return samples


def mutate(data: bytes, rng: random.Random) -> bytes:
    """One to four changes: bits, bytes, runs dropped, doubled, moved, overwritten or cut."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        if not out:
            break
        at, size = rng.randrange(len(out)), rng.choice((1, 1, 2, 4, 16, 64, 512))
        match rng.randrange(8):
            case 0:
                out[at] ^= 1 << rng.randrange(8)
            case 1:
                out[at] = rng.choice((0, 0x0A, 0x20, 0x3C, 0x3E, 0x80, 0xC3, 0xFF, rng.randrange(256)))
            case 2:
                del out[at : at + size]
            case 3:
                out[at:at] = out[at : at + size]
            case 4:
                to = rng.randrange(len(out))
                out[to:to] = out[at : at + size]
            case 5:
                out[at : at + size] = rng.randbytes(min(size, len(out) - at))
            case 6:
                out[at:at] = rng.randbytes(size)
            case _ if rng.random() < 0.2:
                del out[at:]
            case _:
                out[at : at + 1] = str(rng.randrange(1 << 33)).encode()
    return bytes(out)


def shown_words(data: bytes, kind: str) -> set[str]:
    """The planted words that other means find in the bytes, as a reader of the page would see them."""
    if kind == "pdf":
        return set(_WORD.findall(_read_pdf_plainly(data)))
    if kind == "text":
        return set(_WORD.findall(clean_characters(decode(data).text)))
    if kind == "mhtml":
        import email

        parts = [part for part in email.message_from_bytes(data).walk() if part.get_content_type() == "text/html"]
        payload = parts[0].get_payload(decode=True) if parts else b""
        data = payload if isinstance(payload, bytes) else b""
    source = clean_characters(decode(data, meta=find_declared_charset(data)).text)
    parser = LexborHTMLParser(source)
    parser.strip_tags(["script", "style"])
    return set(_WORD.findall(parser.body.text(separator=" ") if parser.body else ""))


_WORD = re.compile("|".join(WORDS))


def _read_pdf_plainly(data: bytes) -> str:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        texts = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    except pypdfium2.PdfiumError:
        return ""
    return "\n".join(texts)


def judge(data: bytes, kind: str) -> dict[str, Any]:
    """What became of a mutant: its status, planted words shown, kept, counted as dropped; and what is wrong, if any."""
    begun = time.process_time()
    parsed = parse_document(data, name=f"document{SUFFIXES[kind]}")
    seconds = time.process_time() - begun
    check_record(parsed)
    reason = (parsed.document["reason"] or "").partition(":")[0]
    verdict: dict[str, Any] = {"status": parsed.status, "reason": reason, "seconds": seconds}
    if parsed.status == "quarantined":
        return verdict
    shown = shown_words(data, kind)
    missing = shown - set(_WORD.findall(parsed.restricted["texts"][0]["text"]))
    dropped = sum(map(len, missing)) <= parsed.document["dropped_characters"]
    return verdict | {"shown": len(shown), "missing": len(missing), "lost": 0 if dropped else len(missing)}


def make_handler(options: dict[str, Any]) -> Callable[[bytes], bytes]:
    """A child's: payloads are a format's letter and the bytes."""
    kinds = {kind[0].encode(): kind for kind in options["formats"]}

    def handle(payload: bytes) -> bytes:
        return json.dumps(judge(payload[1:], kinds[payload[:1]])).encode()

    return handle


def make_mutants(samples: Sequence[Sample], count: int, seed: int) -> list[tuple[Sample, bytes]]:
    """``count`` mutants, of each sample in turn."""
    return [
        (samples[number % len(samples)], mutate(samples[number % len(samples)].data, random.Random(f"{seed} {number}")))  # noqa: S311
        for number in range(count)
    ]


def try_mutants(mutants: Sequence[tuple[Sample, bytes]], workers: int, keep: Path | None = None) -> dict[str, Any]:
    """Counts of what became of the mutants of a format; findings are kept as files."""
    kind = mutants[0][0].format
    counts: Counter[str] = Counter()
    findings: list[str] = []
    slowest = 0.0
    with Pool(Job("fuzz.mutants:make_handler", {"formats": list(SUFFIXES)}, LIMITS), workers, Stop()) as pool:
        tasks = (Task(number, kind[0].encode() + data) for number, (_, data) in enumerate(mutants))
        for outcome in pool.run(tasks):
            sample, data = mutants[outcome.number]
            wrong = outcome.failure
            if outcome.result is not None:
                verdict = json.loads(outcome.result)
                counts[verdict["status"]] += 1
                for what in ("shown", "missing", "lost"):
                    counts[what] += verdict.get(what, 0)
                slowest = max(slowest, verdict["seconds"])
                wrong = "lost words" if verdict.get("lost") else None
            elif kind == "pdf" and outcome.failure in ("crash", "memory"):
                counts[outcome.failure] += 1  # PDFium's: in a run the document is quarantined for that
                wrong = None
            if wrong:
                findings.append(f"{wrong} ({outcome.detail}) in {sample.layout} {outcome.number}")
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{kind}-{sample.layout}-{outcome.number}{SUFFIXES[kind]}").write_bytes(data)
    return {"format": kind, "mutants": len(mutants), **counts, "slowest": round(slowest, 2), "findings": findings}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz.mutants", description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help=f"of each format (default: {COUNT})")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT, help="where findings and the report go")
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=f"default: all; {', '.join(SUFFIXES)}")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.formats if name not in SUFFIXES]
    if unknown:
        parser.error(f"unknown format {unknown[0]!r}; known are: {', '.join(SUFFIXES)}")
    rows = []
    for kind in options.formats or SUFFIXES:
        mutants = make_mutants(make_samples([kind]), options.count, options.seed)
        row = try_mutants(mutants, options.workers, options.out)
        rows.append(row)
        counts = {key: value for key, value in row.items() if isinstance(value, int)}
        told = ", ".join(f"{value:,} {key}" for key, value in counts.items())
        print(f"{kind}: {told}; slowest {row['slowest']} s, {len(row['findings'])} findings", flush=True)
        for finding in row["findings"][:20]:
            print(f"  {finding}")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "report.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return int(any(row["findings"] for row in rows))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
