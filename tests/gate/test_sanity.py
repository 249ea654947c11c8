# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-test sanity on the oldest and the newest ansible-core, and on the latest where there is a Python for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.gate.checks import check
from tests.tools.ansible_test import home
from tests.tools.envs import ENVS, version_of

CORES = [
    pytest.param("newest", marks=pytest.mark.xdist_group("sanity-newest")),
    pytest.param("oldest", marks=[pytest.mark.xdist_group("sanity-oldest"), pytest.mark.thorough]),
]


def findings(output: str) -> str:
    """What the sanity tests found, without the progress of the installations around it."""
    return "\n".join(line for line in output.splitlines() if line.startswith(("ERROR:", "FATAL:")))


def sanity(core: str, collection: Path, *arguments: str) -> str:
    """Run ansible-test sanity; no sanity test may be skipped for want of something."""
    python39 = ENVS["py39"].bin("")
    path = os.pathsep.join([str(ENVS[core].bin("")), os.environ["PATH"], str(python39)])
    words = ("sanity", "--color", "no", *arguments)
    with home(ENVS[core]) as directory:
        extra = {"HOME": str(directory), "PATH": path}
        output = check(core, "ansible-test", *words, cwd=collection, extra=extra, findings=findings)
    assert [line for line in output.splitlines() if "Skipping" in line] == []
    return output


@pytest.mark.slow
@pytest.mark.parametrize(
    "core", [*CORES, pytest.param("latest", marks=[pytest.mark.xdist_group("sanity-latest"), pytest.mark.thorough])]
)
def test_sanity(core: str, collection: Path) -> None:
    """All sanity tests pass for the Python in use."""
    if not ENVS[core].stamp.is_file():
        pytest.skip("no newer Python on this machine")
    version = version_of(ENVS[core].bin("python")) or ""
    sanity(core, collection, "--python", version.rpartition(".")[0])


@pytest.mark.parametrize("core", CORES)
def test_sanity_on_python39(core: str, collection: Path) -> None:
    """Modules and their utilities compile on the oldest Python, and import there without any package."""
    if not ENVS["py39"].stamp.is_file():
        pytest.skip("no Python 3.9 on this machine")
    output = sanity(core, collection, "--test", "compile", "--test", "import", "--python", "3.9")
    assert 'Running sanity test "import" on Python 3.9' in output
