"""Charts as inline SVG: bars, drawn with attributes and classes only, so that the page's policy lets them be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.web_page import safe

_WIDTH = 640
_ROW = 22
_LABEL = 235
_HEIGHT = 150


def draw_bars(
    title: str, values: Mapping[str, float], *, unit: str = "", kinds: Mapping[str, str] | None = None
) -> str:
    """Bars that lie, one a row, each with its number; ``kinds`` gives a bar's CSS class."""
    if not values:
        return ""
    most = max(values.values()) or 1
    room = _WIDTH - _LABEL - 90
    bars = []
    for place, (name, value) in enumerate(values.items()):
        y = place * _ROW
        width = max(room * value / most, 1.0)
        kind = (kinds or {}).get(name, "plain")
        bars.append(
            f'<text class="name" x="{_LABEL - 8}" y="{y + 15}">{safe(name)}</text>'
            f'<rect class="bar {safe(kind)}" x="{_LABEL}" y="{y + 3}" width="{width:.1f}" height="{_ROW - 6}" rx="2"/>'
            f'<text class="number" x="{_LABEL + width + 6:.1f}" y="{y + 15}">{show_number(value)}{safe(unit)}</text>'
        )
    height = len(values) * _ROW
    return _svg(title, values, height, "".join(bars), unit)


def draw_columns(title: str, values: Mapping[str, int]) -> str:
    """Columns that stand, for years."""
    if not values:
        return ""
    most = max(values.values()) or 1
    step = _WIDTH / len(values)
    width = min(step * 0.7, 60.0)
    columns = []
    for place, (name, value) in enumerate(values.items()):
        x = place * step + step / 2
        height = max((_HEIGHT - 40) * value / most, 1.0)
        top = _HEIGHT - 20 - height
        columns.append(
            f'<rect class="bar plain" x="{x - width / 2:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"/>'
            f'<text class="middle" x="{x:.1f}" y="{top - 5:.1f}">{show_number(value)}</text>'
            f'<text class="middle name" x="{x:.1f}" y="{_HEIGHT - 4}">{safe(name)}</text>'
        )
    return _svg(title, values, _HEIGHT, "".join(columns), "")


def draw_parts(title: str, values: Mapping[str, int], kinds: Sequence[str]) -> str:
    """One bar of parts that make a whole."""
    whole = sum(values.values())
    if not whole:
        return ""
    at = 0.0
    parts = []
    for name, value in values.items():
        width = _WIDTH * value / whole
        kind = name if name in kinds else "plain"
        parts.append(f'<rect class="bar {safe(kind)}" x="{at:.1f}" y="0" width="{width:.1f}" height="26"/>')
        at += width
    return _svg(title, values, 26, "".join(parts), "")


def _svg(title: str, values: Mapping[str, float], height: int, inner: str, unit: str) -> str:
    said = "; ".join(f"{name} {show_number(value)}{unit}" for name, value in values.items())
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{safe(f"{title}: {said}")}">'
        f"{inner}</svg>"
    )


def show_number(value: float) -> str:
    """Thousands parted; tenths only where there are any."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
