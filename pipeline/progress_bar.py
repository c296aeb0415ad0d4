"""The progress bar of a run: on a terminal only, on standard error, with rate and time left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from pipeline.progress import Progress as Watcher
from pipeline.progress import Silent
from pipeline.terminal import error_console

STAGES = {
    "find": "Finding files",
    "parse": "Parsing documents",
    "assemble": "Assembling tables",
    "language": "Reading free text",
    "publish": "Publishing",
    "invent": "Writing projects",
    "evaluate": "Judging documents",
    "browse": "Writing rows",
    "export": "Exporting rows",
}


class _Rate(ProgressColumn):
    """Steps a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", "dim")


class _Bar:
    """``pipeline.progress.Progress`` on a rich bar, a line a stage."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def begin(self, stage: str, total: int | None) -> None:
        self._end_stage()
        self._task = self._bar.add_task(STAGES.get(stage, stage), total=total)

    def advance(self, steps: int = 1) -> None:
        assert self._task is not None
        self._bar.advance(self._task, steps)

    def _end_stage(self) -> None:
        """A stage whose total was not known is as long as it was."""
        if self._task is not None:
            done = self._bar.tasks[self._task].completed
            self._bar.update(self._task, total=done, completed=done)
            self._bar.stop_task(self._task)


@contextmanager
def watch_progress(*, quiet: bool) -> Iterator[Watcher]:
    """Something for a run to report to: a bar, or nothing where ``quiet`` or where nobody would see it."""
    console = error_console()
    if quiet or not console.is_terminal:
        yield Silent()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, expand=True) as bar:
        yield _Bar(bar)
