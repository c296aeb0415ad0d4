"""The one file of settings of ``hankekuvaus nightly``: TOML, checked before anything is done.

Relative paths count from the file's own folder, so that a timer may start the program anywhere.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Literal, get_type_hints

import msgspec

from pipeline.errors import SettingsError
from pipeline.left_out import read_acknowledged
from pipeline.limits import LIMIT_SETTINGS, set_limits
from pipeline.remote import Place, parse_place
from pipeline.settings import RunSettings
from pipeline.thresholds import Thresholds

_DEFAULTS = Thresholds()


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file: an unknown name in it is a mistake."""


class RetentionSection(_Section, frozen=True, kw_only=True):
    """Which snapshots are kept; never fewer than two."""

    keep: int = 5
    days: int | None = None


class GateSection(_Section, frozen=True, kw_only=True):
    """``pipeline.thresholds.Thresholds``, whether they count, and what is known to be bad."""

    enabled: bool = True
    rows_percent: float = _DEFAULTS.rows_percent
    coverage_points: float = _DEFAULTS.coverage_points
    quarantined_points: float = _DEFAULTS.quarantined_points
    partial_points: float = _DEFAULTS.partial_points
    issues_per_100: float = _DEFAULTS.issues_per_100
    issues_percent: float = _DEFAULTS.issues_percent
    least_documents: int = _DEFAULTS.least_documents
    acknowledged: list[str] = []
    acknowledged_file: str | None = None


class LimitsSection(_Section, frozen=True, kw_only=True):
    """What one document, and one container, may cost: ``pipeline.limits``."""

    cpu_seconds: int = int(LIMIT_SETTINGS["cpu_seconds"].default)
    wall_seconds: float = LIMIT_SETTINGS["wall_seconds"].default
    memory_mib: int = int(LIMIT_SETTINGS["memory_mib"].default)
    file_mib: int = int(LIMIT_SETTINGS["file_mib"].default)
    pages: int = int(LIMIT_SETTINGS["pages"].default)
    characters: int = int(LIMIT_SETTINGS["characters"].default)
    container_depth: int = int(LIMIT_SETTINGS["container_depth"].default)
    container_ratio: int = int(LIMIT_SETTINGS["container_ratio"].default)
    container_free_mib: int = int(LIMIT_SETTINGS["container_free_mib"].default)
    container_entries: int = int(LIMIT_SETTINGS["container_entries"].default)


class LogSection(_Section, frozen=True, kw_only=True):
    """What goes to standard error, and how."""

    format: Literal["text", "json"] = "text"
    level: Literal["debug", "info", "warning", "error"] = "info"


class MetricsSection(_Section, frozen=True, kw_only=True):
    """A file for Prometheus' node exporter."""

    textfile: str | None = None


class NightlyFile(_Section, frozen=True, kw_only=True):
    """The whole file."""

    archives: list[str]
    output: str
    workers: int = 0
    scheduler: str = ""
    language: Literal["full", "fast", "off"] = "full"
    verify: bool = False
    ocr: bool = False
    corrections: str | None = None
    retention: RetentionSection = RetentionSection()
    gate: GateSection = GateSection()
    limits: LimitsSection = LimitsSection()
    log: LogSection = LogSection()
    metrics: MetricsSection = MetricsSection()


class NightlySettings(msgspec.Struct, frozen=True):
    """What the file comes to."""

    archives: list[Place]
    output: Path
    run: RunSettings
    log: LogSection
    textfile: Path | None


def load_settings(path: Path) -> NightlySettings:
    """Read and check the file; raises ``SettingsError`` that says what to mend."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise SettingsError(
            f"there is no settings file {path}; docs/nightly.md has one to begin with, --settings names another"
        ) from error
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: no valid TOML: {error}") from error
    try:
        given = msgspec.convert(data, NightlyFile)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{path}: {_explain(str(error))}") from error
    try:
        settings = _make_settings(given, path.absolute().parent)
        settings.run.check()
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error
    return settings


def _make_settings(given: NightlyFile, folder: Path) -> NightlySettings:
    if not given.archives:
        raise SettingsError("archives is empty; name at least one")
    gate = given.gate
    acknowledged = list(gate.acknowledged)
    if gate.acknowledged_file is not None:
        acknowledged += read_acknowledged(folder / gate.acknowledged_file)
    textfile = folder / given.metrics.textfile if given.metrics.textfile is not None else None
    if textfile is not None and textfile.suffix != ".prom":
        raise SettingsError(f"metrics.textfile {textfile}: the node exporter reads files that end in .prom only")
    thresholds = Thresholds(**{name: getattr(gate, name) for name in Thresholds.__dataclass_fields__})
    run = RunSettings(
        workers=given.workers,
        scheduler=_find_scheduler(given.scheduler, folder),
        verify=given.verify,
        ocr=given.ocr,
        language=given.language,
        corrections=str(folder / given.corrections) if given.corrections is not None else "",
        keep=given.retention.keep,
        keep_days=given.retention.days,
        gate=thresholds if gate.enabled else None,
        acknowledged=tuple(acknowledged),
        limits=set_limits({name: getattr(given.limits, name) for name in LIMIT_SETTINGS}),
    )
    places = [parse_place(archive) for archive in given.archives]
    archives: list[Place] = [folder / place if isinstance(place, Path) else place for place in places]
    return NightlySettings(archives, folder / given.output, run, given.log, textfile)


def _find_scheduler(given: str, folder: Path) -> str:
    """An address as it is; a file counts from the settings' own folder."""
    return given if not given or "://" in given else str(folder / given)


def _explain(message: str) -> str:
    """The words of msgspec for a person: which setting, and what it may have meant."""
    what, _, where = message.partition(" - at `$")
    where = where.rstrip("`").lstrip(".")
    unknown = re.search(r"unknown field `(.{0,80}?)`", what)
    if unknown is not None:
        name = f"{where}.{unknown[1]}" if where else unknown[1]
        known = setting_names()
        likely = difflib.get_close_matches(name, known, 1)
        hint = f"; do you mean {likely[0]}?" if likely else f"; there are: {', '.join(known)}"
        return f"there is no setting {name}{hint}"
    missing = re.search(r"missing required field `(.{0,80}?)`", what)
    if missing is not None:
        return f"setting {missing[1]} is missing"
    return f"{where or 'the file'}: {what[0].lower()}{what[1:]}"


def setting_names() -> list[str]:
    """All settings, those of a section with its name before them."""
    names = []
    for name, kind in get_type_hints(NightlyFile).items():
        inner = get_type_hints(kind) if isinstance(kind, type) and issubclass(kind, _Section) else {}
        names += [f"{name}.{one}" for one in inner] or [name]
    return names
