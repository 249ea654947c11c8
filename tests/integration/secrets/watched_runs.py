# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a playbook in a folder of its own, and keep everything that could have been seen of it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.harness import Core
from tests.integration.secrets.audit_hook.sitecustomize import exposed
from tests.integration.secrets.leak_search import Sighting

HERE = Path(__file__).resolve().parent
_TIMEOUT = 600.0  # seconds, for a busy machine
_PAUSE = 0.05
_YOUNG = 2.0  # seconds during which a process may still become another program
# Where those files lie that may hold secrets, because the user put them there or asked for them.
_KEPT = ("given", "kept")
# Each has a folder of its own.
_SHIPPED = re.compile(r"(\S+)/AnsiballZ_(skupper_\w+)\.py")

Play = dict[str, Any]
Task = dict[str, Any]


@dataclass(frozen=True)
class Result:
    """What callbacks were given for one task, or for one item of its loop."""

    event: str
    task: str
    host: str
    result: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """A run of ansible-playbook that is over."""

    code: int
    output: str
    results: list[Result]
    sightings: list[Sighting]

    def of(self, task: str) -> dict[str, Any]:
        """The result of the only task of this name."""
        (found,) = [seen.result for seen in self.results if seen.task == task and seen.event in ("ok", "failed")]
        return found

    def failed(self, task: str) -> bool:
        """Whether the only task of this name failed."""
        return bool(self.of(task).get("failed"))

    @property
    def shipped(self) -> list[str]:
        """The collection's modules that were run in processes of their own."""
        lines = [sighting.text for sighting in self.sightings if sighting.channel == "argv"]
        return [name for _path, name in {found.groups() for line in lines for found in _SHIPPED.finditer(line)}]


class Scratch:
    """The folders of one run: what is given to it, what it is asked to keep, and where all else goes."""

    def __init__(self, top: Path) -> None:
        self.top = top
        for name in ("given", "kept", "home/tmp/local", "home/tmp/remote", "async", "facts", "tree", "junit"):
            (top / name).mkdir(parents=True)
        self.given, self.kept, self.temporary = top / "given", top / "kept", top / "home" / "tmp"
        self.remote = self.temporary / "remote"

    def write(self, name: str, content: Any) -> Path:
        """Give the run a file; anything but text is written as JSON, which is YAML too."""
        path = self.given / name
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
        path.chmod(0o600)
        return path

    def environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        """The environment of a run that has all its callbacks, logs and caches in these folders."""
        top = str(self.top)
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
            "HOME": f"{top}/home",
            "TMPDIR": f"{top}/home/tmp",
            "ANSIBLE_HOME": f"{top}/home/.ansible",
            "ANSIBLE_LOCAL_TEMP": f"{top}/home/tmp/local",
            "ANSIBLE_REMOTE_TEMP": f"{top}/home/tmp/remote",
            "ANSIBLE_ASYNC_DIR": f"{top}/async",
            "ANSIBLE_CACHE_PLUGIN": "jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": f"{top}/facts",
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callbacks"),
            "ANSIBLE_CALLBACKS_ENABLED": "tree,junit,record",
            "ANSIBLE_CALLBACK_TREE_DIR": f"{top}/tree",
            "JUNIT_OUTPUT_DIR": f"{top}/junit",
            "ANSIBLE_BECOME_PLUGINS": str(HERE / "become"),
            "ANSIBLE_LOG_PATH": f"{top}/log",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
            "RECORD_FILE": f"{top}/record.json",
            "PYTHONPATH": str(HERE / "audit_hook"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "WITNESS_SCRATCH": top,
            "WITNESS_EVENTS": f"{top}/events",
            **extra,
        }


def run_play(
    scratch: Scratch,
    core: Core,
    play: Play | Sequence[Play],
    values: Mapping[str, Any],
    *options: str,
    inventory: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run plays on an ansible-core, with ``values`` as extra variables."""
    playbook = scratch.write(
        "playbook.yml", yaml.safe_dump(play if isinstance(play, list) else [play], sort_keys=False)
    )
    hosts = scratch.write("inventory.yml", inventory or _this_host())
    extra = scratch.write("values.json", {"kept": str(scratch.kept), **values})
    command = [core.program("ansible-playbook"), "-i", str(hosts), "-e", f"@{extra}", *options]
    with _Onlooker(scratch.top) as onlooker:
        done = subprocess.run(
            [*command, str(playbook)],
            check=False,
            cwd=scratch.given,
            env=scratch.environment(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_TIMEOUT,
            umask=0o022,
        )
    _await_the_end_of_jobs(scratch)
    seen = [Sighting("output", "stdout and stderr", done.stdout), *onlooker.sightings, *left_behind(scratch.top)]
    return Run(done.returncode, done.stdout, _results(scratch.top / "record.json"), seen)


def _await_the_end_of_jobs(scratch: Scratch) -> None:
    """Ansible looks every five seconds whether an async job is over and its module can be removed."""
    deadline = time.monotonic() + 15
    while any(scratch.remote.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)


def _this_host() -> dict[str, Any]:
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    return {"all": {"hosts": {"here": local}}}


def _results(record: Path) -> list[Result]:
    if not record.exists():
        return []
    return [Result(**entry) for entry in json.loads(record.read_text(encoding="utf-8"))]


def left_behind(top: Path) -> Iterator[Sighting]:
    """All files of a run that is over; of those that may hold a secret, the ones that others can read."""
    for path in sorted(top.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        folder = path.relative_to(top).parts[0]
        text = path.read_bytes().decode("utf-8", "replace")
        if folder == "events":
            yield from _witnessed(text)
        elif folder not in _KEPT:
            yield Sighting(folder, str(path.relative_to(top)), text)
        elif exposed(str(path), str(top)):
            yield Sighting("exposed", str(path.relative_to(top)), text)


def _witnessed(lines: str) -> Iterator[Sighting]:
    for line in lines.splitlines():
        event = json.loads(line)
        kind, what = event["kind"], event["what"]
        if kind == "exposed":
            yield Sighting(kind, what[0], what[1])
        else:
            text = what if isinstance(what, str) else " ".join(what)
            yield Sighting(kind, f"process {event['pid']}", text)


class _Onlooker(contextlib.AbstractContextManager["_Onlooker"]):
    """Looks at the command lines and the files of a run, again and again while it goes on."""

    def __init__(self, top: Path) -> None:
        self.sightings: list[Sighting] = []
        self._top = top
        # What all processes of the run inherit, those included that Ansible lets go.
        self._mark = f"WITNESS_SCRATCH={top}\0".encode()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._processes: dict[str, tuple[float, bytes]] = {}
        self._files: set[str] = set()

    def __enter__(self) -> _Onlooker:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_PAUSE):
            for name in os.listdir("/proc"):  # noqa: PTH208
                if name.isdecimal():
                    self._look_at_process(name)
            for folder, _folders, names in os.walk(self._top / "home"):
                for name in names:
                    self._look_at_file(os.path.join(folder, name))  # noqa: PTH118 - a hundred times a second

    def _look_at_process(self, pid: str) -> None:
        now = time.monotonic()
        since, before = self._processes.setdefault(pid, (now, b""))
        if now - since > _YOUNG:
            return
        with contextlib.suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
            if line != before and self._mark in Path(f"/proc/{pid}/environ").read_bytes():
                self._processes[pid] = (since, line)
                text = line.replace(b"\0", b" ").decode("utf-8", "replace")
                self.sightings.append(Sighting("ps", f"process {pid}", text))

    def _look_at_file(self, path: str) -> None:
        with contextlib.suppress(OSError):
            if path not in self._files and exposed(path, str(self._top)):
                self._files.add(path)
                text = Path(path).read_bytes().decode("utf-8", "replace")
                self.sightings.append(Sighting("exposed", path, text))
