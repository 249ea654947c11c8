# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# pathlib would slow down every Python that starts.
# ruff: noqa: PTH100, PTH113, PTH116, PTH118, PTH120, PTH123
"""Imported by every Python that starts while a play is watched: it reports what that runs, logs and leaves behind.

An audit hook sees what a look at the process list or at a folder from outside would miss when it is over in a moment.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from typing import Any

_SCRATCH = os.environ.get("WITNESS_SCRATCH", "")
_EVENTS = os.environ.get("WITNESS_EVENTS", "")
_WIDER_THAN_OWNER = stat.S_IRWXG | stat.S_IRWXO


def _tell(kind: str, what: object) -> None:
    line = json.dumps({"kind": kind, "pid": os.getpid(), "what": what}, default=str) + "\n"
    # One write to a file opened for appending is one piece, whoever else writes.
    handle = os.open(_EVENTS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode("utf-8", "surrogateescape"))
    finally:
        os.close(handle)


def _words(value: Any) -> list[str]:
    items = value if isinstance(value, (list, tuple)) else [value]
    return [os.fsdecode(item) if isinstance(item, (str, bytes, os.PathLike)) else str(item) for item in items]


def exposed(path: str, top: str) -> bool:
    """Whether others than its owner could read a file if they could enter the folder ``top``."""
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode) or not status.st_mode & _WIDER_THAN_OWNER:
        return False
    folder = os.path.dirname(path)
    while folder.startswith(top) and folder != top:
        if not os.stat(folder).st_mode & (stat.S_IXGRP | stat.S_IXOTH):
            return False
        folder = os.path.dirname(folder)
    return True


def _last_look(path: str) -> None:
    """Report what is in a file that is about to be removed, if others could read it."""
    path = os.path.abspath(path)
    if not path.startswith(_SCRATCH) or not os.path.lexists(path):
        return
    files = [os.path.join(folder, name) for folder, _folders, names in os.walk(path) for name in names]
    for name in files or [path]:
        if os.path.isfile(name) and exposed(name, _SCRATCH):
            with open(name, "rb") as stream:
                _tell("exposed", [name, stream.read().decode("utf-8", "replace")])


def _before_it_is_written(path: str) -> None:
    """Report what is in a file that is about to be overwritten."""
    path = os.path.abspath(path)
    if path.startswith(_SCRATCH + "/tree/"):
        with open(path, "rb") as stream:
            _tell("tree", stream.read().decode("utf-8", "replace"))


class _Hook:
    """What Python calls at everything worth knowing (PEP 578)."""

    def __init__(self) -> None:
        self._busy = False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            self._note(event, args)
        except OSError:
            # Someone else was quicker to remove the file, and a witness must not disturb.
            return
        finally:
            self._busy = False

    @staticmethod
    def _note(event: str, args: tuple[Any, ...]) -> None:
        if event in ("subprocess.Popen", "os.exec", "os.posix_spawn"):
            _tell("argv", _words(args[1]))
        elif event == "os.system":
            _tell("argv", _words(args[0]))
        elif event == "syslog.syslog":
            _tell("syslog", str(args[1]))
        elif event == "open" and isinstance(args[0], (str, bytes)) and str(args[1]).startswith("w"):
            _before_it_is_written(os.fsdecode(args[0]))
        elif event in ("os.remove", "os.rename", "shutil.rmtree"):
            _last_look(os.fsdecode(args[0]))


if _EVENTS:
    _tell("argv", list(sys.orig_argv))
    sys.addaudithook(_Hook())
