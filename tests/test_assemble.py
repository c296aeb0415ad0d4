"""From parsed documents to tables: which document is current, what stands in which table, values no table can hold."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence

import fake_parser
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.columns import ColumnType
from models.schema import ARROW_TYPES, arrow_schema
from models.tables import DOCUMENT_TABLES, TABLES
from pipeline.assemble import BUCKET_TABLES, Source, assemble_bucket
from pipeline.assemble_stage import BUCKET_DOCUMENTS, choose_buckets
from pipeline.cache import shard_of
from pipeline.current import Candidate, choose_current
from pipeline.datapackage import describe_package
from pipeline.errors import CorruptCacheError
from pipeline.packed import Packed, decode_packed, encode_packed, pack_parsed
from pipeline.write import Part, build_table, parquet_bytes, table_folder

EARLY, LATE = "2016-01-01T00:00:00.000000Z", "2018-01-01T00:00:00.000000Z"


def candidate(
    document_id: str, date: str | None = None, stage: str = "", characters: int = 100, status: str = "parsed"
) -> Candidate:
    return Candidate(document_id, status, date, "ended" in stage, "final" in stage, characters)


@pytest.mark.parametrize(
    ("why", "candidates"),
    [
        ("the latest", [candidate("b", LATE), candidate("a", EARLY, "ended final", 900)]),
        ("parsed before partial", [candidate("b", EARLY), candidate("a", LATE, "ended", 900, "partial")]),
        ("the latest partial", [candidate("b", LATE, status="partial"), candidate("a", EARLY, status="partial")]),
        ("of one day: ended", [candidate("b", LATE, "ended"), candidate("a", LATE, "final", 900)]),
        ("ended before running", [candidate("b", None, "ended"), candidate("a", None, "final", 900)]),
        ("with a final report", [candidate("b", None, "final"), candidate("a", None, "", 900)]),
        ("more text", [candidate("b", None, "", 900), candidate("a", None, "", 100)]),
        ("the smaller id", [candidate("a"), candidate("b")]),
        ("dated before undated", [candidate("b", EARLY), candidate("a", None, "", 900)]),
        ("undated, but further in its life", [candidate("b", None, "ended"), candidate("a", LATE, "final", 900)]),
        (
            "a date orders the dated",
            [candidate("c", LATE), candidate("b", EARLY, "ended"), candidate("a", None, "", 900)],
        ),
        ("quarantined never", [candidate("b", None, status="partial"), candidate("a", LATE, status="quarantined")]),
    ],
)
def test_current(why: str, candidates: Sequence[Candidate]) -> None:
    for order in itertools.permutations(candidates):
        assert choose_current(order) == candidates[0].document_id, why


def test_no_current_without_a_readable_document() -> None:
    assert choose_current([]) is None
    assert choose_current([candidate("a", status="quarantined")]) is None


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.uuids().map(str),
        st.sampled_from(["parsed", "partial"]),
        st.sampled_from([None, EARLY, LATE]),
        st.booleans(),
        st.booleans(),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=6,
)


@given(CANDIDATES, st.randoms())
def test_the_choice_does_not_depend_on_order(candidates: list[Candidate], random: object) -> None:
    chosen = choose_current(candidates)
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose_current(shuffled) == chosen


def source(text: str, captured_at: str | None = None, path: str = "a.txt") -> Source:
    packed = decode_packed(encode_packed(pack_parsed(fake_parser.parse_document(text.encode()))))
    return Source(packed, path, captured_at)


def assemble(*sources: Source) -> dict[str, pa.Table]:
    tables = dict(assemble_bucket(sources))
    assert tuple(tables) == BUCKET_TABLES
    for name, table in tables.items():
        assert table.schema.equals(arrow_schema(name), check_metadata=True)
        table.validate(full=True)
        keys = [tuple(row[column] for column in TABLES[name].key) for row in table.to_pylist()]
        assert keys == sorted(keys), name
        assert len(set(keys)) == len(keys), name
        for field in table.schema:
            assert field.nullable or table[field.name].null_count == 0, (name, field.name)
    return tables


def test_superseded_documents_stand_in_the_tables_of_documents_only() -> None:
    old = source("code: S10001\nname: vanha\n", EARLY)
    new = source("code: S10001\nname: uusi\n", LATE)
    other = source("code: S10002\n")
    bad = source("quarantine: no_text\n")
    tables = assemble(old, other, new, bad)
    assert tables["projects"]["project_name"].to_pylist() == ["uusi", None]
    for name in BUCKET_TABLES:
        seen = set(tables[name]["document_id"].to_pylist())
        expected = {new.packed.document_id, other.packed.document_id}
        if name in DOCUMENT_TABLES:
            expected.add(old.packed.document_id)
        if name == "documents":
            expected.add(bad.packed.document_id)
        assert seen == expected, name
    roles = {row["document_id"]: row["role"] for row in tables["documents"].to_pylist()}
    assert roles == {
        old.packed.document_id: "superseded",
        new.packed.document_id: "current",
        other.packed.document_id: "current",
        bad.packed.document_id: None,
    }
    history = [row for row in tables["captures"].to_pylist() if row["project_code"] == "S10001"]
    assert {row["role"]: row["captured_at"].year for row in history} == {"superseded": 2016, "current": 2018}
    assert all(row["granted_eu_state_eur"] == 7_000_000_000 and row["start_date"].year == 2016 for row in history)


def test_tables_do_not_depend_on_the_order_of_documents() -> None:
    sources = [source(f"code: S1000{number % 3}\nname: {number}\n") for number in range(9)]
    first = {name: parquet_bytes(table) for name, table in assemble(*sources).items()}
    second = {name: parquet_bytes(table) for name, table in assemble(*reversed(sources)).items()}
    assert first == second


def test_an_empty_bucket_has_every_table() -> None:
    for name, table in assemble().items():
        assert table.num_rows == 0
        read = pq.read_table(pa.BufferReader(parquet_bytes(table)))
        assert read.schema.names == arrow_schema(name).names
        assert read.schema.metadata == arrow_schema(name).metadata, "no metadata of pandas or of a time"
        for column in read.schema:
            assert column.metadata == arrow_schema(name).field(column.name).metadata


def test_values_that_no_table_can_hold_are_nulled_one_by_one() -> None:
    spoilt = source("code: S10001\nvalue: surrogate\n")
    good = source("code: S10002\nname: kunnossa\n")
    tables = assemble(spoilt, good)
    assert tables["projects"]["project_name"].to_pylist() == [None, "kunnossa"]
    assert tables["projects"]["start_date"].to_pylist()[0] is None
    assert tables["projects"]["end_date"].to_pylist()[0] is not None
    assert sorted(tables["scores"]["direct"].to_pylist(), key=str) == [7, 7, 7, None]
    assert "" in tables["sections"]["text"].to_pylist()
    issues = [row for row in tables["issues"].to_pylist() if row["code"] == "value_unstorable"]
    assert {row["message"].rpartition("(")[2] for row in issues} == {
        "projects.project_name)",
        "projects.start_date)",
        "scores.direct)",
        "fields.char_start)",
        "sections.text)",
    }
    counts = {row["document_id"]: row["issues"] for row in tables["documents"].to_pylist()}
    assert counts == {spoilt.packed.document_id: 7, good.packed.document_id: 2}


def test_boxes_become_structs() -> None:
    (boxes, *_) = assemble(source("code: S10001\n"))["fields"]["boxes"].to_pylist()
    assert boxes[1] == {"page": 2, "x0": 1.0, "y0": 2.0, "x1": 3.0, "y1": 4.0}


_VALUES: dict[ColumnType, st.SearchStrategy[object]] = {
    ColumnType.STRING: st.text(st.characters(), max_size=5) | st.integers(),
    ColumnType.BOOL: st.booleans() | st.integers(0, 1),
    ColumnType.INT8: st.integers(-200, 200) | st.booleans(),
    ColumnType.INT16: st.integers(-40_000, 40_000),
    ColumnType.INT32: st.integers(-(2**32), 2**32),
    ColumnType.INT64: st.integers(-(2**70), 2**70) | st.floats(),
    ColumnType.FLOAT64: st.floats() | st.integers(-5, 5) | st.text(max_size=2),
    ColumnType.DATE: st.dates().map(str) | st.sampled_from(["2015-02-30", "20150101", "", "x" * 10]),
    ColumnType.TIMESTAMP: st.sampled_from([EARLY, "2016-01-01", ""]),
    ColumnType.STRINGS: st.lists(st.text(alphabet=st.characters(), max_size=3) | st.none(), max_size=3),
    ColumnType.BOXES: st.lists(st.lists(st.integers(-5, 2**33) | st.floats(), min_size=4, max_size=5), max_size=2)
    | st.integers(),
}


@given(st.data())
def test_no_value_spoils_a_batch(data: st.DataObject) -> None:
    """Whatever a parser gives, the tables are made, and values that fit are kept."""
    parsed = fake_parser.parse_document(b"code: S10001\n")
    for name in ("projects", "fields", "sections", "scores"):
        for column in TABLES[name].columns:
            if column.name not in TABLES[name].key and column.name not in ("document_id", "project_code"):
                parsed.tables[name][0][column.name] = data.draw(
                    st.none() | _VALUES[column.type], f"{name}.{column.name}"
                )
    packed = decode_packed(encode_packed(pack_parsed(parsed)))
    tables = assemble(Source(packed, "a.txt", None))
    for name in ("projects", "fields"):
        parquet_bytes(tables[name])


def test_every_type_is_built() -> None:
    assert set(_VALUES) == set(ColumnType) == set(ARROW_TYPES)


def test_a_damaged_record_is_told() -> None:
    record = encode_packed(pack_parsed(fake_parser.parse_document(b"code: S10001\n")))
    for damaged in (b"", record[:5], record[:-3], record[:20] + b"\x00\x01" + record[22:], b"\xff" * 12 + record[12:]):
        with pytest.raises(CorruptCacheError):
            decode_packed(damaged)


def test_only_rows_of_the_contract_are_kept() -> None:
    packed: Packed = source("code: S10001\n").packed
    assert "salainen" not in repr(packed), "unmasked text is needed by nobody after the parse"
    assert packed.rows["contacts"] == 1


def test_buckets() -> None:
    assert [choose_buckets(count) for count in (0, 1, BUCKET_DOCUMENTS, BUCKET_DOCUMENTS + 1)] == [1, 1, 1, 2]
    assert choose_buckets(100_000) == 256
    assert shard_of("S20405") == 3_976_460_868, "the same on every machine, for ever"


def test_the_data_package_describes_every_table() -> None:
    parts = [Part(name, "part-00000.parquet", 1, 10, "ab") for name in TABLES]
    package = json.loads(describe_package(parts))
    assert [resource["name"] for resource in package["resources"]] == list(TABLES)
    for resource in package["resources"]:
        table = TABLES[resource["name"]]
        assert resource["path"] == [f"{table_folder(table.name)}/part-00000.parquet"]
        assert resource["parts"][0]["hash"] == "sha256:ab"
        assert [field["name"] for field in resource["schema"]["fields"]] == list(table.column_names())
        assert resource["schema"]["primaryKey"] == list(table.key)
        assert all(field["description"] and field["description_fi"] for field in resource["schema"]["fields"])
    projects = package["resources"][0]["schema"]["fields"]
    (granted,) = [field for field in projects if field["name"] == "granted_eu_state_eur"]
    assert granted["unit"] == "EUR"
    assert granted["form_label"]
    assert describe_package(reversed(parts)) == describe_package(parts)


def test_tables_are_built_from_columns() -> None:
    columns = [[] for _ in TABLES["files"].columns]
    assert build_table("files", columns).num_rows == 0
