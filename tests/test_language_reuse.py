"""The spaCy components in other people's pipelines: by name, without an import, without Debian's libvoikko."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from test_language_layer import pipeline

from parsers.spacy_fi import memory
from parsers.spacy_fi.context import _forms
from parsers.spacy_fi.memory import Memory
from pipeline.language_inputs import Request
from pipeline.language_task import analyse_documents

ROOT = Path(__file__).parent.parent

_BARE = """
import spacy
from spacy.util import registry

for name in ("sentences", "languages", "lemmas", "entities"):
    nlp = spacy.blank("fi")
    nlp.add_pipe(f"hankekuvaus_{name}")
    doc = nlp("Kotkassa järjestetään työpaja. Haminassa ei.")
    print(name, [doc[one.start].text for one in doc.sents] if name == "sentences" else
          sorted(doc.spans) if name == "languages" else
          [token.lemma_ for token in doc[:3]] if name == "lemmas" else
          [(one.text, one.kb_id_, one.id_) for one in doc.ents])
print(registry.tokenizers.get("hankekuvaus.FinnishTokenizer.v1").__module__)
"""

_WITHOUT_DEBIAN = """
import ctypes, ctypes.util, sys


class Refuse(ctypes.CDLL):
    # the model's package imports a binding that PyPI has; the library and its dictionary are Debian's alone
    def __init__(self, name, *args, **kwargs):
        assert "voikko" not in str(name), name
        super().__init__(name, *args, **kwargs)


ctypes.CDLL = ctypes.cdll._dlltype = Refuse
from parsers.spacy_fi.build import build_pipeline

for level in ("fast", "full"):
    doc = build_pipeline(level)("Kotkan kaupungin työpajoissa autettiin nuoria.")
    print([token.lemma_ for token in doc][:3], [one.text for one in doc.ents])
print("voikko" in open("/proc/self/maps").read() if sys.platform == "linux" else False)
"""


def run_python(code: str, folder: Path) -> list[str]:
    """The lines that a fresh interpreter prints, with the package's entry points as pyproject.toml declares them."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    info = folder / "declared-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: declared\nVersion: 1\n", "utf-8")
    lines = [f"[{group}]\n" + "".join(f"{a} = {b}\n" for a, b in names.items()) for group, names in declared.items()]
    (info / "entry_points.txt").write_text("\n".join(lines), "utf-8")
    paths = os.pathsep.join((str(folder), str(ROOT)))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"},
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert not done.returncode, done.stderr
    return done.stdout.splitlines()


def test_a_bare_pipeline_can_add_each_by_its_name_and_the_example_of_the_docs_runs(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "language.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    assert run_python(_BARE + code, tmp_path) == [
        "sentences ['Kotkassa', 'Haminassa']",
        "languages ['passages', 'sentences']",
        "lemmas ['Kotka', 'järjestää', 'työpaja']",
        "entities [('Kotkassa', 'municipality:285', 'gazetteer'), ('Haminassa', 'municipality:075', 'gazetteer')]",
        "parsers.spacy_fi.tokens",
        *printed.splitlines(),
    ]


def test_no_level_needs_a_debian_package(tmp_path: Path) -> None:
    want = "['Kotka', 'kaupunki', 'työpaja'] ['Kotkan kaupungin']"
    assert run_python(_WITHOUT_DEBIAN, tmp_path) == [want, want, "False"]


def test_what_is_kept_of_texts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = pipeline()
    analyse_documents(nlp, [Request(["Kotkassa on kylä."], [], [])])
    strings, lexemes = len(nlp.vocab.strings), sum(1 for _ in nlp.vocab)
    for number in range(20):
        text = " ".join(f"kylä{'ab' * number}{letter}" for letter in "abcdefgh")
        analyse_documents(nlp, [Request([text], [], [(f"Kylän{number} Väki ry", None)])])
    assert (len(nlp.vocab.strings), sum(1 for _ in nlp.vocab)) == (strings, lexemes)
    assert _forms.cache_info().maxsize == 2048
    monkeypatch.setattr(memory, "MOST_WORDS", 5)
    kept = Memory(None)
    for number in range(30):
        kept.look_up([f"sana{number}"])
        assert len(kept) <= 6
