"""Names made comparable: without what lists lose (commas, spaces, case), lost characters as jokers."""

from __future__ import annotations

import functools
import re
import unicodedata

from models.codelists import authorities

MOST_JOKERS = 10
JOKER = "¿"

_NOT_WORD = re.compile(r"[^\w¿]|_")
_LOST = re.compile(r"[?\ufffd]")


def make_list_key(name: str, *, jokers: bool = False) -> str:
    """Letters and digits of a name, in small letters; with ``jokers`` also ``¿`` for every lost character."""
    text = unicodedata.normalize("NFC", name).casefold()
    text = _LOST.sub(JOKER, text) if jokers else text.replace(JOKER, "")
    return _NOT_WORD.sub("", text)


def are_same_names(listed: str, archived: str) -> bool:
    """Whether a list's name and a description's are the same but for what lists lose."""
    key = make_list_key(archived)
    if make_list_key(listed) == key:
        return True
    pattern = make_list_key(listed, jokers=True)
    if not 0 < pattern.count(JOKER) <= MOST_JOKERS:
        return False
    return re.fullmatch(".?".join(re.escape(part) for part in pattern.split(JOKER)), key) is not None


def find_listed_authority(name: str) -> str | None:
    """The code of an authority by its name as a list prints it."""
    return _authorities().get(make_list_key(name), (None, ""))[0]


def split_authority(cell: str) -> tuple[str, str | None]:
    """(what stands before the authority's name, its name as it should be); (``""``, None) where it is unknown."""
    words = cell.split(" ")
    for begin in range(len(words)):
        found = _authorities().get(make_list_key(" ".join(words[begin:])))
        if found is not None:
            return " ".join(words[:begin]), found[1]
    return "", None


@functools.cache
def _authorities() -> dict[str, tuple[str, str]]:
    """Key → (code, name with its commas)."""
    return {
        make_list_key(printed): (code, printed)
        for code, authority in authorities().items()
        for name in authority.names
        for printed in (name.name, *name.other_names)
    }
