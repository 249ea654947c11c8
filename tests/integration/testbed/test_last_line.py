# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every run of tests ends with a line about real sites, before the one that pytest closes with."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import conftest

ROOT = Path(__file__).parents[3]
# What each run is given, and the line it ends with.
LINES: dict[str, tuple[tuple[list[str], str, int, bool], str]] = {
    "some": ((["real", "simulated"], "", 31, False), "31 scenarios"),
    "one": ((["real"], "", 1, True), "1 scenario"),
    "not asked for": ((["simulated"], "", 0, False), "not run: only simulated ones were asked for"),
    "not possible": ((["simulated"], "no root", 0, False), "not run: no root"),
    "not chosen": ((["real"], "", 0, False), "not run: no scenario for them was chosen"),
    "not come up": ((["real"], "", 0, True), "not run: see the errors above"),
}
# Two of them run on real sites to their end.
SCENARIOS = """
import pytest

@pytest.fixture
def site(kind):
    assert kind == "simulated"

@pytest.mark.parametrize("kind", ["real", "simulated"])
def test_passing(kind): pass

@pytest.mark.parametrize("kind", ["real"])
def test_failing(kind): assert False

@pytest.mark.parametrize("kind", ["real"])
def test_skipped(kind): pytest.skip("not here")

@pytest.mark.parametrize("kind", ["real", "simulated"])
def test_never_started(kind, site): pass
"""
# Takes these for scenarios, on a machine where real sites can run.
MACHINE = """
from pathlib import Path
from tests import conftest
conftest.CONFORMANCE = Path(__file__).parent
conftest.obstacle = lambda: ""
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pytest without any of Skupper's programs."""
    environment = {**os.environ, "SKUPPER_PROGRAMS": "/nonexistent"}
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("case", LINES)
def test_it_says_what_became_of_real_sites(case: str) -> None:
    given, said = LINES[case]
    assert conftest.real_sites(*given) == f"real sites: {said}"


@pytest.mark.parametrize("parallel", [(), ("--numprocesses=2",)])
def test_without_programs_it_says_why(parallel: tuple[str, ...]) -> None:
    done = run("tests/unit/test_fuzz.py", "-k=no_such_test", "--sites=possible", *parallel)
    *_before, last, closing = done.stdout.splitlines()
    assert re.match(r"real sites: not run: .*(root|/nonexistent/1\.9\.6)", last)
    assert re.fullmatch(r"=+ .* in \S+s.* =+", closing)


def test_real_sites_that_are_demanded_are_an_error() -> None:
    done = run("tests/conformance", "--sites=real")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert re.fullmatch(r"ERROR: real sites: not run: [^\n]+\n+", done.stderr)


@pytest.mark.parametrize("parallel", [(), ("--numprocesses=2", "--dist=loadgroup")])
def test_scenarios_on_real_sites_are_counted(tmp_path: Path, parallel: tuple[str, ...]) -> None:
    (tmp_path / "test_some.py").write_text(SCENARIOS)
    (tmp_path / "machine.py").write_text(MACHINE)
    plugins = ["-p", "tests.conftest", "-p", "machine"]
    settings = ["-c", "pytest.ini", f"--override-ini=pythonpath=. {tmp_path}", *plugins, "--sites=real,simulated"]
    done = run(*settings, *parallel, str(tmp_path / "test_some.py"))
    *_before, last, closing = done.stdout.splitlines()
    assert last == "real sites: 2 scenarios"
    assert " 1 failed, 3 passed, 1 skipped, 1 error in " in closing
