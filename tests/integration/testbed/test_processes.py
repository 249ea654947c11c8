# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing of the testbed outlives its owner, and nothing of others is ever ended."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from testbed.processes import Identity, Process, ProcessFailed, RunDirectory, stop_leftovers, wait_until

# Starts a sleeping child, tells its process id and the run directory, and waits to be killed.
OWNER = """
import sys, pathlib
from testbed.processes import Process, RunDirectory
run = RunDirectory.create(pathlib.Path(sys.argv[1]))
print(Process.start("child", ["sleep", "300"], run.path).pid, run.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Name the parent of run directories."""
    return tmp_path / "runs"


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that the testbed did not start."""
    with subprocess.Popen(["sleep", "300"]) as process:
        yield process
        process.kill()


def identity(pid: int) -> Identity:
    """Return the identity of a process that must be alive."""
    found = Identity.of(pid)
    assert found
    return found


def start_owner(runs: Path) -> tuple[subprocess.Popen[str], Identity, Path]:
    """Start an owner; returns it with its child and its run directory."""
    root = Path(__file__).parents[3]
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(runs)], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout
    pid, path = owner.stdout.readline().split(maxsplit=1)
    return owner, identity(int(pid)), Path(path.strip())


def kill(process: subprocess.Popen[str]) -> None:
    """End a process at once, as a crash would."""
    process.kill()
    process.communicate()


def test_a_child_dies_with_its_owner(runs: Path) -> None:
    owner, child, path = start_owner(runs)
    assert child.alive
    kill(owner)
    assert wait_until(lambda: not child.alive, 5)
    assert stop_leftovers(runs) == [path]
    assert not path.exists()


def test_a_run_with_a_living_owner_is_left_alone(runs: Path) -> None:
    owner, child, path = start_owner(runs)
    try:
        assert stop_leftovers(runs) == []
        assert child.alive
        assert path.is_dir()
    finally:
        kill(owner)


def test_what_outlived_its_owner_is_ended_by_the_next_run(runs: Path, bystander: subprocess.Popen[bytes]) -> None:
    left = runs / "left" / "cluster-1"
    left.mkdir(parents=True)
    identity(bystander.pid).save(left / "etcd.pid")
    new = RunDirectory.create(runs)
    assert bystander.wait(5) == -signal.SIGTERM
    assert [path.name for path in runs.iterdir() if path.is_dir()] == [new.path.name]
    new.remove()


def test_a_process_that_only_got_the_same_id_is_never_ended(runs: Path, bystander: subprocess.Popen[bytes]) -> None:
    left = runs / "left"
    left.mkdir(parents=True)
    own = identity(bystander.pid)
    replace(own, started=own.started - 1).save(left / "earlier.pid")
    replace(own, boot="another").save(left / "boot.pid")
    (left / "broken.pid").write_text("{")
    (left / "list.pid").write_text("[1]")
    assert stop_leftovers(runs) == [left]
    assert own.alive


def test_sigterm_is_followed_by_sigkill(tmp_path: Path) -> None:
    process = Process.start("deaf", ["sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done"], tmp_path)
    process.wait_ready(lambda: "ready" in process.log.read_text(), 5)
    assert identity(process.pid).kill(grace=0.2)
    assert wait_until(lambda: not process.alive, 5)


def test_an_early_end_tells_the_code_and_quotes_the_log(tmp_path: Path) -> None:
    process = Process.start("brief", ["sh", "-c", "echo out of eggs; exit 7"], tmp_path)
    with pytest.raises(ProcessFailed, match=r"(?s)brief ended with code 7.*brief\.log.*out of eggs"):
        process.wait_ready(lambda: False, 5)


def test_a_program_that_is_never_ready_fails_in_time(tmp_path: Path) -> None:
    process = Process.start("slow", ["sleep", "300"], tmp_path)
    with pytest.raises(ProcessFailed, match=r"slow was not ready after 0\.3 s"):
        process.wait_ready(lambda: False, 0.3)
    process.stop()
    assert not (tmp_path / "slow.pid").exists()


def test_files_of_children_are_private(tmp_path: Path) -> None:
    process = Process.start("writer", ["sh", "-c", "umask; : > made"], tmp_path)
    assert wait_until(lambda: not process.alive, 5)
    assert (tmp_path / "made").stat().st_mode & 0o077 == 0
    process.stop()


def test_the_owner_of_a_lock_can_be_this_process(runs: Path) -> None:
    first = RunDirectory.create(runs)
    second = RunDirectory.create(runs)
    assert first.path.is_dir()
    assert first.path.stat().st_mode & 0o077 == 0
    first.remove()
    second.remove()
    assert not [path for path in runs.iterdir() if path.is_dir()]
