# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The few Linux system calls that Python 3.11 has no function for. Standard library only: containers start with it."""

from __future__ import annotations

import ctypes
import os
import select
import signal

CLONE_NEWNS = 0x00020000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
MNT_DETACH = 2

_PR_SET_PDEATHSIG = 1
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def unshare(flags: int) -> None:
    """Move the calling thread, or its later children, into new namespaces (unshare(2))."""
    _checked(_libc.unshare(flags), "unshare")


def setns(handle: int, flags: int) -> None:
    """Move the calling thread into a namespace (setns(2))."""
    _checked(_libc.setns(handle, flags), "setns")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount a file system (mount(2))."""
    arguments = (text.encode() for text in (source, target, kind))
    _checked(_libc.mount(*arguments, ctypes.c_ulong(flags), data.encode()), f"mount {target}")


def bind(source: str, target: str, *, read_only: bool = False) -> None:
    """Show a file or a directory, with what is mounted below it, in another place."""
    mount(source, target, "", MS_BIND | MS_REC)
    if read_only:
        mount("", target, "", MS_BIND | MS_REMOUNT | MS_RDONLY)


def detach(target: str) -> None:
    """Unmount as soon as no process uses it any more (umount2(2))."""
    _checked(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(root: str, old: str) -> None:
    """Make a mounted directory the root, and show the old root below it (pivot_root(2))."""
    number = _SYS_PIVOT_ROOT[os.uname().machine]
    _checked(_libc.syscall(number, root.encode(), old.encode()), f"pivot_root {root}")


def drop_privileges() -> None:
    """Leave the programs started from here on none of root's capabilities, and no way to get any."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            break  # the kernel knows no more
    _checked(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def die_with(parent: int) -> None:
    """Ask for SIGKILL at the parent's death; `parent` reads from a pipe that only the parent writes to."""
    _checked(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")
    # Its end before that call would go unnoticed.
    if select.select([parent], [], [], 0)[0]:
        os.kill(os.getpid(), signal.SIGKILL)
