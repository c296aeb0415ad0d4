"""What a reader may be given: beyond it a document is left out, with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from parsers.document import UnreadableError


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """A description has some thirty pages and a hundred thousand characters at most."""

    pages: int = 5_000
    """Of a PDF; counted before any is read."""
    characters: int = 10_000_000
    """Of the text that a reader makes."""

    def check_pages(self, count: int) -> None:
        """Raise ``UnreadableError`` where there are too many."""
        if count > self.pages:
            raise UnreadableError("too_many_pages", f"{count}; the limit is {self.pages}")

    def check_characters(self, count: int) -> None:
        """Raise ``UnreadableError`` where there are too many."""
        if count > self.characters:
            raise UnreadableError("too_many_characters", f"{count}; the limit is {self.characters}")


DEFAULT = ReadingLimits()
OVER_LIMIT = ("too_many_pages", "too_many_characters")
