"""Handlers for a pool's children that end badly, as documents can make them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any


def make_aborter(options: dict[str, Any]) -> Callable[[bytes], bytes]:
    """Ends the process as pdfium does."""
    del options

    def handle(payload: bytes) -> bytes:
        os.abort()
        return payload

    return handle


def make_raiser(options: dict[str, Any]) -> Callable[[bytes], bytes]:
    """Raises with the document's text in the message."""
    del options

    def handle(payload: bytes) -> bytes:
        raise ValueError(payload.decode("utf-8", "replace"))

    return handle


def make_sleeper(options: dict[str, Any]) -> Callable[[bytes], bytes]:
    """Hangs without burning CPU."""
    del options

    def handle(payload: bytes) -> bytes:
        time.sleep(60)
        return payload

    return handle
