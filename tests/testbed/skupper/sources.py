# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources at the versions that belong together: archives in SKUPPER_SOURCES, else public git repositories."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..cache import content_key
from .steps import BuildFailed, Log, say

_DIRECTORY = "SKUPPER_SOURCES"
_PATIENCE = 20.0  # seconds for a git server to answer
# Never ask for a password, as some servers do for a repository that is not there.
_GIT = {"GIT_TERMINAL_PROMPT": "0"}


@dataclass(frozen=True)
class Source:
    """A project at a version; its git tag is the version."""

    name: str
    version: str
    repository: str

    @property
    def archive(self) -> Path | None:
        """The project's archive, None if SKUPPER_SOURCES is not set; BuildFailed if it is not there."""
        directory = os.environ.get(_DIRECTORY)
        if not directory:
            return None
        name = f"{self.name}-{self.version}"
        found = sorted(path for path in Path(directory).glob(f"{name}.tar.*") if path.is_file())
        if not found:
            raise BuildFailed(f"{_DIRECTORY}={directory} holds no {name}.tar.xz or {name}.tar.gz")
        return found[0]

    @property
    def key(self) -> str:
        """The hash of the archive, or of the pinned tag."""
        return content_key(self.archive or f"{self.repository} {self.version}")

    def unpack(self, directory: Path, log: Log) -> Path:
        """Return the top of a fresh tree in `directory`; BuildFailed if there is none to be had."""
        target = directory / self.name
        archive = self.archive
        if archive:
            target.mkdir()
            extract = ["tar", "--extract", "--no-same-owner", "--strip-components=1"]
            log.run(f"unpacking {archive}", [*extract, f"--directory={target}", f"--file={archive}"])
            return target
        say(f"cloning {self.repository} at {self.version}")
        obstacle = self.unreachable()
        if obstacle:
            raise BuildFailed(obstacle)
        clone = ["git", "-c", "advice.detachedHead=false", "clone", "--quiet", "--depth=1", f"--branch={self.version}"]
        log.run(f"cloning {self.repository}", [*clone, self.repository, target], environment=os.environ | _GIT)
        return target

    def unreachable(self) -> str | None:
        """Tell in one sentence why the tag cannot be cloned, None if it can."""
        advice = f"set {_DIRECTORY} to a directory with {self.name}-{self.version}.tar.xz"
        if not shutil.which("git"):
            return f"there is no git to clone {self.repository} with: install it, or {advice}"
        ask = ["git", "ls-remote", "--exit-code", "--tags", self.repository, self.version]
        try:
            answer = subprocess.run(ask, env=os.environ | _GIT, capture_output=True, timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            answer = None
        if answer is None or answer.returncode:
            return f"{self.repository} at {self.version} cannot be reached: connect to the network, or {advice}"
        return None


SKUPPER = Source("skupper", "1.9.6", "https://github.com/skupperproject/skupper")
ROUTER = Source("skupper-router", "2.7.6", "https://github.com/skupperproject/skupper-router")
PROTON = Source("qpid-proton", "0.40.0", "https://github.com/apache/qpid-proton")
ALL = (SKUPPER, ROUTER, PROTON)
