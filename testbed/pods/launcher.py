# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first process of a container: makes the file system it sees, gives up root's powers, and becomes the program.

Runs in new mount, UTS, IPC and process namespaces, with the pod's network, and with the standard library alone:
`from pods.launcher import main; main(SPECIFICATION)`, a JSON file with the fields of `containers.Specification`.
"""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path
from typing import Any

from . import syscalls

_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
_SYSTEM = (
    ("/proc", "proc", ""),
    ("/tmp", "tmpfs", "mode=1777"),  # noqa: S108
    ("/run", "tmpfs", "mode=755"),
    ("/dev", "tmpfs", "mode=755"),
)
_OLD = "old-root"


def main(specification: str) -> None:
    """Become the program of a specification."""
    wanted = json.loads(Path(specification).read_text())
    os.setsid()
    os.close(3)  # the network namespace, entered already
    enter(wanted)
    os.chdir(wanted["directory"])
    syscalls.drop_privileges()
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.umask(0o022)
    os.execvpe(wanted["argv"][0], wanted["argv"], wanted["environment"])  # noqa: S606


def enter(wanted: dict[str, Any]) -> None:
    """Change over to a root of its own: that of the image, written to in memory only, with the mounts on top."""
    home = Path(wanted["home"])
    parts = {name: home / name for name in ("upper", "work", "root")}
    for part in parts.values():
        part.mkdir(parents=True, exist_ok=True)
    # From inside, since a colon in the path would end it.
    os.chdir(wanted["root"])
    layers = f"lowerdir=.,upperdir={parts['upper']},workdir={parts['work']}"
    syscalls.mount("overlay", str(parts["root"]), "overlay", data=layers)
    (parts["root"] / _OLD).mkdir(exist_ok=True)
    syscalls.pivot_root(str(parts["root"]), str(parts["root"] / _OLD))
    os.chdir("/")
    _system_mounts()
    for source, target, read_only in wanted["mounts"]:
        _bind(Path("/", _OLD, source.lstrip("/")), Path(target), read_only)
    syscalls.detach(f"/{_OLD}")
    Path("/", _OLD).rmdir()
    socket.sethostname(wanted["hostname"])


def _system_mounts() -> None:
    for place, kind, options in _SYSTEM:
        Path(place).mkdir(exist_ok=True)
        syscalls.mount(kind, place, kind, data=options)
    for name in _DEVICES:
        _bind(Path("/", _OLD, "dev", name), Path("/dev", name), read_only=False)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        Path("/dev", name).symlink_to(f"/proc/self/fd/{number}")
    Path("/dev/fd").symlink_to("/proc/self/fd")


def _bind(source: Path, target: Path, read_only: bool) -> None:
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()  # it may lead nowhere here, as that of a resolver into /run
        target.touch()
    syscalls.bind(str(source), str(target), read_only=read_only)
