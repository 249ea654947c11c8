# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One step of a build: a command with its output in a log, a word on stderr every now and then, and one error."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..cache import cache_root
from ..processes import last_lines

_EVERY = 15.0  # seconds between two progress lines
_PROMPT = "$ "


class BuildFailed(Exception):
    """The programs could not be built: one sentence, and behind a failed command the end of its log."""


@dataclass(frozen=True)
class Log:
    """Where one part of the build writes what its commands say."""

    path: Path

    @classmethod
    def start(cls, part: str) -> Log:
        """Begin an empty log in the cache."""
        path = cache_root() / f"{part}-build.log"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text("")
        return cls(path)

    def run(
        self,
        what: str,
        command: Sequence[str | Path],
        cwd: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Run a command to its end, telling every 15 s that it goes on; BuildFailed, which names `what`, if it fails."""
        started = time.monotonic()
        with self.path.open("ab") as output:
            output.write(f"{_PROMPT}{' '.join(map(str, command))}\n".encode())
            output.flush()
            try:
                child = subprocess.Popen(
                    [str(part) for part in command],
                    cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                )  # fmt: skip
            except OSError as error:
                raise BuildFailed(f"{what} failed: {command[0]} cannot be run ({error.strerror})") from error
        with child:
            try:
                self._wait(child, what, started)
            except BaseException:
                child.kill()
                raise
        if child.returncode:
            raise BuildFailed(f"{what} failed; {last_lines(self.path, 20)}")

    def _wait(self, child: subprocess.Popen[bytes], what: str, started: float) -> None:
        while True:
            try:
                child.wait(_EVERY)
                return
            except subprocess.TimeoutExpired:
                # ninja tells how far it is, "[55/69] ..."; Go names the package that is finished.
                latest = last_lines(self.path, 1).rpartition("\n")[2].strip()[:80]
                so_far = "" if latest.startswith(_PROMPT) else f", {latest}"
                say(f"{what}: {time.monotonic() - started:.0f} s{so_far}")


def say(text: str) -> None:
    """Tell on stderr what is going on."""
    print(f"testbed: skupper: {text}", file=sys.stderr, flush=True)


def jobs() -> str:
    """Count the processors that a compiler may keep busy."""
    return str(len(os.sched_getaffinity(0)))


@dataclass
class Took:
    """What a part took, in seconds: by the clock, and of the processors."""

    wall: float = field(default_factory=lambda: -time.monotonic())
    cpu: float = field(default_factory=lambda: -_cpu())

    def stop(self) -> Took:
        """Take the time from the start until now."""
        self.wall += time.monotonic()
        self.cpu += _cpu()
        return self

    def __str__(self) -> str:
        """Write "125.0 s, 230.1 s of processor time"."""
        return f"{self.wall:.1f} s, {self.cpu:.1f} s of processor time"


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)
