# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One container of a pod: its environment, its mounts, and the life of its processes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ..kube import Object
from .children import Children
from .programs import Image, UnknownProgram
from .times import stamp
from .volumes import field_of

LAUNCH = (
    f"import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r}); "
    "from pods.launcher import main; main(sys.argv[1])"
)
NAMESPACES = ("--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child=SIGKILL")
_BACKOFF, _LONGEST_BACKOFF = 10.0, 300.0  # seconds, as kubelets wait from the second restart on
_POLL = 0.02  # seconds
_STABLE = 600.0  # seconds of running after which a failure counts as a first one again
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Specification:
    """What the launcher is to make out of a root folder; `mounts` are source, target, and whether for reading only."""

    root: str
    home: str
    hostname: str
    argv: Sequence[str]
    directory: str
    environment: dict[str, str]
    mounts: Sequence[tuple[str, str, bool]]


@dataclass(frozen=True)
class Circumstances:
    """What a container finds in its pod: the handle of the network, and callbacks that ask and report."""

    network: int
    pace: float  # factor on the pauses between restarts
    specify: Callable[[Path], Specification]  # given a directory to itself
    attend: Callable[[], Coroutine[None, None, None]]  # runs along with the program
    changed: Callable[[], None]


class Container:
    """A container that is started again whenever its program ends, until it is stopped."""

    def __init__(self, spec: Object, children: Children, home: Path, log: Path) -> None:
        self.spec = spec
        self.name: str = spec["name"]
        self.started = False
        self.ready = False
        self.ended = asyncio.Event()
        self.ended.set()
        self.restarts = 0
        self.state: Object = {"waiting": {"reason": "ContainerCreating"}}
        self.last_state: Object = {}
        self.environment: dict[str, str] = {}
        self._shim = 0
        self._children = children
        self._home = home
        self._log = log
        self._stop = asyncio.Event()

    async def run(self, circumstances: Circumstances) -> None:
        """Run the program again and again."""
        self.ended.clear()
        try:
            await self._run(circumstances)
        finally:
            self.ended.set()

    async def _run(self, circumstances: Circumstances) -> None:
        delay = 0.0
        while not self._stop.is_set():
            begin = time.monotonic()
            code = await self._once(circumstances)
            lasted = time.monotonic() - begin
            if self._stop.is_set():
                return
            _log.info("%s ended with code %d after %.1f s", self._home, code, lasted)
            self.restarts += 1
            delay = 0.0 if lasted > _STABLE else delay
            if delay:
                self.state = {"waiting": {"reason": "CrashLoopBackOff"}}
            circumstances.changed()
            with contextlib.suppress(asyncio.TimeoutError):
                async with asyncio.timeout(delay * circumstances.pace):
                    await self._stop.wait()
            delay = min(delay * 2 or _BACKOFF, _LONGEST_BACKOFF)

    async def _once(self, circumstances: Circumstances) -> int:
        # A file system of its own each time: what a program wrote is gone with it.
        home = self._home / str(self.restarts)
        home.mkdir(parents=True)
        file = self._home / "specification.json"
        file.touch(mode=0o600)
        try:
            specification = circumstances.specify(home)
        except UnknownProgram as error:
            self.state = {"waiting": {"reason": "ErrImageNeverPull", "message": str(error)}}
            circumstances.changed()
            await self._stop.wait()
            return 0
        self.environment = specification.environment
        file.write_text(json.dumps(asdict(specification)))
        command = ["nsenter", "--net=/proc/self/fd/3", "unshare", *NAMESPACES]
        command += [sys.executable, "-I", "-S", "-c", LAUNCH, str(file)]
        begin = stamp()
        self._shim, end = self._children.start(command, self._log, [circumstances.network])
        while self._launching and not end.done():
            await asyncio.sleep(_POLL)
        self.state = {"running": {"startedAt": begin}}
        circumstances.changed()
        probes = asyncio.ensure_future(circumstances.attend())
        try:
            code = await end
        finally:
            probes.cancel()
        self._shim = 0
        self.ready = self.started = False
        ended = {"exitCode": code if code >= 0 else 128 - code, "startedAt": begin, "finishedAt": stamp()}
        self.state = self.last_state = {"terminated": {**ended, "reason": "Error" if code else "Completed"}}
        shutil.rmtree(home, ignore_errors=True)
        return code

    @property
    def pid(self) -> int | None:
        """The first process of the container, None if it does not run."""
        with contextlib.suppress(OSError, IndexError):
            # The shim that waits for it has one child.
            return int(Path(f"/proc/{self._shim}/task/{self._shim}/children").read_text().split()[0])
        return None

    @property
    def _launching(self) -> bool:
        """Whether the program is still to come."""
        with contextlib.suppress(OSError):
            return b"pods.launcher" in Path(f"/proc/{self.pid}/cmdline").read_bytes()
        return True

    def _send(self, number: signal.Signals) -> None:
        """Send a signal to the first process, if there is one."""
        with contextlib.suppress(OSError):
            if self.pid:
                # Process 1 of a namespace gets no signal it does not handle: what is not the program yet is killed.
                os.kill(self.pid, signal.SIGKILL if self._launching else number)
            elif self._shim:
                os.kill(self._shim, signal.SIGKILL)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Ask the program to end for good."""
        self._stop.set()
        self._send(number)

    def restart(self) -> None:
        """End the program, to be started again."""
        self._send(signal.SIGKILL)

    def status(self) -> Object:
        """Describe the container as in the status of its pod."""
        return {
            "name": self.name,
            "image": self.spec["image"],
            "imageID": "",
            "ready": self.ready,
            "started": self.started,
            "restartCount": self.restarts,
            "state": self.state,
            "lastState": self.last_state,
        }


def environment_of(spec: Object, pod: Object, own: dict[str, str], service: tuple[str, int]) -> dict[str, str]:
    """Put the environment together: what every container has, `own` of the image, then what its spec says."""
    host, port = service
    address = f"tcp://{host}:{port}"
    prefix = f"KUBERNETES_PORT_{port}_TCP"
    environment = {
        **own,
        "HOSTNAME": pod["metadata"]["name"],
        "KUBERNETES_SERVICE_HOST": host,
        "KUBERNETES_SERVICE_PORT": str(port),
        "KUBERNETES_SERVICE_PORT_HTTPS": str(port),
        "KUBERNETES_PORT": address,
        prefix: address,
        f"{prefix}_PROTO": "tcp",
        f"{prefix}_PORT": str(port),
        f"{prefix}_ADDR": host,
    }
    for entry in spec.get("env") or []:
        reference = entry.get("valueFrom", {}).get("fieldRef")
        environment[entry["name"]] = field_of(pod, reference["fieldPath"]) if reference else entry.get("value", "")
    return environment


def mounts_of(spec: Object, volumes: dict[str, Path], writable: set[str]) -> list[tuple[str, str, bool]]:
    """List the mounts of volumes, outer ones first; only the `writable` volumes may be written to."""
    mounts = [
        (
            str(volumes[mount["name"]] / mount.get("subPath", "")),
            str(mount["mountPath"]),
            bool(mount.get("readOnly")) or mount["name"] not in writable,
        )
        for mount in spec.get("volumeMounts") or []
    ]
    return sorted(mounts, key=lambda mount: len(Path(mount[1]).parts))


def argv_of(spec: Object, image: Image) -> list[str]:
    """Choose the command: the container's own, or that of the image."""
    return [*(spec.get("command") or image.argv), *(spec.get("args") or [])]
