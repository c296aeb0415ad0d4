"""A parser for tests of the pipeline: documents are lines of ``key: value``, and some of them misbehave on purpose."""

from __future__ import annotations

import ctypes
import hashlib
import os
import time
from pathlib import Path
from typing import Any

from models.columns import ColumnType
from models.issues import describe_reason
from models.records import Parsed, Row
from models.tables import ARCHIVE_TABLES, TABLES

_VALUES: dict[ColumnType, Any] = {
    ColumnType.STRING: "hämäläinen",
    ColumnType.BOOL: True,
    ColumnType.INT8: 7,
    ColumnType.INT16: 70,
    ColumnType.INT32: 700,
    ColumnType.INT64: 7_000_000_000,
    ColumnType.FLOAT64: 0.5,
    ColumnType.DATE: "2016-02-29",
    ColumnType.STRINGS: ["a", "b"],
    ColumnType.BOXES: [[1, 1.0, 2.0, 3.0, 4.0], [2, 1.0, 2.0, 3.0, 4.0]],
}

MISDEEDS = ("abort", "segfault", "spin", "sleep", "eat", "raise", "exit", "memory_error")


def parse_document(data: bytes, *, name: str = "", charset: str | None = None, limits: object = None) -> Parsed:
    del limits
    facts = dict(line.split(": ", 1) for line in data.decode().splitlines() if ": " in line)
    _misbehave(facts.get("misdeed", ""), facts.get("state", ""))
    if "quarantine" in facts:
        return quarantine(data, facts["quarantine"])
    document_id = hashlib.sha256(data).hexdigest()
    code = facts.get("code", "S12345")
    count = int(facts.get("rows", "2"))
    tables = {
        table.name: [_row(table.name, document_id, code, ordinal, facts) for ordinal in range(count, 0, -1)]
        for table in TABLES.values()
        if table.name not in ("documents", "captures", "contacts", *ARCHIVE_TABLES)
    }
    tables["projects"] = tables["projects"][:1]
    tables["texts"] = [{"document_id": document_id, "text": data.decode()}]
    tables["projects"][0] |= {"project_name": facts.get("name"), "status": name + (charset or "")}
    if "value" in facts:
        tables["projects"][0]["project_name"] = {"surrogate": "a\ud800b"}.get(facts["value"], facts["value"])
        tables["scores"][0]["direct"] = 300
        tables["fields"][0]["char_start"] = 1 << 40
        tables["projects"][0]["start_date"] = "2015-02-30"
        tables["sections"][0]["text"] = None
    return Parsed(
        document_id=document_id,
        project_code=code,
        status=facts.get("status", "parsed"),
        document=_row("documents", document_id, code, 1, facts) | {"status": facts.get("status", "parsed")},
        tables=tables,
        restricted={"contacts": [_row("contacts", document_id, code, 1, facts)], "texts": [{"text": "salainen"}]},
        stated_date=facts.get("date"),
        ended=facts.get("ended") == "yes",
        final_report=facts.get("final") == "yes",
        characters=len(data),
    )


def quarantine(data: bytes, code: str, detail: str = "", *, document_id: str | None = None) -> Parsed:
    document_id = document_id or hashlib.sha256(data).hexdigest()
    row = dict.fromkeys(TABLES["documents"].column_names())
    row |= {"document_id": document_id, "bytes": len(data), "status": "quarantined", "issues": 0}
    row |= {"parser_version": "fake", "reason": describe_reason(code, detail)}
    return Parsed(
        document_id=document_id, project_code=None, status="quarantined", document=row, tables={}, restricted={}
    )


def _row(table: str, document_id: str, code: str, ordinal: int, facts: dict[str, str]) -> Row:
    row: Row = {column.name: _VALUES.get(column.type) for column in TABLES[table].columns}
    row |= {"document_id": document_id, "project_code": code, "ordinal": ordinal}
    for key in TABLES[table].key:
        if key not in ("document_id", "project_code", "ordinal"):
            row[key] = f"{key} {ordinal}"
    if table == "issues":
        row |= {"code": "label_fuzzy", "severity": "warning"}
    if "note" in facts:
        row |= {
            column.name: facts["note"] for column in TABLES[table].columns if column.name in ("raw", "justification")
        }
    return {name: row[name] for name in TABLES[table].column_names()}


def _misbehave(misdeed: str, state: str) -> None:
    if misdeed == "abort":
        os.abort()
    elif misdeed == "segfault":
        ctypes.string_at(0)
    elif misdeed == "spin":
        while True:
            pass
    elif misdeed == "sleep":
        time.sleep(3600)
    elif misdeed == "eat":
        hoard = []
        while True:
            hoard.append(bytearray(16 << 20))
    elif misdeed == "raise":
        raise ValueError("text of the document")
    elif misdeed == "exit":
        os._exit(0)
    elif misdeed == "memory_error":
        raise MemoryError
    elif misdeed == "linger":
        time.sleep(0.01)
    elif misdeed == "abort_once":  # dies the first time only
        with Path(state).open("a+") as file:
            if file.tell() == 0:
                file.write("x")
                file.flush()
                os.abort()
