# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router's management tool, which `skupper link status` runs in the router's container (Python)."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from ..cache import content_key
from .packages import PYTHON
from .router import compile_python, distribution, write_program
from .sources import PROTON
from .steps import Log

_BINDING = (f"python-qpid-proton=={PROTON.version}", "cffi==2.1.1")
# Runs with the system's Python, which every container sees, and leaves no compiled code behind.
_SKMANAGE = f"""\
#!/bin/sh
here=$(dirname "$(dirname "$(readlink -f "$0")")")
unset PYTHONHOME
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$here/site:$here/python" QPID_DISPATCH_HOME="$here"
exec {PYTHON} -s "$here/libexec/skmanage" "$@"
"""


def key(router_key: str) -> str:
    """Hash everything the tool is made from, its part of the router's sources by the key of the router."""
    return content_key(distribution(), _SKMANAGE, *_BINDING, router_key)


def build(router: Callable[[], Path], directory: Path, work: Path, log: Log) -> None:
    """Install the tool and its AMQP library into a directory, given the router's; BuildFailed if that fails."""
    site = directory / "site"
    # A pip of its own: neither the caller's Python nor the system's need have one.
    log.run("making a Python environment", [sys.executable, "-m", "venv", work / "venv"])
    pip = [f"{work}/venv/bin/pip", f"--python={PYTHON}", "--disable-pip-version-check", "install"]
    log.run(f"installing {_BINDING[0]}", [*pip, "--no-compile", f"--target={site}", *_BINDING])
    shutil.rmtree(site / "bin", ignore_errors=True)
    for name in ("python", "libexec"):
        (directory / name).mkdir()
    built = router()
    shutil.copytree(built / "python", directory / "python", dirs_exist_ok=True)
    shutil.copy2(built / "libexec" / "skmanage", directory / "libexec")
    compile_python(site, log)
    (directory / "bin").mkdir()
    write_program(directory / "bin" / "skmanage", _SKMANAGE)
    log.run("trying skmanage", [directory / "bin" / "skmanage", "--version"])
