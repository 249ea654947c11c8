# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a tool and fail with its findings."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tools.envs import ENVS, ROOT

MINUTES = 60.0


def run(
    env: str, program: str, *arguments: str | Path, cwd: Path = ROOT, extra: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a program of an environment, its own directory first on PATH; stdout and stderr come as one text."""
    directory = ENVS[env].bin("")
    path = f"{directory}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        [str(directory / program), *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", **(extra or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=20 * MINUTES,
        check=False,
    )


def check(
    env: str,
    program: str,
    *arguments: str | Path,
    cwd: Path = ROOT,
    extra: Mapping[str, str] | None = None,
    findings: Callable[[str], str] = str.strip,
) -> str:
    """Run a program that must succeed and return its output; `findings` cuts what is shown if it does not."""
    done = run(env, program, *arguments, cwd=cwd, extra=extra)
    if done.returncode:
        shown = findings(done.stdout) or done.stdout
        pytest.fail(f"{program} (exit code {done.returncode}):\n{shown}", pytrace=False)
    return done.stdout
