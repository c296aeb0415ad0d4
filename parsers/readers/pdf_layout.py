"""Reading order: from the fragments of a page, in content order, to its text lines.

Producers write a page mostly as it is read; where they do not (columns, margins, numbers after the whole name), the
places on the page decide. The steps: parts that flow downwards in content order are blocks; blocks are put in order by
cutting the page between them; within a block, fragments are gathered to rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from parsers.readers.pdf_lines import Fragment, Page, TextLine
from parsers.readers.pdf_marks import join_marks
from parsers.readers.pdf_rows import NAME_LINES, gather_rows, is_number

_LABEL_LINES = 4
"""Most lines a label in a table of labels and values is folded over."""
_MOST_BLOCKS = 150
"""More are no layout but letters strewn over a page."""
_MOST_CUTS = 40
"""Deepest nesting of cuts."""


def lay_out(page: Page, fragments: list[Fragment]) -> list[TextLine]:
    """The lines of a page in reading order, table rows gathered; ``fragments`` without furniture."""
    if not fragments:
        return []
    upright = [fragment for fragment in fragments if not fragment.sideways]
    sideways = [TextLine(fragment, page) for fragment in fragments if fragment.sideways and fragment.text]
    fragments = _merge_false_cells(join_marks(upright))
    if not fragments:
        return sideways
    blocks = _part_blocks(fragments)
    lines: list[TextLine] = []
    for column, block in enumerate(_order_blocks(blocks)):
        lines += gather_rows(page, block, column)
    return lines + sideways


def _merge_false_cells(fragments: list[Fragment]) -> list[Fragment]:
    """Undo gaps that no other line confirms: wide spaces of a justified line, not cells."""
    if not any(fragment.split for fragment in fragments):
        return fragments
    starts: dict[int, int] = {}
    for fragment in fragments:
        if fragment.split or is_number(fragment.text):
            for place in {round(fragment.x0 / 2), round((fragment.x0 + 1) / 2), round((fragment.x0 - 1) / 2)}:
                starts[place] = starts.get(place, 0) + 1
    lefts = Counter(round(fragment.x0 / 2) for fragment in fragments if not fragment.split)
    left = False
    merged: list[Fragment] = []
    for fragment in fragments:
        before = merged[-1] if merged else None
        if not fragment.split:
            left = lefts[round(fragment.x0 / 2)] > 1
        if (
            before is not None
            and fragment.split
            and left
            and before.x1 <= fragment.x0 < before.x1 + 6 * fragment.size
            and abs(before.base - fragment.base) < 0.2 * fragment.size
            and starts.get(round(fragment.x0 / 2), 0) < 2
            and not is_number(fragment.text)
            and not is_number(before.text)
            and before.bold == fragment.bold
            and before.text[-1:] != ":"
        ):
            length = len(before.text) + 1
            before.stops += tuple((length + offset, x) for offset, x in fragment.stops)
            before.text = f"{before.text} {fragment.text}"
            before.x1, before.y0, before.y1 = fragment.x1, min(before.y0, fragment.y0), max(before.y1, fragment.y1)
            before.hyphen = fragment.hyphen
        else:
            merged.append(fragment)
    return merged


def _part_blocks(fragments: list[Fragment]) -> list[list[Fragment]]:
    """Runs of fragments that flow downwards; one beside the lines just before it stays in their block."""
    blocks: list[list[Fragment]] = [[fragments[0]]]
    lowest, edge = fragments[0].base, float("-inf")
    for number, fragment in enumerate(fragments[1:], start=1):
        block = blocks[-1]
        below = fragment.base >= lowest - 0.6 * fragment.size
        if below and fragment.x0 >= edge:
            block.append(fragment)
            lowest = fragment.base
        elif not below and _stands_beside(block, fragment) and not _heads_column(fragments, number):
            block.append(fragment)
        else:
            blocks.append([fragment])
            lowest = fragment.base
            # A column that was reached by a jump upwards ends where the text returns to the left of it.
            edge = float("-inf") if below else fragment.x0 - 3 * fragment.size
    return blocks


def _heads_column(fragments: list[Fragment], number: int) -> bool:
    """Whether a number stands on top of others: a table written column by column."""
    first = fragments[number]
    if not is_number(first.text) or number + 1 >= len(fragments):
        return False
    after = fragments[number + 1]
    return is_number(after.text) and after.x0 < first.x1 and after.base > first.base + 0.6 * first.size


def _stands_beside(block: list[Fragment], fragment: Fragment) -> bool:
    """Whether a fragment above the end of a block is a further cell of the row that the block ends with.

    Then the lines from its level down to the end are few, and all left of it: more would be a column of running text.
    """
    most = NAME_LINES if is_number(fragment.text) else _LABEL_LINES
    bases: list[float] = []
    for other in block[: -4 * NAME_LINES : -1]:
        if other.x1 > fragment.x0 + 1:
            # A further cell of the same row, such as the number before this one.
            if abs(other.base - fragment.base) < 0.3 * fragment.size or other.x0 > fragment.x0 - 1:
                continue
            return False
        if not bases or abs(other.base - bases[-1]) > 0.3 * other.size:
            bases.append(other.base)
        if len(bases) > most:
            return False
        if other.y0 - 0.5 * other.size <= fragment.base <= other.y1 + 0.5 * other.size:
            return True
        if other.y1 < fragment.y0:
            return False
    return False


def _order_blocks(blocks: list[list[Fragment]], cuts: int = 0) -> list[list[Fragment]]:
    """Blocks in reading order: cut between rows of blocks first, then between columns; ``cuts`` were made before."""
    if len(blocks) == 1:
        return blocks
    if len(blocks) > _MOST_BLOCKS or cuts > _MOST_CUTS:
        return [_sort_rows([fragment for block in blocks for fragment in block])]
    for axis in (1, 0):
        groups = _cut(blocks, axis)
        if len(groups) > 1:
            if axis == 0 and _is_table(groups):
                return [_sort_rows([fragment for group in groups for block in group for fragment in block])]
            return _rejoin([block for group in groups for block in _order_blocks(group, cuts + 1)], apart=axis == 0)
    # What stands above where all of them have begun is no part of the columns below it.
    level = max(min(fragment.y0 for fragment in block) for block in blocks)
    above = [[f for f in block if f.y1 <= level + 0.2 * f.size] for block in blocks]
    rest = [[f for f in block if f.y1 > level + 0.2 * f.size] for block in blocks]
    if any(above) and any(rest):
        return [block for part in (above, rest) for block in _order_blocks([b for b in part if b], cuts + 1)]
    # Blocks that lie across each other: written in no order at all.
    return [_sort_rows([fragment for block in blocks for fragment in block])]


def _rejoin(blocks: list[list[Fragment]], *, apart: bool) -> list[list[Fragment]]:
    """Blocks below each other at one left edge are one again, so that rows and paragraphs can run on."""
    if apart:
        return blocks
    joined: list[list[Fragment]] = []
    for block in blocks:
        if joined and joined[-1][-1].base <= block[0].base and len(block) + len(joined[-1]) < 10_000:
            joined[-1] = joined[-1] + block
        else:
            joined.append(block)
    return joined


def _cut(blocks: list[list[Fragment]], axis: int) -> list[list[list[Fragment]]]:
    """Groups of blocks that do not overlap along an axis (0: across, 1: down), in the axis' order."""
    spans: list[tuple[float, float, list[Fragment]]] = []
    for block in blocks:
        if axis:
            spans.append((min(f.y0 for f in block), max(f.y1 for f in block), block))
        else:
            spans.append((min(f.x0 for f in block), max(f.x1 for f in block), block))
    spans.sort(key=lambda span: span[0])
    groups: list[list[list[Fragment]]] = []
    reach = float("-inf")
    for start, end, block in spans:
        if groups and start < reach - 0.3 * block[0].size * axis:
            groups[-1].append(block)
            reach = max(reach, end)
        else:
            groups.append([block])
            reach = end
    return groups


def _is_table(groups: Sequence[list[list[Fragment]]]) -> bool:
    """Whether columns are those of a table written column by column, not of running text."""
    flat = [[fragment for block in group for fragment in block] for group in groups]
    first = flat[0]
    bases = sorted(fragment.base for fragment in first)
    for column in flat[1:]:
        if sum(is_number(fragment.text) for fragment in column) * 2 > len(column):
            continue
        met = sum(any(abs(base - fragment.base) < 0.25 * fragment.size for base in bases) for fragment in column)
        width = max(f.x1 for f in first) - min(f.x0 for f in first)
        filled = sum(f.x1 - f.x0 for f in first) / (len(first) * width) if width else 1.0
        if met * 10 < len(column) * 8 or filled > 0.7:
            return False
    return True


def _sort_rows(fragments: list[Fragment]) -> list[Fragment]:
    """Fragments by base line, and from left to right on each."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda f: f.base):
        if rows and fragment.base - rows[-1][0].base < 0.3 * fragment.size:
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [fragment for row in rows for fragment in sorted(row, key=lambda f: f.x0)]
