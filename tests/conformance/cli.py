# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Skupper's own command line, run as a user of its own whose requests are counted."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from testbed import Site
from tests.harness import SharedUser

LIMIT = 120.0  # seconds


@dataclass(frozen=True)
class CommandResult:
    """The result of one command."""

    command: str
    code: int
    output: str
    """Both streams, in the order in which they were written."""
    seconds: float

    def succeeded(self) -> CommandResult:
        """Return the result if the command ended with 0; AssertionError with its output if not."""
        assert self.code == 0, f"{self.command} ended with {self.code}:\n{self.output}"
        return self

    def says(self, text: str) -> bool:
        """Whether a text is in the output, whatever blanks and line ends are in between."""
        return " ".join(text.split()) in " ".join(self.output.split())


class Cli:
    """Runs `skupper` against a site; tokens pass through files only."""

    def __init__(self, program: Path, user: SharedUser, directory: Path) -> None:
        self.user = user
        self._program = program
        self._directory = directory

    def run(self, site: Site, *arguments: str) -> CommandResult:
        """Run a command in a site's namespace, to its end."""
        where = ["--kubeconfig", str(self.user.kubeconfig), "--context", site.cluster.name, "-n", site.namespace]
        return run_to_end(f"skupper {' '.join(arguments)}", [str(self._program), *arguments, *where], self._directory)

    def script(self, text: str, directory: Path, timeout: float, **variables: str) -> CommandResult:
        """Run a shell script, which finds the program as PROGRAM and the kubeconfig as KUBECONFIG."""
        given = {"PROGRAM": str(self._program), "KUBECONFIG": str(self.user.kubeconfig), **variables}
        return run_to_end("the script", ["sh", "-c", text], directory, timeout, **given)


def run_to_end(
    title: str, command: Sequence[str], directory: Path, timeout: float = LIMIT, **variables: str
) -> CommandResult:
    """Run a program to its end, with a directory as its home; files that it makes are for its user alone."""
    begin = time.monotonic()
    done = subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "HOME": str(directory), "SKUPPER_PLATFORM": "kubernetes", **variables},
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        umask=0o077,
        timeout=timeout,
        check=False,
    )
    return CommandResult(title, done.returncode, done.stdout, time.monotonic() - begin)
