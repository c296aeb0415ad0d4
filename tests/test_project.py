"""The repo itself: locks, imports, sizes, targets, set-up."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PACKAGES = ("models", "parsers", "pipeline")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def project_files() -> list[Path]:
    """Files that are or would be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def imports_of(path: Path) -> set[str]:
    """Absolute names of the modules that a file imports, wherever it does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
    return found


def lock_versions(name: str) -> set[tuple[str, str]]:
    """(package, version); a package may have a version for each Python."""
    return set(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_lock_has_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash)", text, re.MULTILINE)
    for entry in re.split(r"\n(?=[a-z0-9])", text.strip()):
        assert re.match(r"[a-z0-9-]+==", entry)
        assert "--hash=sha256:" in entry


def test_locks_agree_and_the_runtime_lock_is_the_smaller() -> None:
    runtime, dev = (lock_versions(name) for name in LOCKS)
    assert len(runtime) > 20
    assert runtime < dev


def test_locks_hold_what_is_declared() -> None:
    groups = PYPROJECT["dependency-groups"]
    names = {name for name, _ in lock_versions("requirements.lock")}
    assert set(map(distribution, PYPROJECT["project"]["dependencies"] + groups["build"])) <= names
    everything = {name for name, _ in lock_versions("requirements-dev.lock")}
    assert set(map(distribution, (entry for entry in groups["dev"] if isinstance(entry, str)))) <= everything


def distribution(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found is not None
    return found[0].lower().replace("_", "-").replace(".", "-")


def test_no_path_of_a_machine_and_no_registry_is_named() -> None:
    # written in halves, or this file would be the first to fail
    forbidden = re.compile(
        "|".join(["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "pypi" + r"\.org", "python" + "hosted"])
    )
    faults = []
    for path in project_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        faults += [f"{path.relative_to(ROOT)}: {found[0]}" for found in forbidden.finditer(text)]
    assert not faults


@pytest.mark.parametrize(
    ("package", "allowed"), [("models", {"models"}), ("parsers", {"models", "parsers"}), ("pipeline", set(PACKAGES))]
)
def test_imports_point_one_way(package: str, allowed: set[str]) -> None:
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] == package:
            ours = {name.partition(".")[0] for name in imports_of(path)} & set(PACKAGES)
            assert ours <= allowed, path


def test_parsers_are_pure() -> None:
    impure = {"os", "pathlib", "shutil", "tempfile", "subprocess", "socket", "time", "random", "pyarrow", "pandas"}
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] == "parsers":
            assert not {name.partition(".")[0] for name in imports_of(path)} & impure, path


COMES_WITH = {"httpx": ("datasette",), "markupsafe": ("datasette", "jinja2"), "uvicorn": ("datasette",)}
"""Packages that are used together with one that is declared, and by which chain of requirements they come with it."""


def comes_with(name: str, allowed: set[str]) -> set[str]:
    chain = COMES_WITH.get(name, ())
    if not allowed.intersection(chain[:1]):
        return set()
    for package, next_one in zip(chain, (*chain[1:], name), strict=True):
        required = set(map(distribution, importlib.metadata.requires(package) or ()))
        assert next_one in required, f"{package} does not require {next_one} any more"
    return {name}


def test_every_import_is_declared() -> None:
    """In every Python file; what is optional only where its command is, developers' only beside the packages."""
    project = PYPROJECT["project"]
    runtime = set(map(distribution, project["dependencies"]))
    extras = {distribution(entry) for extra in project["optional-dependencies"].values() for entry in extra}
    dev = {distribution(entry) for entry in PYPROJECT["dependency-groups"]["dev"] if isinstance(entry, str)}
    providers = importlib.metadata.packages_distributions()
    optional = [ROOT / "pipeline" / name for name in ("synthetic", "export", "reconcile", "browse")]
    files = [path for path in project_files() if path.suffix == ".py"]
    assert set(MODULES) <= set(files)
    others = {path.stem for path in files if path.relative_to(ROOT).parts[0] in ("tests", "benchmarks", "data", "fuzz")}
    own = {*PACKAGES, "benchmarks", "fuzz", "hostile", *others}
    undeclared = []
    for path in files:
        packaged = path.relative_to(ROOT).parts[0] in PACKAGES
        allowed = set(runtime) if packaged else runtime | extras | dev
        if any(path.is_relative_to(folder) for folder in optional):
            allowed |= extras
        undeclared += [
            f"{path.relative_to(ROOT)}: {name}"
            for name in {name.partition(".")[0] for name in imports_of(path)} - own - set(sys.stdlib_module_names)
            if not {distribution(entry) for entry in providers.get(name, ())} & (allowed | comes_with(name, allowed))
        ]
    assert not undeclared, "\n".join(undeclared)


def test_modules_are_small() -> None:
    long = {
        str(path.relative_to(ROOT)): n for path in MODULES if (n := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long


def test_nothing_is_left_to_do() -> None:
    unfinished = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|raise NotImplemented" + r"Error)\b")
    assert not [path for path in MODULES if unfinished.search(path.read_text("utf-8"))]


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    assert targets == set(phony[1].split())
    printed = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert targets == set(re.findall(r"^  make ([a-z-]+) +\S", printed, re.MULTILINE))


def test_make_targets_run_what_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    scripts = re.findall(r"\b((?:benchmarks|tools)/\w+\.py)", makefile)
    scripts += [f"{module.replace('.', '/')}.py" for module in re.findall(r"-m (pipeline[\w.]+)", makefile)]
    assert len(scripts) > 2
    assert not [script for script in scripts if not (ROOT / script).is_file()]


def test_ci_script_is_sound() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", str(script)], check=True)
    text = script.read_text("utf-8")
    assert "set -euo pipefail" in text
    assert "make lint" in text
    assert "make test" in text


@pytest.fixture
def set_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The names of the set-up script, in an empty project."""
    names = runpy.run_path(str(ROOT / "tools" / "set_up.py"))
    for name in (*LOCKS, "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["set_up.py", "requirements.lock"])
    return names


def run_set_up(names: dict[str, object]) -> None:
    main = names["main"]
    assert callable(main)
    main()


def test_set_up_says_that_python_is_too_old(
    set_up: dict[str, object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit) as ended:
        run_set_up(set_up)
    assert ended.value.code == 2
    assert "Python 3.11 or newer is needed" in (message := capsys.readouterr().err)
    assert "PYTHON=" in message


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_set_up_names_the_package_that_is_missing(
    missing: str, set_up: dict[str, object], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(SystemExit) as ended:
        run_set_up(set_up)
    assert ended.value.code == 2
    assert "apt-get install python3-venv" in capsys.readouterr().err


def test_set_up_installs_once_until_the_lock_changes(set_up: dict[str, object], tmp_path: Path) -> None:
    """With a stand-in for the environment's Python that writes down what it was asked."""
    bin_folder = tmp_path / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    python = bin_folder / "python"
    python.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/calls"\n', "utf-8")
    python.chmod(0o755)
    calls = tmp_path / "calls"

    run_set_up(set_up)
    first = calls.read_text("utf-8").splitlines()
    assert "--require-hashes --requirement requirements.lock" in first[0]
    assert first[1].endswith("--no-deps --no-build-isolation --editable .")
    run_set_up(set_up)
    assert len(calls.read_text("utf-8").splitlines()) == 2
    lock = tmp_path / "requirements.lock"
    lock.write_text(lock.read_text("utf-8") + "\n", "utf-8")
    run_set_up(set_up)
    assert len(calls.read_text("utf-8").splitlines()) == 4
    assert set(json.loads((tmp_path / ".venv" / "set_up.json").read_text("utf-8"))) == {"requirements.lock"}


def test_developers_environment_serves_for_a_run(
    set_up: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\necho "$*" >> "{tmp_path}/calls"\n', "utf-8")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "argv", ["set_up.py", "requirements-dev.lock"])
    run_set_up(set_up)
    monkeypatch.setattr(sys, "argv", ["set_up.py", "requirements.lock"])
    run_set_up(set_up)
    assert len((tmp_path / "calls").read_text("utf-8").splitlines()) == 2
