# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small Go programs of the testbed, each in a directory of its name: built once and kept in the cache."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

from . import toolchain
from .cache import cache_root, content_key, entry
from .processes import last_lines

_FLAGS = ("-trimpath", "-ldflags=-s -w")


class BuildFailed(Exception):
    """The program could not be built; the message names the log and quotes the end of it."""


def build(sources: Path) -> Path:
    """Return the path of the program with these sources, out of the cache or compiled into it."""
    files = [sources / name for name in ("main.go", "go.mod", "go.sum")]
    key = content_key(platform.system(), platform.machine(), *_FLAGS, *files)
    return entry(sources.name, key, lambda directory: _compile(sources, directory)) / sources.name


def _compile(sources: Path, directory: Path) -> None:
    name = sources.name
    log = cache_root() / f"{name}-build.log"
    log.write_text("")
    with toolchain.find_go(sources / "go.mod", log, lambda text: _say(name, text)) as go, log.open("a") as output:
        _say(name, f"building with {go.version}, once; usually less than a minute (log: {log})")
        command = [go.program, "build", *_FLAGS, "-o", str(directory / name), "."]
        done = subprocess.run(command, cwd=sources, env=go.environment, stdout=output, stderr=output, check=False)
    if done.returncode:
        raise BuildFailed(f"building {name} failed; {last_lines(log, 20)}")


def _say(name: str, text: str) -> None:
    print(f"testbed: {name}: {text}", file=sys.stderr, flush=True)
