"""How a run tells the outside how far it is, and how the outside tells it to stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from pipeline.errors import InterruptedRunError


class Progress(Protocol):
    """Callbacks of a run; called in the thread that runs it, never from a child."""

    def begin(self, stage: str, total: int | None) -> None:
        """A stage begins: ``find``, ``parse``, ``assemble``, ``publish``; ``total`` steps, if known."""

    def advance(self, steps: int = 1) -> None:
        """So many more steps of the stage are done."""


class Silent:
    """Progress that nobody watches."""

    def begin(self, stage: str, total: int | None) -> None:
        pass

    def advance(self, steps: int = 1) -> None:
        pass


class Stop:
    """A request to stop, asked for by a signal and honoured between two steps, never in the middle of one."""

    def __init__(self) -> None:
        self.signal: int | None = None

    def check(self) -> None:
        """Raise ``InterruptedRunError`` if a signal came."""
        if self.signal is not None:
            name = signal.Signals(self.signal).name
            raise InterruptedRunError(f"stopped by {name}; what is parsed is kept for the next run")


@contextmanager
def catch_signals(stop: Stop) -> Iterator[Stop]:
    """Let SIGINT and SIGTERM set ``stop`` (in the main thread; elsewhere signals are the caller's affair)."""
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def handle(number: int, frame: FrameType | None) -> None:
        del frame
        stop.signal = number

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
