"""Make the virtual environment that `make` works in: `python3 tools/set_up.py LOCK [VENV]`.

Needs nothing but the standard library, and is written so that an old Python can at least read it and say what is
wrong. Nothing is done when the environment already fits the lock: the lock's hash is kept in the environment.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

LOCKS = {
    "requirements.lock": ("requirements.lock", "requirements-dev.lock"),
    "requirements-dev.lock": ("requirements-dev.lock",),
}
"""By each lock, the locks whose environment serves for it: the developers' has all of the runtime's."""

STAMP = "set_up.json"


def fail(*lines: str) -> None:
    """End with a message for a person."""
    sys.stderr.write("".join("{}\n".format(line) for line in lines))
    sys.exit(2)


def check_python() -> None:
    """End with advice unless this Python can make the environment."""
    running = "{}.{}".format(*sys.version_info[:2])
    if sys.version_info < (3, 11):
        fail(
            "Python 3.11 or newer is needed; {} is {}.".format(sys.executable, running),
            "Name another one: make test PYTHON=python3.12",
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail(
            "{} (Python {}) has no venv or ensurepip.".format(sys.executable, running),
            "On Debian and Ubuntu: apt-get install python3-venv (or python{}-venv), then run make again.".format(
                running
            ),
        )


def digest(*paths: str) -> str:
    """SHA-256 of the files' contents, one after the other."""
    total = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            total.update(file.read())
    return total.hexdigest()


def main() -> None:
    """Set up; see the module's docstring."""
    lock = sys.argv[1]
    folder = sys.argv[2] if len(sys.argv) > 2 else ".venv"
    python = os.path.join(folder, "bin", "python")
    stamp = os.path.join(folder, STAMP)
    try:
        with open(stamp) as file:
            done = json.load(file)
    except (OSError, ValueError):
        done = {}
    if os.access(python, os.X_OK) and any(
        done.get(other) == digest(other, "pyproject.toml") for other in LOCKS[os.path.basename(lock)]
    ):
        return
    check_python()
    if not os.access(python, os.X_OK):
        print("Making {} with {}".format(folder, sys.executable))
        shutil.rmtree(folder, ignore_errors=True)
        if subprocess.call([sys.executable, "-m", "venv", folder]):
            shutil.rmtree(folder, ignore_errors=True)
            fail("The virtual environment could not be made; see above.")
    print("Installing {}".format(lock))
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    for arguments in (
        ["--require-hashes", "--requirement", lock],
        ["--no-deps", "--no-build-isolation", "--editable", "."],
    ):
        if subprocess.call(pip + arguments):
            fail("pip could not install {}; see above. To start afresh: make clean".format(" ".join(arguments[1:])))
    done[os.path.basename(lock)] = digest(lock, "pyproject.toml")
    with open(stamp, "w") as file:
        json.dump(done, file)


if __name__ == "__main__":
    main()
