"""Every limit of a run in one place: what one document, and one container, may cost. docs/limits.md is made of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

from parsers.limits import ReadingLimits
from pipeline.errors import SettingsError

MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What goes beyond is left out with a reason, and only that document or container."""

    cpu_seconds: int = 60
    wall_seconds: float = 600.0
    """A backstop for hangs that burn no CPU; generous, as the machine may be busy."""
    memory_bytes: int = 1024 * MEBIBYTE
    """Address space of the child beyond what it has after its start."""
    file_bytes: int = 512 * MEBIBYTE
    """Larger files and members are not read: ``too_large``."""
    pages: int = ReadingLimits().pages
    characters: int = ReadingLimits().characters
    container_depth: int = 3
    """Containers within containers."""
    container_ratio: int = 500
    """Bytes that one byte of a container may unfold to: plain text of many similar pages stays below a hundred."""
    container_free_bytes: int = 256 * MEBIBYTE
    """Bytes that any container may unfold to, whatever the ratio."""
    container_entries: int = 5_000_000

    @property
    def reading(self) -> ReadingLimits:
        return ReadingLimits(self.pages, self.characters)

    def container_terms(self) -> str:
        """What became of a container may depend on it: under other terms it is opened again."""
        names = ("file_bytes", *(name for name in self.__dataclass_fields__ if name.startswith("container_")))
        return " ".join(f"{name}={getattr(self, name)}" for name in names)


@dataclass(frozen=True, slots=True)
class LimitSetting:
    """How a limit is set: in ``[limits]`` of the settings file, or by ``run --limit NAME=VALUE``."""

    field: str
    meaning: str
    code: str
    """How the reason begins of what goes beyond."""
    unit: int = 1
    """Of the setting, in the field's."""

    @property
    def default(self) -> int | float:
        value: int | float = getattr(Limits(), self.field)
        return value // self.unit if self.unit > 1 else value


LIMIT_SETTINGS = MappingProxyType(
    {
        "cpu_seconds": LimitSetting("cpu_seconds", "Processor seconds of one document.", "timeout"),
        "wall_seconds": LimitSetting(
            "wall_seconds", "Seconds of one document by the clock, for hangs that use no processor.", "timeout"
        ),
        "memory_mib": LimitSetting("memory_bytes", "Memory of one document, in MiB.", "memory", MEBIBYTE),
        "file_mib": LimitSetting(
            "file_bytes", "Size of a file or of a member of a container, in MiB.", "too_large", MEBIBYTE
        ),
        "pages": LimitSetting("pages", "Pages of a PDF.", "too_many_pages"),
        "characters": LimitSetting("characters", "Characters of a document's text.", "too_many_characters"),
        "container_depth": LimitSetting("container_depth", "Containers within each other.", "too_deep_container"),
        "container_ratio": LimitSetting(
            "container_ratio", "Bytes that one byte of a container may unfold to.", "too_compressed"
        ),
        "container_free_mib": LimitSetting(
            "container_free_bytes",
            "MiB that any container may unfold to, beside the ratio.",
            "too_compressed",
            MEBIBYTE,
        ),
        "container_entries": LimitSetting("container_entries", "Entries of a container.", "too_many_entries"),
    }
)

LIMIT_CODES = frozenset(setting.code for setting in LIMIT_SETTINGS.values())


def set_limits(given: dict[str, float]) -> Limits:
    """Limits from values by name of ``LIMIT_SETTINGS``; raises ``SettingsError``."""
    changed: dict[str, int | float] = {}
    kinds = {field.name: field.type for field in fields(Limits)}
    for name, value in given.items():
        setting = LIMIT_SETTINGS.get(name)
        if setting is None:
            likely = difflib.get_close_matches(name, LIMIT_SETTINGS, 1)
            hint = f"do you mean {likely[0]}?" if likely else f"there are: {', '.join(LIMIT_SETTINGS)}"
            raise SettingsError(f"there is no limit {name}; {hint}")
        amount = value * setting.unit
        if kinds[setting.field] == "int":
            if amount != int(amount):
                raise SettingsError(f"limit {name} is {value}; give a whole number")
            amount = int(amount)
        if amount <= 0:
            raise SettingsError(f"limit {name} is {value}; a limit of zero or less lets no document through")
        changed[setting.field] = amount
    return replace(Limits(), **changed)  # type: ignore[arg-type]  # checked above


def parse_limits(given: Iterable[str]) -> Limits:
    """Limits from ``NAME=VALUE``, the words of the command line; raises ``SettingsError``."""
    found: dict[str, float] = {}
    for word in given:
        name, equals, value = word.partition("=")
        try:
            found[name.strip()] = float(value) if equals else float("nan")
        except ValueError:
            equals = ""
        if not equals or not abs(found.get(name.strip(), float("inf"))) < 1e15:
            raise SettingsError(
                f"--limit {word}: give NAME=NUMBER, as in --limit pages=9000; names are in docs/limits.md"
            )
    return set_limits(found)
