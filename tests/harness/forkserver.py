# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process that has loaded ansible-playbook and its libraries already, and forks for every run: python forkserver.py FD.

Loading them is half of what a short playbook costs. Nothing of the collection is among them. Ansible reads its settings
while it is loaded, from the server's environment: runs may differ in their paths alone. Runs on the Python of any
ansible-core.

Reads a line of JSON for each run: program, arguments, environment, cwd and log. Writes {"pid"} when it has begun, and
{"pid", "code"} when it has ended. Ends when its client has gone.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import random
import runpy
import select
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

# The program, and what it or the collection only loads when it is needed; as far as an ansible-core has it.
LOADED = (
    "ansible.cli.playbook",
    "ansible.executor.task_executor",
    "ansible.plugins.strategy",
    "concurrent.futures",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.serialization",
    "cryptography.x509",
    "kubernetes.client",
    "kubernetes.config",
    "logging.handlers",
    "packaging.requirements",
    "pydoc",
    "resolvelib",
    "unittest.mock",
    "urllib.request",
)
# Types of settings that are paths.
PATHS = ("path", "pathlist", "pathspec", "tmp", "tmppath", "temppath")


class Ending:
    """The immediate end of a process: taking apart what is loaded would last as long as a short run."""

    code = 0

    def __init__(self) -> None:
        # What is registered first is called last.
        atexit.register(self._leave)

    def _leave(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(self.code)


def main() -> None:
    """Serve on the socket whose descriptor is the argument."""
    ending = Ending()
    asked = socket.socket(fileno=int(sys.argv[1]))
    load()
    noticed, notice = os.pipe()
    os.set_blocking(notice, False)
    signal.set_wakeup_fd(notice, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    with asked, asked.makefile("r") as lines:
        while True:
            ready = select.select([asked.fileno(), noticed], [], [])[0]
            if noticed in ready:
                os.read(noticed, 4096)
                report_ended(asked)
            if asked.fileno() in ready:
                # Who asks waits for the answer: there is never a second line in the buffer.
                line = lines.readline()
                if not line:
                    return
                send(asked, {"pid": fork(json.loads(line), [asked.fileno(), noticed, notice], ending)})


def load() -> None:
    """Load everything, and exclude it from garbage collection in every run."""
    for name in LOADED:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    from ansible import constants
    from ansible.config.manager import cleanup_tmp_file

    # Each run makes a folder of its own.
    atexit.unregister(cleanup_tmp_file)
    cleanup_tmp_file(constants.DEFAULT_LOCAL_TMP)
    gc.freeze()


def read_paths() -> None:
    """Let Ansible read the settings that are paths again, in the order of their definitions: some begin with others."""
    from ansible import constants

    for name, definition in constants.config.get_configuration_definitions().items():
        if definition.get("type") in PATHS:
            value = constants.config.get_config_value(name, variables=vars(constants))
            setattr(constants, name, value)


def send(asked: socket.socket, news: dict[str, int]) -> None:
    """Send a line of JSON to the client."""
    asked.sendall(json.dumps(news).encode() + b"\n")


def report_ended(asked: socket.socket) -> None:
    """Report every run that has ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        send(asked, {"pid": pid, "code": os.waitstatus_to_exitcode(status)})


def fork(run: dict[str, Any], own: list[int], ending: Ending) -> int:
    """Begin a run in a process of its own."""
    pid = os.fork()
    if pid == 0:
        begin(run, own)
        execute(run["program"], ending)
    return pid


def begin(run: dict[str, Any], own: list[int]) -> None:
    """Give this process the session, files and environment that it would have if it had been executed."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    redirect(run["log"], own)
    os.chdir(run["cwd"])
    os.environ.clear()
    os.environ.update(run["environment"])
    tempfile.tempdir = None
    random.seed()
    read_paths()
    sys.argv = [run["program"], *run["arguments"]]
    sys.path[0] = str(Path(run["program"]).parent)


def execute(program: str, ending: Ending) -> NoReturn:
    """Run a program, and end as it does."""
    ending.code = 1
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as ended:
        ending.code = ended.code if isinstance(ended.code, int) else bool(ended.code)
        raise
    ending.code = 0
    sys.exit()


def redirect(log: str, own: list[int]) -> None:
    """Read from /dev/null, write into a file, and close the server's own descriptors."""
    nothing, written = os.open(os.devnull, os.O_RDWR), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((nothing, 0), (written, 1), (written, 2), *((nothing, each) for each in own)):
        os.dup2(source, target, inheritable=target < 3)
    os.close(nothing)
    os.close(written)


if __name__ == "__main__":
    main()
