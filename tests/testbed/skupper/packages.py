# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be installed to build the programs and to run them as pods, by the names of Debian's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable

from ..cache import cache_root, locked
from .steps import BuildFailed, Log, say

# Looked for as programs and libraries and not as packages, so that what came another way counts too.
_PROGRAMS = {
    "cmake": "cmake",
    "g++": "g++",
    "gcc": "gcc",
    "hostname": "hostname",  # the router's start script
    "ip": "iproute2",
    "mount": "mount",
    "ninja": "ninja-build",
    "nsenter": "util-linux",
    "pkg-config": "pkg-config",
    "unshare": "util-linux",
    "xz": "xz-utils",
}
_LIBRARIES = {
    "libnghttp2": "libnghttp2-dev",
    "libsasl2": "libsasl2-dev",
    "libwebsockets": "libwebsockets-dev",
    "openssl": "libssl-dev",
    "python3-embed": "python3-dev",
    "uuid": "uuid-dev",
}
# Not some other Python that happens to come first: it has to go with the library of python3-dev.
PYTHON = "/usr/bin/python3"
# Programs for the superuser are not on everybody's PATH.
_PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


def missing() -> list[str]:
    """Name the packages that are not there, in order."""
    found = {package for program, package in _PROGRAMS.items() if not shutil.which(program, path=_PATH)}
    if not os.access(PYTHON, os.X_OK):
        found.add("python3-dev")
    if "pkg-config" in found:
        # Nobody can tell then, and apt-get leaves alone what it has installed.
        return sorted(found | set(_LIBRARIES.values()))
    return sorted(found | {package for library, package in _LIBRARIES.items() if not _has(library)})


def _has(library: str) -> bool:
    return subprocess.run(["pkg-config", "--exists", library], capture_output=True, check=False).returncode == 0


def obstacle(packages: Iterable[str]) -> str | None:
    """Tell in one line why missing packages cannot be installed from here, None if they can."""
    names = " ".join(packages)
    if not names:
        return None
    advice = f"apt-get install {names}"
    if not shutil.which("apt-get"):
        return f"needed and not there, by the names of Debian's packages: {names}"
    if os.geteuid() != 0:
        return f"packages are missing, and only root may install them: {advice}"
    return None


def ensure() -> None:
    """Install what is missing; BuildFailed, which names it in one line, if that cannot be done."""
    if not missing():
        return
    # Of several processes that need the same, one installs it.
    with locked(cache_root() / "packages.lock", "Debian packages"):
        packages = missing()
        problem = obstacle(packages)
        if problem:
            raise BuildFailed(problem)
        if packages:
            _install(packages)
            left = missing()
            if left:
                raise BuildFailed(f"installed and still not found: {' '.join(left)}")


def _install(packages: list[str]) -> None:
    log = Log.start("packages")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    say(f"installing {' '.join(packages)} (log: {log.path})")
    log.run("updating the list of packages", ["apt-get", "update"], environment=environment)
    # Somebody else may be installing packages: wait for that.
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "--yes", "--no-install-recommends"]
    log.run(f"installing {' '.join(packages)}", [*command, *packages], environment=environment)
