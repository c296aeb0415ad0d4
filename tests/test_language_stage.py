"""The language stage: tables of a run, what is kept between runs, levels."""

from __future__ import annotations

import json
import shutil
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest

from models.tables import TABLES
from parsers.passages import align_passage
from parsers.spacy_fi import build
from pipeline import language
from pipeline.errors import SettingsError
from pipeline.keywords import find_keywords
from pipeline.language_cache import open_language_cache
from pipeline.language_inputs import Passage, Reading, Request
from pipeline.language_rows import BUCKET_LANGUAGE_TABLES, make_columns
from pipeline.language_task import analyse_documents, make_handler
from pipeline.run import RunResult, run_archive
from pipeline.settings import RunSettings
from pipeline.similar import find_similar
from pipeline.synthetic.make import make_archive
from pipeline.word_counts import read_counts
from pipeline.workers import Outcome, Task
from pipeline.write import Part

PROJECTS = 8
SETTINGS = RunSettings(workers=1, language="fast")
TABLE_NAMES = (*BUCKET_LANGUAGE_TABLES, *language.WHOLE_TABLES)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("language")
    make_archive(folder / "invented", PROJECTS, 3, ("text",))
    return folder / "invented" / "archive"


@pytest.fixture(scope="module")
def published(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RunResult]:
    out = tmp_path_factory.mktemp("published") / "out"
    return out, run_archive([archive], out, settings=SETTINGS)


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    kind = "restricted" if TABLES[table].restricted else "tables"
    return pq.read_table(out / "latest" / kind / table).to_pylist()


def parts(out: Path) -> dict[str, bytes]:
    root = (out / "latest").resolve()
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("part-*.parquet")
        if path.parent.name in TABLE_NAMES
    }


def test_keys_are_unique_and_rows_in_order(published: tuple[Path, RunResult]) -> None:
    for name in TABLE_NAMES:
        found = rows(published[0], name)
        keys = [tuple(row[key] for key in TABLES[name].key) for row in found]
        assert len(set(keys)) == len(keys), name
        assert keys == sorted(keys), name
        assert name == "persons" or found, name


def test_offsets_are_those_of_texts(published: tuple[Path, RunResult]) -> None:
    texts = {row["document_id"]: row["text"] for row in rows(published[0], "texts")}
    for row in rows(published[0], "entities"):
        assert texts[row["document_id"]][row["char_start"] : row["char_end"]] == row["text"]
    for row in rows(published[0], "sentences"):
        printed = texts[row["document_id"]][row["char_start"] : row["char_end"]]
        # a fold is a line end in the text and a blank in the sentence; a hyphen of the folding is gone
        assert "".join(row["text"].split()).replace("-", "") == "".join(printed.split()).replace("-", "")


def test_sentences_leave_out_list_marks_only(published: tuple[Path, RunResult]) -> None:
    found = rows(published[0], "sentences")
    for section in rows(published[0], "sections"):
        if section["name"] in ("summary", "final_report") and section["text"]:
            mine = [
                row["text"]
                for row in found
                if row["project_code"] == section["project_code"] and row["section_name"] == section["name"]
            ]
            want = section["text"].replace("\n- ", "\n").removeprefix("- ")
            assert "".join("".join(mine).split()) == "".join(want.split()), section["project_code"]


def test_entities_join_to_the_target_area(published: tuple[Path, RunResult]) -> None:
    codes = {(row["project_code"], row["level"], row["code"]) for row in rows(published[0], "locations")}
    placed = [row for row in rows(published[0], "entities") if row["code_system"] == "municipality"]
    joined = sum((row["project_code"], row["code_system"], row["code"]) in codes for row in placed)
    assert placed
    assert joined > len(placed) * 0.9  # the generator's sentences name the project's own places
    systems = {row["code_system"] for row in rows(published[0], "entities")}
    assert systems <= {None, "region", "subregion", "municipality", "business_id"}


def test_persons_are_in_the_restricted_table_only() -> None:
    text = "Ryhmää ohjasi Eija Lehtoranta Kotkassa."
    aligned = align_passage(text, 0, len(text), text)
    assert aligned is not None
    passage = Passage("summary", "3.1", None, text, aligned)
    request = Request([text], [("municipality", "285")], [])
    reading = Reading("S00001", "d1", (passage,), request, b"", 0)
    result = analyse_documents(build.build_pipeline("full"), [request])
    columns = make_columns([(reading, result[0], text)])
    listed = {
        name: dict(zip(TABLES[name].column_names(), columns[name], strict=True)) for name in ("persons", "entities")
    }
    assert TABLES["persons"].restricted
    assert not TABLES["entities"].restricted
    assert listed["persons"]["text"] == ["Eija Lehtoranta"]
    assert listed["entities"]["text"] == ["Kotkassa"]
    assert [name for name in columns if "Lehtoranta" in str(columns[name])] == ["sentences", "persons"]


def test_the_run_says_what_the_stage_did(published: tuple[Path, RunResult]) -> None:
    out, result = published
    told = json.loads((out / "latest" / "run.json").read_text("utf-8"))["language"]
    assert told["level"] == "fast"
    assert told["documents"] == told["analysed"] + told["cached"] == PROJECTS
    assert (told["failed"], told["lost_passages"]) == (0, 0)
    for name in ("passages", "sentences", "entities", "lemmas", "keywords"):
        assert told[name] == len(rows(out, name)) > 0
    assert told["seconds"] >= told["whole_archive_seconds"] >= 0
    assert result.language["documents"] == PROJECTS


def test_lemmas_add_up(published: tuple[Path, RunResult]) -> None:
    counted = Counter[str]()
    for row in rows(published[0], "lemmas"):
        counted[row["project_code"]] += row["count"]
    words = Counter[str]()
    for row in rows(published[0], "passages"):
        words[row["project_code"]] += row["n_words"]
    for code, count in counted.items():
        assert 0.5 * words[code] < count <= words[code]


def test_what_is_known_is_not_analysed_again(
    archive: Path, published: tuple[Path, RunResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, _ = published
    before = parts(out)
    copy = tmp_path / "archive"
    shutil.copytree(archive, copy)
    (copy / "noise.txt").write_text("ei hanke", "utf-8")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("nothing is to be analysed")

    monkeypatch.setattr(language, "Pool", never)
    run_archive([copy], out, settings=SETTINGS)
    assert parts(out) == before


def test_same_input_same_bytes_and_private_files(
    archive: Path, published: tuple[Path, RunResult], tmp_path: Path
) -> None:
    run_archive([archive], tmp_path / "out", settings=RunSettings(workers=2, language="fast"))
    assert parts(tmp_path / "out") == parts(published[0])
    for path in (tmp_path / "out" / "latest" / "restricted" / "persons").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "out" / "cache" / "language.sqlite").stat().st_mode) == 0o600


def test_off_leaves_empty_tables(archive: Path, tmp_path: Path) -> None:
    result = run_archive([archive], tmp_path / "out", settings=RunSettings(workers=1))
    assert {result.rows[name] for name in TABLE_NAMES} == {0}
    assert all(rows(tmp_path / "out", name) == [] for name in TABLE_NAMES)


class FailingPool:
    """A pool in this process whose handler fails at a document that was the second of a group."""

    def __init__(self, *_: object) -> None:
        self._handle = make_handler({"level": "fast"})
        self._culprit: list[Request] = []

    def __enter__(self) -> FailingPool:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, tasks: Iterator[Task]) -> Iterator[Outcome]:
        for task in tasks:
            requests = msgspec.msgpack.decode(task.payload, type=list[Request])
            if len(requests) > 1:
                self._culprit = requests[1:2]
            if self._culprit[0] in requests:
                yield Outcome(task.number, None, "error", "ValueError")
            else:
                yield Outcome(task.number, self._handle(task.payload))


def test_a_document_that_fails_costs_only_its_rows(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(language, "Pool", FailingPool)
    out = tmp_path / "out"
    run_archive([archive], out, settings=SETTINGS)
    assert "1 documents could not be analysed" in caplog.text
    assert len({row["project_code"] for row in rows(out, "sentences")}) == PROJECTS - 1


def test_messages_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="give full, fast or off"):
        language.check_language("fastest")
    monkeypatch.setattr(build, "_MODEL_MODULE", "no_such_model")
    with pytest.raises(SettingsError, match=r"pip install .*--language fast"):
        language.check_language("full")
    language.check_language("fast")
    language.check_language("off")


def test_a_damaged_cache_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "language.sqlite").write_bytes(b"no database" * 500)
    with open_language_cache(tmp_path) as cache:
        assert cache.find([b"x"], "part") == {}
        cache.store([(b"x", b"y"), (b"z", None)])
        assert cache.find([b"x", b"z", b"w"], "part") == {b"x": b"y", b"z": None}


def test_results_are_kept_while_their_bucket_is_linked(tmp_path: Path) -> None:
    with open_language_cache(tmp_path) as cache:
        cache.store([(b"linked", b"1"), (b"gone", b"2")])
        cache.find([b"linked"], "a")
        cache.find([b"gone"], "b")
        cache.remember_built("one", [])
    for _ in range(3):
        with open_language_cache(tmp_path) as cache:
            cache.keep("a")
            cache.remember_built("next", [])
    with open_language_cache(tmp_path) as cache:
        assert cache.find([b"linked", b"gone"], "a") == {b"linked": b"1"}


def test_keywords_and_neighbours(published: tuple[Path, RunResult]) -> None:
    out, _ = published
    root = (out / "latest").resolve()
    found = [Part(path.parent.name, path.name, 1, 1, "") for path in root.glob("tables/*/part-*.parquet")]
    counts = read_counts(root, found)
    assert len(counts.projects) == PROJECTS
    keywords = find_keywords(counts)
    assert all(score >= 1.96 for score in keywords[5])
    similar = find_similar(counts)
    assert all(code != other for code, other in zip(similar[0], similar[2], strict=True))
    assert all(0.1 <= score <= 1.0001 for score in similar[3])
