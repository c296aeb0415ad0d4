"""Text saved as Markdown: its marks taken away, so that only what a reader would see is left.

Marks are to Markdown what tags are to HTML: no text, and not counted as dropped. Only a text that is Markdown as a
whole is touched; a star or a number sign in plain text stays what it is.
"""

from __future__ import annotations

import re

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*?)(?:[ \t]+#{1,6})?[ \t]*$", re.MULTILINE)
_STRONG = re.compile(r"(?<![\w*_\\])(\*\*|__)(?=\S)([^\n*_]{1,400}?)(?<=\S)\1(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*_\\])([*_])(?=[^\s*_])([^\n*_]{1,400}?)(?<=[^\s*_])\1(?![\w*])")
_RULE = re.compile(r"^ {0,3}(?:[-*_][ \t]?){3,40}$", re.MULTILINE)
_TABLE_RULE = re.compile(
    r"^[ \t]{0,3}\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*){0,20}\|?[ \t]*$", re.MULTILINE
)
_TABLE_ROW = re.compile(r"^[ \t]{0,3}\|(.{0,4000})\|[ \t]*$", re.MULTILINE)
_CELL_EDGE = re.compile(r"(?<!\\)\|")
_QUOTE = re.compile(r"^ {0,3}> ?", re.MULTILINE)
_UNDERLINE = re.compile(r"^(?=\S)(.{1,200})\n(?:={3,80}|-{3,80})[ \t]*$", re.MULTILINE)
_LINK = re.compile(r"(?<![\\!])\[([^\[\]\n]{1,400})\]\((?:[^()\s]{1,800})\)")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,800})>")
_LINE_BREAK = re.compile(r"\\$", re.MULTILINE)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()<>#+.!|~-])")
_FEWEST_HEADINGS = 3
_FEWEST_OTHERS = 3
_FEW_MARKS = 200


def is_markdown(text: str) -> bool:
    """Whether a text is Markdown as a whole: several headings of its kind, or many strong labels and table rows."""
    # Pairs cost a pass over the text each; most texts have too few of the single characters.
    if not (
        (_has(text, "#", _FEWEST_HEADINGS) and "\n#" in text)
        or (_has(text, "*", len("****")) and _has_pair(text, "*"))
        or (_has(text, "_", len("____")) and _has_pair(text, "_"))
    ):
        return False
    headings = len(_HEADING.findall(text))
    strong = len(_STRONG.findall(text))
    rows = len(_TABLE_ROW.findall(text))
    return (
        headings >= _FEWEST_HEADINGS
        or (strong >= _FEWEST_OTHERS and (rows >= _FEWEST_OTHERS or headings > 0))
        or (strong >= 3 * _FEWEST_OTHERS)
    )


def _has(text: str, mark: str, times: int) -> bool:
    """Whether a character stands in the text so many times."""
    place = -1
    while times and (place := text.find(mark, place + 1)) >= 0:
        times -= 1
    return not times


def _has_pair(text: str, mark: str) -> bool:
    """Whether a character stands twice in a row; looked for from mark to mark, while there are few."""
    place = text.find(mark)
    for _ in range(_FEW_MARKS):
        if place < 0:
            return False
        if text.startswith(mark, place + 1):
            return True
        place = text.find(mark, place + 2)
    return mark + mark in text


def remove_marks(text: str) -> str:
    """The text without its marks; cells of tables are parted by tabs."""
    text = _QUOTE.sub("", text)
    text = _TABLE_RULE.sub("", text)
    text = _TABLE_ROW.sub(_split_row, text)
    text = _UNDERLINE.sub(r"\1", text)
    text = _RULE.sub("", text)
    text = _HEADING.sub(r"\1", text)
    text = _LINK.sub(r"\1", text)
    text = _AUTOLINK.sub(r"\1", text)
    text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(r"\2", text)
    text = _LINE_BREAK.sub("", text)
    return _ESCAPE.sub(r"\1", text)


def _split_row(match: re.Match[str]) -> str:
    return "\t".join(cell.strip() for cell in _CELL_EDGE.split(match[1]))
