# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The runner's own process and mount namespace: whatever ends the runner ends, and unmounts, all it started."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from .syscalls import CLONE_NEWNS, CLONE_NEWPID, MS_PRIVATE, MS_REC, die_with, mount, unshare


def isolate() -> int:
    """Go on as process 1 of a new process namespace, below the process that was called; returns the id outside.

    The process outside hands SIGTERM on and ends as this one does. Its end, of whatever kind, kills this one, and
    the kernel then kills every process of the namespace.
    """
    unshare(CLONE_NEWPID)
    inside, outside = os.pipe()
    child = os.fork()
    if child:
        os.close(inside)
        _stand_in(child)
    os.close(outside)
    die_with(inside)
    identifier = int(Path("/proc/self").readlink().name)  # still that of the namespace outside
    unshare(CLONE_NEWNS)
    mount("none", "/", flags=MS_REC | MS_PRIVATE)
    mount("proc", "/proc", "proc")
    return identifier


def _stand_in(child: int) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda caught, _frame: os.kill(child, caught))
    _pid, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)
