"""The floors that the extraction's precision and recall may not fall below, and the only ways to change them.

``tests/quality/floors.json`` holds, for each small set and column, both floors and the highest they have ever been.
Raising is free; a floor below its highest needs a ``reason`` in the file, or the file is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.evaluate.tally import Column, Counts

_STEPS = 10_000
_SHORTEST_REASON = 10
MEASURES = ("precision", "recall")


class FloorsError(PipelineError):
    """The file of floors is damaged, or a floor was lowered without a reason."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What one column may not fall below; shares, 0 to 1, both by the exact tier."""

    precision: float
    recall: float
    highest: tuple[float, float]
    """The highest precision and recall that the floor ever had."""
    reason: str = ""
    """Why a floor is below its highest."""

    def raised(self, precision: float, recall: float) -> Floor:
        """The floor at the new shares where those are higher; the reason goes when nothing is below its highest."""
        new = (max(self.precision, precision), max(self.recall, recall))
        highest = (max(self.highest[0], new[0]), max(self.highest[1], new[1]))
        return Floor(*new, highest, "" if new == highest else self.reason)


Floors = dict[str, dict[str, Floor]]
"""By small set and ``table.column``."""


def load_floors(path: Path) -> Floors:
    """The floors; raises ``FloorsError`` for a file that is damaged or lowered without a reason."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        floors = {name: {key: _read_floor(one) for key, one in part.items()} for name, part in content.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise FloorsError(f"{path}: not a file of floors ({type(error).__name__})") from error
    for name, part in floors.items():
        for key, floor in part.items():
            lowered = (floor.precision, floor.recall) != floor.highest
            if lowered and len(floor.reason) < _SHORTEST_REASON:
                raise FloorsError(f"{path}: {name} {key} is below {floor.highest}: a lowered floor needs a reason")
    return floors


def _read_floor(one: Mapping[str, Any]) -> Floor:
    highest = (float(one["highest"][0]), float(one["highest"][1]))
    floor = Floor(float(one["precision"]), float(one["recall"]), highest, str(one.get("reason", "")).strip())
    if not (0 <= floor.precision <= highest[0] <= 1 and 0 <= floor.recall <= highest[1] <= 1):
        raise ValueError("a floor lies between 0 and its highest")
    return floor


def save_floors(floors: Floors, path: Path) -> None:
    """Write the file, a column a line, in order."""
    parts = []
    for name, part in floors.items():
        lines = [f"  {json.dumps(key)}: {json.dumps(_plain(floor), ensure_ascii=False)}" for key, floor in part.items()]
        parts.append(f" {json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n }")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def _plain(floor: Floor) -> dict[str, Any]:
    plain: dict[str, Any] = {"precision": floor.precision, "recall": floor.recall, "highest": list(floor.highest)}
    return plain | ({"reason": floor.reason} if floor.reason else {})


def measure_floors(sums: Mapping[Column, Counts]) -> dict[str, tuple[float, float]]:
    """Precision and recall by ``table.column``, rounded down so that the same run never falls below them."""
    shares = {}
    for column, counts in sums.items():
        if counts.truth or counts.found:
            precision, recall, _ = counts.measures()
            # where nothing is found nothing is wrong, and where there is nothing to find nothing is missing
            precision, recall = (1.0 if share is None else share for share in (precision, recall))
            shares[".".join(column)] = (_round_down(precision), _round_down(recall))
    return shares


def _round_down(share: float) -> float:
    return math.floor(share * _STEPS) / _STEPS


def raise_floors(floors: Floors, measured: Mapping[str, Mapping[str, tuple[float, float]]]) -> Floors:
    """The floors raised to what was measured; columns that have none yet get theirs, none is lowered or lost."""
    raised: Floors = {name: dict(part) for name, part in floors.items()}
    for name, shares in measured.items():
        part = raised.setdefault(name, {})
        for key, share in shares.items():
            part[key] = part[key].raised(*share) if key in part else Floor(*share, highest=share)
    return raised


def lower_floors(
    floors: Floors, measured: Mapping[str, Mapping[str, tuple[float, float]]], reason: str
) -> tuple[Floors, list[str]]:
    """Floors above what was measured lowered to it, each with ``reason``; and which they are.

    For a change of the sets themselves, or a loss that is accepted. Raises ``FloorsError`` without a real reason.
    """
    if len(reason.strip()) < _SHORTEST_REASON:
        raise FloorsError("say in a few words why floors are lowered")
    lowered: Floors = {name: dict(part) for name, part in floors.items()}
    changed = []
    for name, part in lowered.items():
        for key, floor in part.items():
            precision, recall = measured.get(name, {}).get(key, (floor.precision, floor.recall))
            if precision < floor.precision or recall < floor.recall:
                low = (min(precision, floor.precision), min(recall, floor.recall))
                part[key] = Floor(*low, floor.highest, reason.strip())
                changed.append(f"{name} {key}")
    return lowered, changed


def find_falls(floors: Mapping[str, Floor], sums: Mapping[Column, Counts]) -> list[str]:
    """Every column below its floor, or not measured at all, as a line for people."""
    measured = measure_floors(sums)
    falls = []
    for key, floor in floors.items():
        shares = measured.get(key)
        if shares is None:
            falls.append(f"{key}: has a floor, but nothing was found to measure")
            continue
        for name, share, least in zip(MEASURES, shares, (floor.precision, floor.recall), strict=True):
            if share < least:
                falls.append(f"{key}: {name} {share} is below its floor {least}")
    return falls
