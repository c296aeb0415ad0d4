"""Pictures of a PDF's pages, personal data painted over, and where on them the marks of the text stand.

Drawing is done in a child, as parsing is: PDFium may abort or hang at whatever a document holds.
"""

from __future__ import annotations

from typing import Any

import msgspec

from pipeline.progress import Stop, catch_signals
from pipeline.settings import Limits
from pipeline.worker import Handler
from pipeline.workers import Job, Pool, Task

MOST_PAGES = 60
"""Pages drawn of one document; the text has all of them."""


class PageImage(msgspec.Struct, frozen=True, array_like=True):
    """A page as a picture."""

    number: int
    """From 1."""
    width: float
    """In points."""
    height: float
    data: bytes
    """WebP."""
    covered: int
    """Places painted over."""
    pictures: int
    """Pictures left out."""


class DrawTask(msgspec.Struct, frozen=True, array_like=True):
    """What the child gets."""

    data: bytes
    text: str
    """The unmasked text: the pages must give the same again."""
    masked: str
    restricted: bool
    spans: list[tuple[int, int, int]]
    """Number, start and end of the marks."""


class Drawing(msgspec.Struct, frozen=True, array_like=True):
    """What the child gives: pages, boxes of marks by number, or why there are none."""

    pages: list[PageImage]
    boxes: dict[int, list[list[float]]]
    refusal: str | None = None


_task_decoder = msgspec.msgpack.Decoder(DrawTask)
_drawing_decoder = msgspec.msgpack.Decoder(Drawing)
_encoder = msgspec.msgpack.Encoder()


def make_handler(options: dict[str, Any]) -> Handler:
    """The child's function from an encoded ``DrawTask`` to an encoded ``Drawing``."""
    del options
    from pipeline.explain.draw import draw_pages

    return lambda payload: _encoder.encode(draw_pages(_task_decoder.decode(payload)))


def request_pages(task: DrawTask, limits: Limits | None = None) -> Drawing:
    """The pages of a PDF; whatever it does to the child, an answer comes back."""
    job = Job(f"{__name__}:make_handler", limits=limits or Limits())
    with catch_signals(Stop()) as stop, Pool(job, 1, stop) as pool:
        (outcome,) = pool.run(iter([Task(0, _encoder.encode(task), len(task.data))]))
    if outcome.result is None:
        return Drawing([], {}, f"Drawing the pages failed ({outcome.failure}).")
    return _drawing_decoder.decode(outcome.result)
