"""Write docs/dependencies.md: what is used, why, under which licence, how heavy. ``--check`` only says what is wrong.

Licences come from the metadata of the installed packages, reasons from ``dependencies.toml`` beside this file.
"""

from __future__ import annotations

import email
import importlib.metadata
import re
import sys
import tomllib
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "dependencies.md"
LOCKS = {"run": "requirements.lock", "develop": "requirements-dev.lock"}
EXACT = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Academic Free License (AFL)": "AFL-3.0",
    "Apache Software License": "Apache-2.0",
    "Artistic License": "Artistic-1.0",
    "BSD License": "BSD",
    "GNU General Public License (GPL)": "GPL",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Public Domain": "Public-Domain",
    "Python Software Foundation License": "PSF-2.0",
}
"""Classifiers of packages to SPDX names; "BSD" where a package does not say which."""
FITTING = {
    "0BSD", "AFL-3.0", "Apache-2.0", "Artistic-1.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python",
    "ISC", "LGPL-2.0-or-later", "LGPL-3.0-or-later", "MIT", "MIT-0", "MIT-CMU", "MPL-1.1", "MPL-2.0", "PSF-2.0",
    "Public-Domain", "Zlib",
}  # fmt: skip
"""Licences that a program under MIT may use as a library. GPL and AGPL are not among them, nor is what nobody knows."""


@dataclass(frozen=True, slots=True)
class Package:
    """One locked package."""

    name: str
    version: str
    licence: str
    """SPDX names joined by AND or OR; ``not installed`` where it is for another platform or Python."""
    megabytes: float | None


def canonical(name: str) -> str:
    """A distribution's name as lock files write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_reasons() -> dict[str, Any]:
    """The file beside this one."""
    return tomllib.loads((ROOT / "tools" / "dependencies.toml").read_text("utf-8"))


def declared() -> dict[str, list[str]]:
    """Direct dependencies by where pyproject.toml declares them."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = {"run": data["project"]["dependencies"]}
    groups |= {f"extra {name}": wanted for name, wanted in data["project"]["optional-dependencies"].items()}
    groups |= data["dependency-groups"]
    return {
        group: sorted({canonical(re.split(r"[^A-Za-z0-9._-]", one)[0]) for one in wanted if isinstance(one, str)})
        for group, wanted in groups.items()
    }


def locked(lock: str) -> dict[str, str]:
    """Names and versions of a lock file; of several versions the one that is installed, else the last."""
    found: dict[str, str] = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / lock).read_text("utf-8"), re.MULTILINE):
        if name not in found or version == _installed_version(name):
            found[name] = version
    return found


def _installed_version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def describe(name: str, version: str, overrides: dict[str, str]) -> Package:
    """A package as its installed metadata tells."""
    if _installed_version(name) is None:
        return Package(name, version, "not installed", None)
    distribution = importlib.metadata.distribution(name)
    files = [distribution.locate_file(one) for one in distribution.files or () if one.suffix != ".pyc"]
    size = sum(Path(str(one)).stat().st_size for one in files if Path(str(one)).is_file())
    return Package(name, version, overrides.get(name) or read_licence(_message(distribution)), round(size / 1e6, 1))


def _message(distribution: importlib.metadata.Distribution) -> Message:
    return email.message_from_string(distribution.read_text("METADATA") or "")


def read_licence(metadata: Message) -> str:
    """The licence as an expression of SPDX names: from the expression, else the classifiers, else the old field."""
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [
        one.rpartition(" :: ")[2] for one in metadata.get_all("Classifier", []) if one.startswith("License ::")
    ]
    names = [EXACT.get(one, one) for one in classifiers if one != "OSI Approved"]
    if names:
        return " OR ".join(sorted(set(names)))  # several classifiers: to choose from
    first = str(metadata.get("License") or "").strip().partition("\n")[0]
    return _tidy(first) or "unknown"


def _tidy(text: str) -> str:
    """The old free field in SPDX names."""
    text = text.replace(", dependency licenses", "").replace(", ", " AND ")
    text = re.sub(r"^Apache License AND Version 2\.0$|^Apache 2(\.0)?$", "Apache-2.0", text)
    return re.sub(r"^BSD 3-Clause( License)?$", "BSD-3-Clause", text)


def fits(licence: str) -> bool:
    """Whether one of the choices is made of fitting licences only."""
    choices = re.sub(r"[()]", "", licence).split(" OR ")
    return any(all(part.split(" WITH ")[0] in FITTING for part in choice.split(" AND ")) for choice in choices)


def find_faults() -> list[str]:
    """What is wrong: missing reasons, reasons for nothing, licences that do not fit, packages that are not locked."""
    reasons = read_reasons()
    groups = declared()
    direct = {name for names in groups.values() for name in names}
    everything = locked(LOCKS["develop"])
    faults = [f"{name}: no reason in tools/dependencies.toml" for name in sorted(direct - reasons["direct"].keys())]
    faults += [f"{name}: a reason, but not declared" for name in sorted(reasons["direct"].keys() - direct)]
    faults += [f"{name}: declared, but not in {LOCKS['develop']}" for name in sorted(direct - everything.keys())]
    runtime = locked(LOCKS["run"])
    faults += [f"{name}: declared, but not in {LOCKS['run']}" for name in groups["run"] if name not in runtime]
    for name, version in everything.items():
        package = describe(name, version, reasons["licences"])
        if package.megabytes is not None and not fits(package.licence):
            faults.append(f"{name}: licence {package.licence} does not fit")
    return faults


def make_page() -> str:
    """The page's text."""
    reasons = read_reasons()
    everything, runtime = locked(LOCKS["develop"]), locked(LOCKS["run"])
    packages = {name: describe(name, version, reasons["licences"]) for name, version in everything.items()}
    weight = sum(packages[name].megabytes or 0 for name in runtime)
    lines = [
        "# Dependencies",
        "",
        "<!-- Written by tools/dependencies.py; reasons are in tools/dependencies.toml. -->",
        "",
        f"A run needs {len(runtime)} packages ({weight:.0f} MB installed), developing {len(everything)}; all are",
        "pinned with hashes in `requirements.lock` and `requirements-dev.lock`. Licences are what the packages say",
        "of themselves; where they say nothing or contradict their own licence file, `tools/dependencies.toml` says",
        "what that says. None is AGPL or unknown, and none is GPL without another choice; a test keeps it so.",
        "`make sbom` writes `build/sbom.json` (CycloneDX). A version is the newest that the others allowed when the",
        "lock was written (`make lock UPGRADE=--upgrade`). MB are of the package alone.",
        "",
    ]
    titles = {"run": "Needed by a run", "dev": "Needed by developers", "build": "Needed to install"}
    for group, names in declared().items():
        lines += [f"## {titles.get(group, group.capitalize())}", ""]
        lines += ["| package | version | licence | MB | why | to leave it |", "|---|---|---|---|---|---|"]
        for name in names:
            one, text = packages[name], reasons["direct"][name]
            lines.append(f"| {name} | {one.version} | {one.licence} | {_size(one)} | {text['why']} | {text['leave']} |")
        lines.append("")
    lines += [
        "## All packages",
        "",
        "*not installed*: for another platform or Python than the one that this page was written on.",
        "",
        "| package | version | licence | MB | for |",
        "|---|---|---|---|---|",
    ]
    for name, one in sorted(packages.items()):
        use = "a run" if name in runtime else "developers"
        lines.append(f"| {name} | {one.version} | {one.licence} | {_size(one)} | {use} |")
    return "\n".join(lines) + "\n"


def _size(package: Package) -> str:
    return "" if package.megabytes is None else f"{package.megabytes:.1f}"


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` only look."""
    faults = find_faults()
    for fault in faults:
        print(fault, file=sys.stderr)
    if not faults and "--check" not in arguments:
        PAGE.write_text(make_page(), "utf-8")
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
