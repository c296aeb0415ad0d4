"""Damage as it happens to archives: OCR misreadings, lost diacritics and blank lines, doubled spaces, glued labels,
lines swapped where columns were read across.

A level is the share of characters misread (0-0.05); the damage to lines and spaces grows with it. By default
only what the form prints (labels, headings, table rows) is damaged; ``inside`` damages the values as well.
Numbers of headings are spared, and so are the truth's values: the truth says what was printed before the damage.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from pipeline.synthetic.form_text import Block, Kind, Row

MAX_LEVEL = 0.05
_MISREAD = {
    "a": "o", "c": "e", "e": "c", "h": "b", "i": "l", "l": "1", "m": "rn", "n": "u", "o": "0", "r": "t",
    "s": "5", "t": "f", "u": "n", "v": "y", "B": "8", "H": "N", "I": "l", "K": "X", "O": "0", "S": "5", "T": "I",
    "0": "O", "1": "l", "5": "S", "8": "B", "(": "{", ")": "}", ".": ",", ",": ".", "-": "–",
}  # fmt: skip
_INSIDE = frozenset({Kind.PARAGRAPH, Kind.ITEM, Kind.PARTNER})
"""Blocks whose text is the applicant's; a heading's is the form's except in 7.x."""


def damage_blocks(blocks: Sequence[Block], level: float, rng: Random, *, inside: bool = False) -> tuple[Block, ...]:
    """The blocks with letters misread at ``level``; values only when ``inside``."""
    if not 0 <= level <= MAX_LEVEL:
        raise ValueError(f"noise: a level from 0 to {MAX_LEVEL} expected, not {level}")
    if not level:
        return tuple(blocks)
    return tuple(_damage_block(block, level, rng, inside) for block in blocks)


def _damage_block(block: Block, level: float, rng: Random, inside: bool) -> Block:
    is_value = block.kind in _INSIDE or (block.kind is Kind.HEADING and block.number.startswith("7."))
    return replace(
        block,
        label=misread(block.label, level, rng),
        text=block.text if is_value and not inside else misread(block.text, level, rng),
        value=misread(block.value, level, rng) if inside else block.value,
        rows=tuple(_damage_row(row, level, rng, inside) for row in block.rows),
    )


def _damage_row(row: Row, level: float, rng: Random, inside: bool) -> Row:
    label = misread(row.label, level, rng)
    if not inside:
        return replace(row, label=label)
    return replace(
        row,
        label=label,
        direct=misread(row.direct, level, rng),
        indirect=misread(row.indirect, level, rng),
        justification=misread(row.justification, level, rng),
    )


def misread(text: str, level: float, rng: Random) -> str:
    """Letters taken for others, without their diacritics, left out, or followed by a second space."""
    out = []
    for char in text:
        if char == "\n" or rng.random() >= level:
            out.append(char)
        elif char == " ":
            out.append(rng.choice(("  ", "  ", "")))
        else:
            out.append(_without_diacritics(char) if rng.random() < 0.3 else _other(char))
    return "".join(out)


def _without_diacritics(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0]


def _other(char: str) -> str:
    return _MISREAD.get(char, _without_diacritics(char))


def damage_lines(text: str, blocks: Sequence[Block], level: float, rng: Random) -> str:
    """A text layout's lines after damage: blank lines lost, labels glued to values, fields swapped with the next.

    ``blocks`` are those that were laid out: only lines that begin with one of their labels are glued or swapped.
    """
    if not level:
        return text
    labels = tuple(f"{block.label}: " for block in blocks if block.kind is Kind.FIELD and block.value)
    share = min(0.5, level * 8)
    out: list[str] = []
    for line in text.split("\n"):
        if not line and out and rng.random() < share:
            continue
        label = next((label for label in labels if line.startswith(label)), None) if line else None
        if label and rng.random() < share / 2:
            line = label[: rng.choice((-1, -2))] + line[len(label) :]
        elif label and out and out[-1].startswith(labels) and rng.random() < share / 2:
            out.insert(-1, line)
            continue
        out.append(line)
    return "\n".join(out) if out and not out[-1] else "\n".join(out) + "\n"
