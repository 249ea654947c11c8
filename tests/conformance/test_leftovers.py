# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The look for what a testbed leaves behind sees what is left."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from testbed.processes import wait_until
from tests.conformance import testbed_leftovers


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where a testbed works."""
    made = tmp_path / "run"
    made.mkdir()
    return made


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process that does nothing, and is nothing to the testbed."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


@pytest.fixture
def child(directory: Path, bystander: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does nothing, in the directory of the testbed."""
    with subprocess.Popen(["sleep", "60"], cwd=directory) as process:
        yield process
        process.kill()


def test_left(child: subprocess.Popen[bytes], directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes, directories and interfaces are reported as long as they are there; what others started is not."""
    monkeypatch.setattr(testbed_leftovers, "PATIENCE", 0.5)
    traces = testbed_leftovers.Traces.take(directory, before=testbed_leftovers.interfaces() - {"lo"})
    told = [f"directory {directory}", "interface lo", f"process {child.pid}"]
    assert traces.left() == told
    child.kill()
    assert traces.left() == told[:2]
    directory.rmdir()
    assert traces.left() == told[1:2]


def test_namespace(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A namespace is reported as long as a process is in it that was there before; the kernel gives its number to others."""
    # Root in a container may not make any.
    if subprocess.run(["sh", "-c", "unshare --uts true"], capture_output=True, check=False).returncode:
        pytest.skip("no namespaces can be made here")
    monkeypatch.setattr(testbed_leftovers, "PATIENCE", 0.5)
    with subprocess.Popen(["unshare", "--uts", "sleep", "60"], cwd=directory) as child:
        namespace = Path(f"/proc/{child.pid}/ns/uts")
        wait_until(lambda: namespace.readlink() != Path("/proc/self/ns/uts").readlink(), 10)
        traces = testbed_leftovers.Traces.take(directory, before=testbed_leftovers.interfaces())
        name = f"namespace {namespace.readlink()}"
        time.sleep(0.1)
        with subprocess.Popen(["nsenter", f"--uts={namespace}", "sleep", "60"]) as later:
            assert name in traces.left()
            child.kill()
            child.wait()
            assert name not in traces.left()
            later.kill()
