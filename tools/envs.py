# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make the project-local Python environments under .venv; needs nothing but the standard library.

Usage: python3 tools/envs.py [newest|oldest|latest|lint|py39 ...]    (no name: all of them)
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
COLLECTIONS = VENV / "collections"
REQUIREMENTS = ROOT / "tests" / "requirements"


@dataclass(frozen=True)
class Env:
    """One environment: its name and the Python minor versions it can be made with, best first; none: any."""

    name: str
    pythons: tuple[str, ...] = ()
    required: bool = True

    @property
    def path(self) -> Path:
        """The directory of the environment."""
        return VENV / self.name

    @property
    def stamp(self) -> Path:
        """The file that is written last: the environment is complete if it holds the key of what was asked for."""
        return self.path / "complete"

    def bin(self, program: str) -> Path:
        """Return the path of one of the environment's programs, present or not."""
        return self.path / "bin" / program


# ansible-core 2.16 stops at Python 3.12, and 2.15, the last for 3.9, is of no use above it.
ENVS = {
    env.name: env
    for env in (
        Env("newest"),
        Env("oldest", pythons=("3.11", "3.12", "3.10")),
        Env("latest", pythons=("3.13", "3.12"), required=False),
        Env("lint"),
        Env("py39", pythons=("3.9",), required=False),
    )
}


def version_of(python: str | Path) -> str | None:
    """Return the full version of an interpreter, or None if it does not run."""
    code = "import ensurepip, platform; print(platform.python_version())"  # Debian has Pythons without ensurepip
    try:
        done = subprocess.run([str(python), "-Ic", code], capture_output=True, text=True, check=False, timeout=60)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def candidates(minor: str) -> Iterator[str | Path]:
    """Return interpreters that may be Python `minor`: this one, that on PATH, and pyenv's, whose shims may be switched off."""
    if sys.version_info[:2] == tuple(map(int, minor.split("."))):
        yield sys.executable
    if found := shutil.which(f"python{minor}"):
        yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{minor}.*/bin/python"), reverse=True)


def interpreter(env: Env) -> tuple[str, str] | None:
    """Return path and version of the interpreter for an environment, or None if this machine has none that fits."""
    if not env.pythons:
        return sys.executable, platform.python_version()
    for minor in env.pythons:
        for python in candidates(minor):
            if (version := version_of(python)) and version.startswith(f"{minor}."):
                return str(python), version
    return None


def requirement_text(path: Path) -> str:
    """Return a requirement file with the files it includes, as one text."""
    text = path.read_text(encoding="utf-8")
    included = re.findall(r"^-r\s+(\S+)", text, flags=re.MULTILINE)
    return text + "".join(requirement_text(path.parent / name) for name in included)


def key_of(env: Env, version: str) -> str:
    """Return a hash of what an environment depends on: its requirements, the Python version and its directory."""
    text = f"{version}\n{env.path}\n{requirement_text(REQUIREMENTS / f'{env.name}.txt')}"
    return hashlib.sha256(text.encode()).hexdigest()


def say(env: Env, text: str) -> None:
    """Print one line of progress."""
    print(f"[{env.name}] {text}", flush=True)


def run(*command: str | Path) -> None:
    """Run a command; its output is shown only if it fails."""
    done = subprocess.run(
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stdout}")


def build(env: Env, python: str, version: str) -> None:
    """Make an environment from nothing; an incomplete one of an earlier run is removed first."""
    started = time.monotonic()
    say(env, f"building with Python {version}: {env.path}")
    shutil.rmtree(env.path, ignore_errors=True)
    run(python, "-m", "venv", env.path)
    say(env, f"installing tests/requirements/{env.name}.txt")
    run(env.bin("python"), "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS / f"{env.name}.txt")
    env.stamp.write_text(key_of(env, version), encoding="utf-8")
    say(env, f"ready after {time.monotonic() - started:.0f} s")


def ensure(env: Env) -> None:
    """Make an environment unless it exists already, with the same requirements and Python."""
    found = interpreter(env)
    if found is None:
        wanted = " or ".join(env.pythons)
        if env.required:
            raise SystemExit(f"[{env.name}] needs Python {wanted}, and this machine has none that runs")
        say(env, f"left out: no Python {wanted} here")
        return
    python, version = found
    if env.stamp.is_file() and env.stamp.read_text(encoding="utf-8") == key_of(env, version):
        return
    build(env, python, version)


def link_collection() -> None:
    """Show the working tree to Ansible as a collection: .venv/collections/ansible_collections/sitemesh/skupper."""
    link = COLLECTIONS / "ansible_collections" / "sitemesh" / "skupper"
    link.parent.mkdir(parents=True, exist_ok=True)
    target = os.path.relpath(ROOT, link.parent)
    if not link.is_symlink() or str(link.readlink()) != target:
        link.unlink(missing_ok=True)
        link.symlink_to(target)


@contextmanager
def locked() -> Iterator[None]:
    """Keep a second run from building the same environments at the same time."""
    VENV.mkdir(exist_ok=True)
    with (VENV / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(names: list[str]) -> None:
    """Make the named environments, two at a time."""
    if sys.version_info < (3, 11):
        raise SystemExit(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}; try make PYTHON=...")
    if unknown := set(names) - ENVS.keys():
        raise SystemExit(f"no such environment: {', '.join(sorted(unknown))}; there are {', '.join(ENVS)}")
    with locked():
        link_collection()
        with ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(ensure, [ENVS[name] for name in names or ENVS]))


if __name__ == "__main__":
    main(sys.argv[1:])
