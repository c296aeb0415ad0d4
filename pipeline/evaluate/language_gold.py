"""The gold set of language: passages annotated by hand, as marked text in JSON lines.

``[Kotkassa|Kotka]`` is a municipality, ``[Kymenlaaksossa|r Kymenlaakso]`` a region, ``[Ylä-Savossa|s Ylä-Savo]`` a
subregion, each with its official name; ``{Kotkan kaupunki}`` is an organisation; ``<Aino Esimerkki>`` a person;
``||`` stands before every sentence but the first. ``lemmas`` are base forms of all words in order, several right ones
parted by ``/``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.codelists import municipalities, regions, subregions

_MARK = re.compile(
    r"\|\||\[(?P<place>[^\]|]{1,80})\|(?P<name>[^\]|]{1,80})\]|\{(?P<organisation>[^}]{1,120})\}|<(?P<person>[^>]{1,80})>"
)
_WORD = re.compile(r"[^\W_](?:[^\W_]|[-–:’&.](?=[^\W\d_])){0,80}\.?")
_LETTER = re.compile(r"[^\W\d_]")
_ABBREVIATION = re.compile(r"(?:mm|esim|em|ns|ym|yht|jne|ks|vrt|pj|klo|v|n|milj|ev\.lut)\.", re.IGNORECASE)
_LEVELS = {"r": "region", "s": "subregion", "": "municipality"}

Span = tuple[int, int]


class GoldError(Exception):
    """A line of the gold set that cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class GoldPassage:
    """A passage with what is in it; offsets are code points of ``text``."""

    id: str
    text: str
    target: tuple[tuple[str, str], ...]
    """(level, code) of the project's area."""
    parties: tuple[tuple[str, str], ...]
    """(name, business id)."""
    starts: tuple[int, ...]
    """Where sentences begin, the first left out."""
    places: dict[Span, tuple[str, str]]
    """Span → (level, code)."""
    organisations: frozenset[Span]
    persons: frozenset[Span]
    lemmas: tuple[tuple[Span, frozenset[str]], ...]
    """Words with their right base forms, in small letters."""


def read_gold(path: Path) -> list[GoldPassage]:
    """The passages of a file of JSON lines; raises ``GoldError``."""
    lines = path.read_text("utf-8").splitlines()
    return [read_passage(json.loads(line)) for line in lines if line.strip()]


def read_passage(row: dict[str, object]) -> GoldPassage:
    """A passage from its line; raises ``GoldError``."""
    name, marked = str(row["id"]), str(row["text"])
    text = ""
    at = 0
    starts: list[int] = []
    places: dict[Span, tuple[str, str]] = {}
    organisations: set[Span] = set()
    persons: set[Span] = set()
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        at = match.end()
        inner = match["place"] or match["organisation"] or match["person"] or ""
        span = (len(text), len(text) + len(inner))
        if match[0] == "||":
            starts.append(len(text))
        elif match["place"]:
            places[span] = _find_area(name, match["name"])
        else:
            (organisations if match["organisation"] else persons).add(span)
        text += inner
    text += marked[at:]
    if re.search(r"[\[\]{}<>|]", text):
        raise GoldError(f"{name}: a mark is not closed")
    target = tuple(_find_area(name, str(one)) for one in _list(row.get("target")))
    parties = tuple((str(one[0]), str(one[1])) for one in _list(row.get("parties")))  # type: ignore[index]
    lemmas = tuple(_pair_lemmas(name, text, str(row.get("lemmas", ""))))
    names = frozenset(organisations), frozenset(persons)
    return GoldPassage(name, text, target, parties, tuple(starts), places, *names, lemmas)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _find_area(name: str, printed: str) -> tuple[str, str]:
    mark, _, official = printed.rpartition(" ") if printed[:2] in ("r ", "s ") else ("", "", printed)
    if printed[:2] in ("r ", "s "):
        mark, official = printed[0], printed[2:]
    level = _LEVELS[mark]
    names = {
        "region": {one.name_fi: code for code, one in regions().items()},
        "subregion": {one.name_fi: code for code, one in subregions().items()},
        "municipality": {one.name_fi: code for code, one in municipalities().items()},
    }
    if official in names[level]:
        return level, names[level][official]
    raise GoldError(f"{name}: there is no {level} {official}")


def words_of(text: str) -> Iterator[Span]:
    """Words: runs of letters and digits with a letter in them; a full stop only where it abbreviates."""
    for match in _WORD.finditer(text):
        start, end = match.span()
        if not _LETTER.search(match[0]):
            continue
        if match[0].endswith(".") and not _ABBREVIATION.fullmatch(match[0]):
            end -= 1
        yield start, end


def _pair_lemmas(name: str, text: str, printed: str) -> Iterator[tuple[Span, frozenset[str]]]:
    given = printed.split()
    if not given:
        return
    words = list(words_of(text))
    if len(words) != len(given):
        listed = " ".join(f"{text[a:b]}={lemma}" for (a, b), lemma in zip(words, given, strict=False))
        raise GoldError(f"{name}: {len(words)} words and {len(given)} base forms: {listed}")
    for span, lemma in zip(words, given, strict=True):
        yield span, frozenset(lemma.lower().split("/"))
