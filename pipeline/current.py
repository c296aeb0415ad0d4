"""Which of a project's documents is its current one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a document when the current one is chosen."""

    document_id: str
    status: str
    captured_at: str | None
    """UTC, as ``pipeline.names.utc_time`` writes it: these sort as times."""
    ended: bool
    final_report: bool
    characters: int


def choose_current(candidates: Sequence[Candidate]) -> str | None:
    """The ``document_id`` of the current document: of the parsed ones, else of the partial ones; None without either.

    With dates the latest; where dates are the same or missing: ended before running, with before without final report,
    more text before less, then the smaller ``document_id``.

    Where only some have a date: a date orders those that have one, and says nothing about the others. So the
    latest of the dated meets the best of the undated, and the one further in the project's life (ended, then final
    report) wins; where both stand at the same point, the dated one.
    """
    for status in ("parsed", "partial"):
        eligible = [candidate for candidate in candidates if candidate.status == status]
        if eligible:
            break
    else:
        return None
    dated = [candidate for candidate in eligible if candidate.captured_at is not None]
    undated = [candidate for candidate in eligible if candidate.captured_at is None]
    finalists = []
    if dated:
        latest = max(candidate.captured_at or "" for candidate in dated)
        finalists.append(min((candidate for candidate in dated if candidate.captured_at == latest), key=_rank))
    if undated:
        finalists.append(min(undated, key=_rank))
    # min takes the first of equals: the dated one
    return min(finalists, key=_stage).document_id


def _stage(candidate: Candidate) -> tuple[bool, bool]:
    return (not candidate.ended, not candidate.final_report)


def _rank(candidate: Candidate) -> tuple[bool, bool, int, str]:
    return (*_stage(candidate), -candidate.characters, candidate.document_id)
