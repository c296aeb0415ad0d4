"""How much personal data the masking finds in free text, and how much that is none: planted, counted, by kind.

``python -m benchmarks.masking`` prints the tables; ``--write`` puts them into ``docs/privacy.md``. What is planted is
in ``tests/cases/masking_kinds.yaml``. A planted value counts only if every letter and digit of it is masked. Names of
other people than the contact person are not looked for here: one kind shows that.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from parsers.masking import MASK, find_personal_data, mask_text
from parsers.privacy import place_words
from pipeline.synthetic.free_text import write_text
from pipeline.synthetic.sentences import Voice

ROOT = Path(__file__).parent.parent
KINDS = ROOT / "tests" / "cases" / "masking_kinds.yaml"
PAGE = ROOT / "docs" / "privacy.md"
SEED = 2014
BEGIN, END = "<!-- masking: begin -->", "<!-- masking: end -->"


@dataclass(slots=True)
class Found:
    """Of one kind: how many were planted, how many wholly masked; examples of misses."""

    kind: str
    floor: float
    planted: int = 0
    masked: int = 0
    missed: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.masked / self.planted


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up contact person: (nominative, genitive, partitive) of both names."""

    first: tuple[str, str, str]
    last: tuple[str, str, str]

    @property
    def printed(self) -> str:
        return f"{self.last[0]} {self.first[0]}"


def load_kinds() -> dict[str, Any]:
    kinds: dict[str, Any] = yaml.safe_load(KINDS.read_text("utf-8"))
    return kinds


def mask(text: str, person: Person | None = None) -> str:
    """The text as a run would publish it, were all of it free text."""
    contacts = {"contact_name": person.printed} if person else {}
    return mask_text(text, find_personal_data(text, contacts, [], [], [(0, len(text))], place_words()))


def measure_identifiers(kinds: dict[str, Any], count: int, rng: random.Random) -> Iterator[Found]:
    """``count`` of each kind, every form and carrier in turn."""
    for kind in kinds["identifiers"]:
        found = Found(kind["kind"], kind["floor"])
        for number in range(count):
            form = kind["forms"][number % len(kind["forms"])]
            before = rng.choice(kind.get("before", [""]))
            _judge(found, rng.choice(kinds["carriers"]), _fill(form, rng), before=before)
        yield found


def measure_names(kinds: dict[str, Any], count: int, rng: random.Random) -> Iterator[Found]:
    """Names of contact persons, and of others, in free text."""
    for kind in kinds["names"]:
        found = Found(kind["kind"], kind["floor"])
        for number in range(count):
            person = _invent(kinds, rng)
            carrier: str = kind["carriers"][number % len(kind["carriers"])]
            text, planted = _fill_name(carrier, person)
            masked = mask(text, None if kind.get("other") else person)
            found.planted += 1
            if all(set(masked[start:end]) <= {MASK, "\n", " ", ",", "."} for start, end in planted):
                found.masked += 1
            else:
                found.missed.append(text)
        yield found


def measure_clean(kinds: dict[str, Any], words: int, rng: random.Random, *, traps: bool) -> tuple[int, list[str]]:
    """Words of text without personal data, and what of it was masked; ``traps`` are sentences full of numbers."""
    counted = 0
    wrong: list[str] = []
    voice = Voice(rng, "Esimerkkilässä", 2015)
    while counted < words:
        text = " ".join(rng.sample(kinds["clean"], 3)) if traps else write_text(rng, voice, (), ())
        masked = mask(text, _invent(kinds, rng))
        counted += len(text.split())
        wrong += [text[one.start() : one.end()] for one in re.finditer(f"{MASK}+", masked)]
    return counted, wrong


def interval(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    share = hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def _judge(found: Found, carrier: str, planted: str, *, before: str = "") -> None:
    text = carrier.format(before + planted)
    start = text.index(before + planted) + len(before)
    masked = mask(text)[start : start + len(planted)]
    found.planted += 1
    if any(sign.isalnum() for sign in masked.replace("tai", "")):
        found.missed.append(text)
    else:
        found.masked += 1


def _fill(form: str, rng: random.Random) -> str:
    return re.sub("#", lambda _: str(rng.randint(0, 9)), form)


def _invent(kinds: dict[str, Any], rng: random.Random) -> Person:
    return Person(tuple(rng.choice(kinds["first_names"])), tuple(rng.choice(kinds["surnames"])))


def _fill_name(carrier: str, person: Person) -> tuple[str, list[tuple[int, int]]]:
    """The sentence, and where parts of the name stand in it."""
    forms = {"f": person.first[0][0]}
    for name, (nominative, genitive, partitive) in (("first", person.first), ("last", person.last)):
        back = "lta" if re.search("[aou]", re.split("-", nominative)[-1]) else "ltä"
        forms |= {name: nominative, name.upper(): nominative.upper(), f"{name}_of": genitive, f"{name}_part": partitive}
        forms |= {f"{name}_to": genitive[:-1] + "lle", f"{name}_from": genitive[:-1] + back}
    text, spans = "", []
    for part in re.split(r"(\{\w+\})", carrier):
        if part.startswith("{"):
            spans.append((len(text), len(text) + len(forms[part[1:-1]])))
            part = forms[part[1:-1]]
        text += part
    return text, spans


def write_tables(found: list[Found], clean: tuple[int, list[str]], traps: tuple[int, list[str]], count: int) -> str:
    """Markdown."""
    lines = [
        f"`python -m benchmarks.masking --write`: {count} of each kind, seed {SEED}.",
        "",
        "| Planted in free text | planted | wholly masked | recall | 95 % interval |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for one in found:
        low, high = interval(one.masked, one.planted)
        lines.append(f"| {one.kind} | {one.planted} | {one.masked} | {one.recall:.3f} | {low:.3f}–{high:.3f} |")
    lines += [
        "",
        "| Text without personal data | words | masked for nothing | in 10,000 words |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, (words, wrong) in (("as the made-up applicants write", clean), ("sentences made to mislead", traps)):
        lines.append(f"| {name} | {words:,} | {len(wrong)} | {len(wrong) / words * 10_000:.2f} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--words", type=int, default=200_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--missed", action="store_true", help="print some of what was missed")
    options = parser.parse_args(arguments)
    kinds = load_kinds()
    rng = random.Random(SEED)  # noqa: S311 - the same every time
    found = [*measure_identifiers(kinds, options.count, rng), *measure_names(kinds, options.count, rng)]
    clean = measure_clean(kinds, options.words, rng, traps=False)
    traps = measure_clean(kinds, options.words // 10, rng, traps=True)
    text = write_tables(found, clean, traps, options.count)
    sys.stdout.write(text)
    if options.missed:
        for one in found:
            for miss in sorted(set(one.missed), key=lambda text: (len(text), text))[:12]:
                sys.stdout.write(f"{one.kind}: {miss!r}\n")
        sys.stdout.write(f"{sorted({*clean[1], *traps[1]})[:60]}\n")
    if options.write:
        page = PAGE.read_text("utf-8")
        head, rest = page.split(BEGIN)
        PAGE.write_text(f"{head}{BEGIN}\n{text}{END}{rest.split(END)[1]}", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
