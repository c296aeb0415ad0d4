"""Free text as applicants type it: from one line to 60 kB, with everything that looks like the form and is not."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from pipeline.synthetic.sentences import (
    ENGLISH,
    LABEL_LINES,
    SCORE_LOOKALIKES,
    SUBHEADINGS,
    SWEDISH,
    Voice,
)

HUGE = 60_000
"""Characters of the longest texts, about."""


def write_text(rng: Random, voice: Voice, quotes: Sequence[str], plants: Sequence[str], *, scale: float = 1.0) -> str:
    """A summary or a report: chunks parted by blank lines.

    ``quotes`` are form headings that may be quoted on a line of their own, ``plants`` lines of personal data to put
    in; ``scale`` makes texts longer or shorter.
    """
    length = rng.random()
    if length < 0.12 and not plants:
        return voice.sentence()
    if length > 0.995:
        return _write_long(rng, voice, int(HUGE * rng.uniform(0.5, 0.95)))
    count = 1 + int(rng.expovariate(1 / 3.5) * scale)
    chunks = [voice.paragraph(rng.randint(1, 6)) for _ in range(count)]
    if rng.random() < 0.5:
        at = rng.randrange(len(chunks) + 1)
        chunks[at:at] = [voice.lead(), voice.items(rng.randint(2, 6))]
    for write in _ODDITIES:
        if rng.random() < 0.07:
            chunks.insert(rng.randrange(len(chunks) + 1), write(rng, voice))
    if quotes and rng.random() < 0.06:
        chunks.insert(rng.randrange(1, len(chunks) + 1), rng.choice(quotes))
        chunks.append(voice.paragraph(2))
    for plant in plants:
        chunks.insert(rng.randrange(len(chunks) + 1), plant)
    return "\n\n".join(chunks)


def write_groups(rng: Random, voice: Voice) -> str:
    """Target groups: a line, a paragraph or a list with something before and after."""
    choice = rng.random()
    if choice < 0.25:
        return voice.sentence()
    if choice < 0.5:
        return voice.paragraph(rng.randint(2, 4))
    chunks = [voice.lead(), voice.items(rng.randint(2, 7))]
    if choice > 0.7:
        chunks.append(voice.paragraph(2))
    return "\n\n".join(chunks)


def write_justification(rng: Random, voice: Voice) -> str:
    """The text under a criterion: mostly a sentence, seldom several paragraphs or a list."""
    text = voice.justification(odd=rng.random() < 0.12)
    if rng.random() < 0.04:
        text += "\n\n" + voice.justification(odd=rng.random() < 0.3)
    elif rng.random() < 0.03:
        text += "\n\n" + voice.items(2)
    return text


def _write_long(rng: Random, voice: Voice, characters: int) -> str:
    chunks: list[str] = []
    length = 0
    while length < characters:
        chunks.append(voice.items(5) if rng.random() < 0.1 else voice.paragraph(rng.randint(3, 12)))
        length += len(chunks[-1]) + 2
    return "\n\n".join(chunks)


def _add_subheading(rng: Random, voice: Voice) -> str:
    if rng.random() < 0.5:
        return rng.choice(SUBHEADINGS)
    return rng.choice(SUBHEADINGS) + "\n" + voice.paragraph(2)


def _add_year(rng: Random, voice: Voice) -> str:
    year = rng.randint(2014, 2020)
    return f"{year}\n{voice.items(3)}" if rng.random() < 0.7 else str(year)


def _add_label_line(rng: Random, voice: Voice) -> str:
    return voice.fill(rng.choice(LABEL_LINES))


def _add_lookalike(rng: Random, voice: Voice) -> str:
    return voice.fill(rng.choice(SCORE_LOOKALIKES))


def _add_swedish(rng: Random, voice: Voice) -> str:
    return " ".join((rng.choice(SWEDISH), *([voice.sentence()] if rng.random() < 0.2 else [])))


def _add_english(rng: Random, voice: Voice) -> str:
    return " ".join((rng.choice(ENGLISH), *([voice.sentence()] if rng.random() < 0.2 else [])))


_ODDITIES = (_add_subheading, _add_year, _add_label_line, _add_lookalike, _add_swedish, _add_english)
