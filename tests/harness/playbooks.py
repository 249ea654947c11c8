# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run playbooks as a user would, far from the user's own settings, and read their results."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from . import forkserver_client
from .ansible_cores import COLLECTIONS, CORES, LATEST, Core
from .forkserver_client import ForkedProgram

Task = dict[str, Any]
Inventory = Mapping[str, Mapping[str, Any]]

PLUGINS = Path(__file__).parent / "plugins"
LIMIT = 420.0  # seconds, for a whole playbook
LOCAL: Inventory = MappingProxyType({"localhost": {}})


@dataclass(frozen=True)
class Result:
    """The result of one task on one host."""

    host: str
    task: str
    action: str
    status: str
    """ok, failed, skipped or unreachable."""
    values: dict[str, Any]
    seconds: float = 0.0
    """From the start of the task, for all hosts, to this result."""
    ended: float = 0.0
    """When the result was there, in seconds since 1970."""

    def __getitem__(self, key: str) -> Any:
        if key not in self.values:
            raise KeyError(f"no {key} in: {self}")
        return self.values[key]

    def get(self, key: str, default: Any = None) -> Any:
        """Return one of the values of the result."""
        return self.values.get(key, default)

    @property
    def changed(self) -> bool:
        """Whether the task says that it changed something."""
        return bool(self.values.get("changed"))

    @property
    def failed(self) -> bool:
        """Whether the task failed, ignored or not."""
        return self.status != "ok"

    @property
    def reason(self) -> str | None:
        """The stable code of a failure."""
        return self.values.get("reason")

    @property
    def msg(self) -> str:
        """The sentence of a failure."""
        return str(self.values.get("msg", ""))

    @property
    def diff(self) -> dict[str, Any]:
        """Before and after."""
        found: dict[str, Any] = self.values["diff"]
        return found

    def __str__(self) -> str:
        return f"{self.task} on {self.host}: {self.status} {json.dumps(self.values, default=str)}"


@dataclass(frozen=True)
class Run:
    """A playbook run that has ended."""

    code: int
    output: str = field(repr=False)
    results: tuple[Result, ...]
    kept: dict[str, Any] = field(repr=False)
    """What `keep` tasks kept, by name."""
    seconds: float

    def __getitem__(self, task: str) -> Result:
        """Return the result of the only task of this name that ran; for several hosts use `of`."""
        (found,) = self.of(task)
        return found

    def of(self, task: str) -> list[Result]:
        """Return the results of a task on all hosts."""
        found = [result for result in self.results if result.task == task and result.status != "skipped"]
        if not found:
            raise AssertionError(f"no task {task} has run:\n{self.output}")
        return found

    @property
    def changed(self) -> list[Result]:
        """The results that say they changed something."""
        return [result for result in self.results if result.changed]

    @property
    def failed(self) -> list[Result]:
        """The results that are failures."""
        return [result for result in self.results if result.status in ("failed", "unreachable")]

    def succeeded(self) -> Run:
        """Return the run if nothing in it failed; AssertionError with its output if not."""
        if self.code or self.failed:
            raise AssertionError(f"the playbook ended with {self.code}:\n{self.output}")
        return self


class RunningPlaybook:
    """A playbook that is running."""

    def __init__(self, process: subprocess.Popen[bytes] | ForkedProgram, home: Path, log: Path) -> None:
        self._process = process
        self._home = home
        self._log = log
        self._started = time.monotonic()

    @property
    def pid(self) -> int:
        """Process id of ansible-playbook."""
        return self._process.pid

    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def wait(self, timeout: float = LIMIT) -> Run:
        """Wait for its end; kill it and raise AssertionError if that takes longer than `timeout` seconds."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"not over after {timeout:g} s:\n{self._log.read_text()}") from None
        return self._read(code)

    def kill(self) -> Run:
        """Kill the playbook and all its workers, which are in process groups of their own, as a power cut would."""
        for pid in (self.pid, *descendants(self.pid)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        return self._read(self._process.wait(10))

    def until(self, condition: Callable[[], object], what: str, timeout: float = 60.0) -> None:
        """Wait until a condition holds; AssertionError if the playbook ends first, or after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not condition():
            if not self.running() or time.monotonic() > deadline:
                self.kill()
                raise AssertionError(f"the playbook never came so far: {what}:\n{self._log.read_text()}")
            time.sleep(0.02)

    def _read(self, code: int) -> Run:
        seconds = time.monotonic() - self._started
        lines = self._home / "results.jsonl"
        results = [Result(**json.loads(line)) for line in lines.read_text().splitlines()] if lines.exists() else []
        kept = {path.name: json.loads(path.read_text()) for path in (self._home / "kept").iterdir()}
        return Run(code, self._log.read_text(), tuple(r for r in results if r.action != "keep"), kept, seconds)


class Ansible:
    """Runs playbooks of one ansible-core, each with a home, temporary folders and settings of its own."""

    def __init__(self, core: Core, directory: Path, kubeconfig: Path | None = None) -> None:
        self.core = core
        self.directory = directory
        self.kubeconfig = kubeconfig
        self._count = 0

    def play(
        self,
        *tasks: Task,
        check: bool = False,
        diff: bool = True,
        kubeconfig: Path | None = None,
        environment: Mapping[str, str] | None = None,
        inventory: Inventory = LOCAL,
        arguments: Sequence[str] = (),
        timeout: float = LIMIT,
        **keywords: Any,
    ) -> Run:
        """Run one play of these tasks on the hosts of the inventory and return its result, failed or not.

        `keywords` are further keywords of the play, `arguments` of the command line.
        """
        options = [*(["--check"] if check else []), *(["--diff"] if diff else []), *arguments]
        play = {"hosts": "all", "gather_facts": False, **keywords, "tasks": list(tasks)}
        return self.start([play], options, kubeconfig, environment, inventory).wait(timeout)

    def run(self, task: Task, **settings: Any) -> Result:
        """Run a play of one task on this machine and return the task's result."""
        run = self.play(task, **settings)
        if len(run.results) != 1:
            raise AssertionError(f"{len(run.results)} results instead of one:\n{run.output}")
        return run.results[0]

    def start(
        self,
        playbook: Sequence[Mapping[str, Any]] | str,
        arguments: Sequence[str] = (),
        kubeconfig: Path | None = None,
        environment: Mapping[str, str] | None = None,
        inventory: Inventory = LOCAL,
    ) -> RunningPlaybook:
        """Start a playbook: its plays, or the name of one that the collection brings."""
        home = self._home()
        connection = {"ansible_connection": "local", "ansible_python_interpreter": self.core.python}
        hosts = {name: dict(values) for name, values in inventory.items()}
        _write(home / "inventory.json", {"all": {"hosts": hosts, "vars": connection}})
        if not isinstance(playbook, str):
            playbook = str(_write(home / "playbook.yml", list(playbook)))
        arguments = ["-i", str(home / "inventory.json"), playbook, *arguments]
        variables = self.environment(home, kubeconfig) | dict(environment or {})
        # With an environment of its own a run is executed: Ansible and its libraries may read that while they are loaded.
        forked = self.core in CORES and not environment
        start = forkserver_client.server(self.core, variables).start if forked else _execute
        log = home / "output"
        return RunningPlaybook(start(self.core.program("ansible-playbook"), arguments, home, variables, log), home, log)

    def _home(self) -> Path:
        self._count += 1
        home = self.directory / f"{self.core.name}-{self._count}"
        (home / "kept").mkdir(parents=True)
        (home / "ansible.cfg").touch()
        return home

    def environment(self, home: Path, kubeconfig: Path | None = None) -> dict[str, str]:
        """Return all environment variables of a run."""
        config = kubeconfig or self.kubeconfig
        return {
            "LANG": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PATH": f"{self.core.directory}:{os.environ['PATH']}",
            "HOME": str(home),
            # ansible-core 2.21 puts a socket there, whose path must not be longer than 107 bytes.
            "TMPDIR": tempfile.gettempdir() if self.core == LATEST else str(home),
            "ANSIBLE_HOME": str(home / ".ansible"),
            "ANSIBLE_CONFIG": str(home / "ansible.cfg"),
            "ANSIBLE_REMOTE_TEMP": str(home / "remote"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_DEPRECATION_WARNINGS": "0",
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "results",
            "ANSIBLE_ACTION_PLUGINS": str(PLUGINS / "action"),
            "RESULTS_FILE": str(home / "results.jsonl"),
            "KEEP_DIRECTORY": str(home / "kept"),
        } | ({"KUBECONFIG": str(config)} if config else {})


def _execute(
    program: str, arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    with log.open("w") as stream:
        return subprocess.Popen(
            [program, *arguments],
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def cpu_of_children() -> float:
    """Return the CPU seconds, user and system, of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def descendants(pid: int) -> list[int]:
    """Return the process ids of all children and their children, from /proc."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of the program is in parentheses and may hold anything.
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [child for child, parent in parents.items() if parent == pid]
    return found + [deeper for child in found for deeper in descendants(child)]


def keep(name: str, value: str) -> Task:
    """Return a task that keeps the value of an expression for the test."""
    return {"name": f"keep {name}", "keep": {"name": name, "value": "{{ %s }}" % value}}


def _write(path: Path, value: Any) -> Path:
    # JSON is YAML, too.
    path.write_text(json.dumps(value, indent=1, default=str), encoding="utf-8")
    return path
