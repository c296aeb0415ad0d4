"""How the tests are spread over processes (``pytest -n``): a file's tests stay together, long files begin first."""

from __future__ import annotations

import pytest

LONG = (
    "test_snapshot", "test_states", "test_damaged_labels", "test_notebooks", "test_fuzz", "test_run", "test_ocr",
    "test_cli", "test_hostile", "test_least_rights", "test_browse", "test_explain", "test_quality", "test_patterns",
    "test_workers", "test_changes", "test_nightly", "test_gate", "test_browser", "test_pdf_reader",
)  # fmt: skip
"""Files that take long, the longest first; begun last, one would hold up the end."""

ALONE = frozenset({"test_snapshot"})
"""Files whose slow tests share nothing: each may go anywhere."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give each file, and each slow test that shares nothing, a group of its own, and order them."""
    order = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        alone = item.path.stem in ALONE and item.get_closest_marker("slow")
        item.add_marker(pytest.mark.xdist_group(item.nodeid if alone else item.path.stem))
