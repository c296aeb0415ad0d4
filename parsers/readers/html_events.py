"""An HTML source as a flat list of events, made by one of two parsers that agree on what an event is.

An event is a text, or a tag with its attributes: ``("div", attributes)``, ``("/div", None)``. Tags that mean nothing to
the layout of text (``span``, ``em``, ...) give none. Attributes are judged here: what is hidden is ``#hidden``,
whatever its tag.

lexbor builds the tree that browsers build, three times as fast as libxml2, but takes time quadratic in depth (10,000
nested lists: 0.4 s) and in the attributes of one tag (100,000: 37 s). libxml2's tree drops what is nested deeper than
256 or 2,048 elements and says nothing; its *events* drop nothing and are linear in everything. So lexbor reads what it
can read in time, and libxml2's events, through lxml, the rest.
"""

from __future__ import annotations

import re

from lxml import etree
from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from parsers.readers.clean import count_characters

Attributes = dict[str, str | None]
Mark = tuple[str, Attributes | None]
Event = str | Mark

SKIPPED = frozenset(
    (
        "head",
        "title",
        "noscript",
        "template",
        "svg",
        "iframe",
        "noframes",
        "noembed",
        "object",
        "video",
        "audio",
        "canvas",
        "select",
        "datalist",
        "button",
    )
)
"""Text in these is no text of the page (``head``) or a control's, a picture's or a fallback's."""
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
PREFORMATTED = frozenset(("pre", "textarea", "listing", "xmp", "plaintext"))
REGIONS = frozenset(("nav", "header", "footer"))
LISTS = frozenset(("ul", "ol", "menu"))
CELLS = frozenset(("td", "th", "dt", "dd"))
LINES = frozenset(("div", "address", "center", "caption", "legend", "option", "optgroup", "summary", "fieldset"))
"""Each begins on a line of its own and ends with it."""
BLOCKS = frozenset(
    ("p", "blockquote", "section", "article", "aside", "figure", "figcaption", "form", "details", "dialog", "hr")
)
"""Each has a blank line before and after it."""
HANDLED = (
    SKIPPED
    | HEADINGS
    | PREFORMATTED
    | REGIONS
    | LISTS
    | CELLS
    | LINES
    | BLOCKS
    | frozenset(("table", "dl", "tr", "li", "main", "b", "strong", "a", "br"))
)
_INLINE = frozenset(("b", "strong", "a", "br", "#hidden", "#pre"))
"""Behind these white space counts, or would in preformatted text."""
_MARKS: dict[str, tuple[Mark, Mark, bool]] = {
    tag: ((tag, None), ("/" + tag, None), tag not in _INLINE)
    for tag in (*HANDLED, "#hidden", "#pre", "#pre-div", "#pre-p")
}
"""For each tag its two events without attributes, made once, and whether it ends a line."""
_UNREAD = frozenset(("script", "style"))
_WITH_ATTRIBUTES = frozenset(("td", "th", "dialog"))
"""Their attributes are an event's; those of others only say what they count as."""
_ROLES = {"navigation": "nav", "main": "main", "banner": "header", "contentinfo": "footer"}
_HIDING = re.compile(r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.IGNORECASE)
_PREFORMATTED = re.compile(r"white-space\s{0,9}:\s{0,9}(?:pre|break-spaces)", re.IGNORECASE)

# What lexbor reads in time for sure, and the most work (depth times tags, about a nanosecond each) it is given.
_SURELY_SMALL = 32_768
_SURELY_FEW_TAGS = 2_000
_MOST_WORK = 30_000_000
_MOST_SPACES_IN_TAG = 400
# An unclosed <b> is opened anew in every paragraph after it: so many nodes are made for each.
_MOST_UNCLOSED = 50
# Possessive: nothing is tried twice, so the time is linear even where a quotation mark is never closed.
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*+)((?:[^>"']++|"[^"]*+"|'[^']*+')*+)""")
# Void elements, and those whose next sibling ends them: they do not nest by themselves.
_FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
_FLAT = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "dt",
        "dd",
        "tr",
        "td",
        "th",
        "option",
        "tbody",
        "thead",
        "tfoot",
    )
)


def suits_lexbor(source: str) -> bool:
    """Whether lexbor reads this in time: not too deep for its number of tags, no tag with hundreds of attributes."""
    tags = source.count("<")
    if tags <= _SURELY_FEW_TAGS and len(source) <= _SURELY_SMALL:
        return True
    depth = deepest = unclosed = 0
    for match in _TAG.finditer(source):
        closing, name, rest = match.groups()
        if len(rest) > 2 * _MOST_SPACES_IN_TAG and _count_attributes(rest) > _MOST_SPACES_IN_TAG:
            return False
        name = name.lower()
        if name in _FORMATTING:
            unclosed = max(0, unclosed - 1) if closing else unclosed + 1
            if unclosed > _MOST_UNCLOSED:
                return False
        elif name not in _FLAT:
            depth += -1 if closing else 1
            if depth > deepest:
                deepest = depth
            elif depth < 0:
                depth = 0
    return deepest * tags <= _MOST_WORK


def _count_attributes(rest: str) -> int:
    """At least the number of a tag's attributes: those without quotation marks end with white space or a slash."""
    return len(re.findall(r"""[\s/]+|["'][^\s/>]""", rest))


def read_as(tag: str, attributes: Attributes) -> str:
    """The tag that an element counts as: ``#hidden``, ``#pre``, a landmark by its role, or its own."""
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return "#hidden"
    if attributes.get("aria-hidden") == "true":
        return "#hidden"
    style = attributes.get("style")
    if style:
        if _HIDING.search(style):
            return "#hidden"
        if tag not in HANDLED and _PREFORMATTED.search(style):
            return "#pre"
    if tag == "dialog" and "open" not in attributes:
        return "#hidden"
    role = attributes.get("role")
    if role in _ROLES and tag not in ("table", "td", "th", "tr"):
        return _ROLES[role]
    if tag in ("div", "p") and style and _PREFORMATTED.search(style):
        return "#pre-" + tag
    return tag


def walk_lexbor(source: str) -> tuple[list[Event], int]:
    """The events of ``source`` read by lexbor, and the characters in its ``<template>`` elements."""
    # Without events: with them each <option> is looked for in all of its <select> (100,000 of them: 75 s).
    parser = LexborHTMLParser(source, options=LexborDocumentOptions.WO_EVENTS.value)
    root = parser.body or parser.root
    events: list[Event] = []
    if root is None:
        return events, 0
    add = events.append
    stack: list[tuple[LexborNode, tuple[Mark, Mark, bool] | None]] = []
    node: LexborNode | None = root.first_child
    after_block = True  # then white space alone is nothing
    while True:
        while node is None:
            if not stack:
                return events, _count_templates(parser, source)
            parent, marks = stack.pop()
            if marks is not None:
                add(marks[1])
                after_block = marks[2]
            node = parent.next
        if node.is_text_node:
            text = node.text_content or ""
            if not (after_block and text.isspace()):
                add(text)
                after_block = False
            node = node.next
            continue
        tag = node.tag or ""
        attributes = node.attributes
        if attributes or tag == "dialog":
            tag = read_as(tag, attributes)
        marks = _MARKS.get(tag)
        if marks is not None:
            add((tag, attributes) if attributes and tag in _WITH_ATTRIBUTES else marks[0])
        if marks is not None:
            after_block = marks[2]
        elif tag in _UNREAD:
            node = node.next
            continue
        child = node.first_child
        if child is None:
            if marks is not None:
                add(marks[1])
            node = node.next
        else:
            stack.append((node, marks))
            node = child


def _count_templates(parser: LexborHTMLParser, source: str) -> int:
    if "<template" not in source and "<TEMPLATE" not in source:
        return 0
    return sum(count_characters(fragment.text() or "") for fragment in parser.template_fragments())


def walk_libxml2(source: str) -> list[Event]:
    """The events of ``source`` read by libxml2: no tree, no limit of depth, size or attributes."""
    target = _Target()
    parser = etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True, remove_comments=True)
    parser.feed(source.encode("utf-8", "replace"))
    parser.close()
    return target.events


class _Target:
    """lxml's parser target: collects events."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._open: list[str] = []
        self._unread = 0

    def start(self, name: str, attributes: Attributes) -> None:
        tag = read_as(name, attributes) if attributes else "#hidden" if name == "dialog" else name
        if tag in _UNREAD:
            self._unread += 1
        elif tag in _MARKS:
            self.events.append((tag, dict(attributes) if tag in _WITH_ATTRIBUTES else None))
        self._open.append(tag)

    def end(self, _name: str) -> None:
        if not self._open:
            return
        tag = self._open.pop()
        if tag in _UNREAD:
            self._unread -= 1
        elif tag in _MARKS:
            self.events.append(_MARKS[tag][1])

    def data(self, text: str) -> None:
        if not self._unread:
            self.events.append(text)

    def close(self) -> None:
        """Called by lxml at the end; the events are read from ``events``."""
