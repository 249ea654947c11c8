# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cache for what is expensive to build: entries are kept by the hash of their sources, and checked before every use."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from .processes import wait_until

_MANIFEST = "manifest.json"
_BUILDING = "building-"
_UNUSED = 30 * 24 * 3600  # seconds after which an entry built from other sources is dropped


class BrokenEntry(Exception):
    """A builder did not leave a usable entry behind."""


def cache_root() -> Path:
    """Name the directory of everything the testbed keeps between runs (XDG Base Directory Specification)."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    # The specification has relative values ignored.
    return (base if base.is_absolute() else Path.home() / ".cache") / "sitemesh-skupper"


def content_key(*parts: str | Path) -> str:
    """Hash texts and the contents of files into the key of an entry."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part.encode()
        # With its length, so that moving a byte from one part to the next gives another key.
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]


def entry(name: str, key: str, build: Callable[[Path], None], root: Path | None = None) -> Path:
    """Return the directory of an entry, calling `build(directory)` first if it is missing, partial or broken."""
    shelf = (root or cache_root()) / name
    final = shelf / key
    with locked(shelf / "lock", name):
        if not is_intact(final):
            _replace(final, build)
        os.utime(final)
        _drop_unused(shelf, final)
    return final


def is_intact(directory: Path) -> bool:
    """Whether every file of an entry is there, with the contents and the mode it was built with."""
    try:
        manifest = json.loads((directory / _MANIFEST).read_text())
        return bool(manifest) and manifest == _describe(directory)
    except (OSError, ValueError):
        return False


def seal(directory: Path) -> None:
    """Record what an entry holds, for `is_intact`; BrokenEntry if it holds nothing."""
    manifest = _describe(directory)
    if not manifest:
        raise BrokenEntry(f"nothing was built for {directory}")
    (directory / _MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True))


def _replace(final: Path, build: Callable[[Path], None]) -> None:
    # Only the holder of the lock builds, so whatever else is under construction was given up.
    for abandoned in final.parent.glob(f"{_BUILDING}*"):
        shutil.rmtree(abandoned)
    partial = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=final.parent))
    try:
        build(partial)
        seal(partial)
        if final.exists():
            shutil.rmtree(final)
        partial.rename(final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _describe(directory: Path) -> dict[str, dict[str, str]]:
    files = (path for path in directory.rglob("*") if path.is_file() and path.name != _MANIFEST)
    return {str(path.relative_to(directory)): _fingerprint(path) for path in files}


def _fingerprint(path: Path) -> dict[str, str]:
    with path.open("rb") as stream:
        return {
            "sha256": hashlib.file_digest(stream, "sha256").hexdigest(),
            "mode": f"{path.stat().st_mode & 0o777:o}",
        }


def _drop_unused(shelf: Path, used: Path) -> None:
    for other in shelf.iterdir():
        if other.is_dir() and other != used and time.time() - other.stat().st_mtime > _UNUSED:
            shutil.rmtree(other, ignore_errors=True)


@contextlib.contextmanager
def locked(path: Path, name: str) -> Iterator[None]:
    """Hold a file's lock; if it has to wait, report that another process is preparing `name`."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a") as handle:
        # Another process that only checks the entry is done in no time and not worth a word.
        if not wait_until(lambda: _try_lock(handle), 2.0):
            print(f"testbed: waiting for another process that is preparing {name}", file=sys.stderr, flush=True)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _try_lock(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
