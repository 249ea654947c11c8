# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process that has loaded the libraries of ansible-playbook already, and forks for every run: python forkserver.py FD.

Loading them is a third of what a short playbook costs. Nothing of Ansible and nothing of the collection is among them: a
run begins as the program does, with its own environment. Runs on the Python of any ansible-core.

Reads a line of JSON for each run: program, arguments, environment, cwd and log. Writes {"pid"} when it has begun, and
{"pid", "code"} when it has ended. Ends when nobody can ask it any more.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

# What both load, as far as an ansible-core has it.
LIBRARIES = (
    "concurrent.futures",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.serialization",
    "cryptography.x509",
    "importlib.resources",
    "jinja2.nativetypes",
    "kubernetes.client",
    "kubernetes.config",
    "logging.handlers",
    "multiprocessing.queues",
    "packaging.requirements",
    "packaging.version",
    "pydoc",
    "resolvelib",
    "unittest.mock",
    "urllib.request",
    "yaml",
)


def main() -> None:
    """Serve on the socket that the argument is the descriptor of."""
    asked = socket.socket(fileno=int(sys.argv[1]))
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    noticed, notice = os.pipe()
    os.set_blocking(notice, False)
    signal.set_wakeup_fd(notice, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    with asked, asked.makefile("r") as lines:
        while True:
            ready = select.select([asked.fileno(), noticed], [], [])[0]
            if noticed in ready:
                os.read(noticed, 4096)
                tell_ended(asked)
            if asked.fileno() in ready:
                # Who asks waits for the answer: there is never a second line in the buffer.
                line = lines.readline()
                if not line:
                    return
                tell(asked, {"pid": fork(json.loads(line), [asked.fileno(), noticed, notice])})


def tell(asked: socket.socket, news: dict[str, int]) -> None:
    """Write a line."""
    asked.sendall(json.dumps(news).encode() + b"\n")


def tell_ended(asked: socket.socket) -> None:
    """Tell of every run that has ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        tell(asked, {"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def fork(run: dict[str, Any], own: list[int]) -> int:
    """Begin a run, in a session of its own as if it had been executed."""
    pid = os.fork()
    if pid:
        return pid
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    redirect(run["log"], own)
    os.chdir(run["cwd"])
    os.environ.clear()
    os.environ.update(run["environment"])
    tempfile.tempdir = None
    sys.argv = [run["program"], *run["arguments"]]
    sys.path[0] = str(Path(run["program"]).parent)
    # Whatever this raises, SystemExit above all, ends the process as it would have ended the program.
    runpy.run_path(run["program"], run_name="__main__")
    sys.exit(0)


def redirect(log: str, own: list[int]) -> None:
    """Read nothing, write into a file, and have none of the server's own descriptors."""
    nothing, written = os.open(os.devnull, os.O_RDWR), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((nothing, 0), (written, 1), (written, 2), *((nothing, each) for each in own)):
        os.dup2(source, target, inheritable=target < 3)
    os.close(nothing)
    os.close(written)


if __name__ == "__main__":
    main()
