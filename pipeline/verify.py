"""Whether a snapshot is still what was published: its part files against the hashes of ``datapackage.json``."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

_BYTES_AT_ONCE = 1 << 20


def verify_snapshot(snapshot: Path) -> tuple[int, list[str]]:
    """How many part files were checked, and what is wrong, for a person; nothing is changed.

    Raises ``OSError`` or ``ValueError`` where ``datapackage.json`` itself cannot be read.
    """
    package = json.loads((snapshot / "datapackage.json").read_text("utf-8"))
    faults: list[str] = []
    expected: set[str] = set()
    for resource in package["resources"]:
        for part in resource["parts"]:
            path = snapshot / part["path"]
            expected.add(part["path"])
            if not path.is_file():
                faults.append(f"{part['path']}: missing")
            elif path.stat().st_size != part["bytes"]:
                faults.append(f"{part['path']}: {path.stat().st_size:,} bytes instead of {part['bytes']:,}")
            elif f"sha256:{_hash_file(path)}" != part["hash"]:
                faults.append(f"{part['path']}: its bytes have changed")
    found = {str(path.relative_to(snapshot)) for path in snapshot.rglob("*.parquet")}
    faults += [f"{name}: not of this snapshot" for name in sorted(found - expected)]
    return len(expected), faults


def _hash_file(path: Path) -> str:
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BYTES_AT_ONCE):
            total.update(block)
    return total.hexdigest()
