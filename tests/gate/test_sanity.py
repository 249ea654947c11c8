# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-test sanity on the oldest and the newest ansible-core, and on the latest where there is a Python for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.gate.checks import check
from tools.ansible_test import home
from tools.envs import ENVS, version_of

CORES = [
    pytest.param("newest", marks=pytest.mark.xdist_group("sanity-newest")),
    pytest.param("oldest", marks=[pytest.mark.xdist_group("sanity-oldest"), pytest.mark.thorough]),
]
# Folders that nobody installs.
OWN = ("extensions", "testbed", "tests", "tools")


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


def python_of(core: str) -> str:
    """The version of an environment's Python, as 3.11."""
    return (version_of(ENVS[core].bin("python")) or "").rpartition(".")[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "core", [*CORES, pytest.param("latest", marks=[pytest.mark.xdist_group("sanity-latest"), pytest.mark.thorough])]
)
def test_sanity(core: str, collection: Path) -> None:
    """All sanity tests pass for the Python in use, on all that users install."""
    if not ENVS[core].stamp.is_file():
        pytest.skip("no newer Python on this machine")
    folders = sorted(
        f"{path.name}/"
        for path in collection.iterdir()
        if path.is_dir() and path.name[0] != "." and path.name not in OWN
    )
    sanity(core, collection, "--python", python_of(core), *folders)


@pytest.mark.exhaustive
@pytest.mark.slow
@pytest.mark.xdist_group("sanity-newest")
def test_sanity_of_the_tests(collection: Path) -> None:
    """And on the tests; they run on the Python of this checkout alone."""
    sanity("newest", collection, "--python", python_of("newest"), *(f"{name}/" for name in OWN))


@pytest.mark.parametrize("core", CORES)
def test_sanity_on_python39(core: str, collection: Path) -> None:
    """Modules and their utilities compile on the oldest Python, and import there without any package."""
    if not ENVS["py39"].stamp.is_file():
        pytest.skip("no Python 3.9 on this machine")
    output = sanity(core, collection, "--test", "compile", "--test", "import", "--python", "3.9")
    assert 'Running sanity test "import" on Python 3.9' in output
