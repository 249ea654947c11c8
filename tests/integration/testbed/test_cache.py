# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing half-built or damaged ever comes out of the cache."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from testbed import cache


class Builder:
    """Builds a tiny entry and counts how often."""

    def __init__(self) -> None:
        self.runs = 0

    def __call__(self, directory: Path) -> None:
        """Write one program and one file of a folder."""
        self.runs += 1
        (directory / "program").write_text("#!/bin/sh\n")
        (directory / "program").chmod(0o755)
        (directory / "folder").mkdir()
        (directory / "folder" / "data").write_text("data")


def append(path: Path) -> None:
    """Damage a file without changing its beginning."""
    with path.open("a") as stream:
        stream.write("x")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "changed": lambda entry: append(entry / "program"),
    "missing": lambda entry: (entry / "folder" / "data").unlink(),
    "added": lambda entry: (entry / "more").write_text(""),
    "not executable": lambda entry: (entry / "program").chmod(0o644),
    "no manifest": lambda entry: (entry / "manifest.json").unlink(),
    "broken manifest": lambda entry: (entry / "manifest.json").write_text("{"),
    "empty manifest": lambda entry: (entry / "manifest.json").write_text("{}"),
}


def test_an_intact_entry_is_built_once(tmp_path: Path) -> None:
    builder = Builder()
    first = cache.entry("tool", "key", builder, tmp_path)
    assert cache.entry("tool", "key", builder, tmp_path) == first
    assert builder.runs == 1


def test_other_sources_are_another_entry(tmp_path: Path) -> None:
    builder = Builder()
    keys = {cache.content_key("a", "bc"), cache.content_key("ab", "c"), cache.content_key("abc")}
    assert len({cache.entry("tool", key, builder, tmp_path) for key in keys}) == 3
    assert builder.runs == 3


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_rebuilt(tmp_path: Path, damage: str) -> None:
    builder = Builder()
    entry = cache.entry("tool", "key", builder, tmp_path)
    DAMAGES[damage](entry)
    assert not cache.is_intact(entry)
    assert cache.is_intact(cache.entry("tool", "key", builder, tmp_path))
    assert builder.runs == 2


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    def fail(directory: Path) -> None:
        (directory / "half").write_text("")
        raise RuntimeError("out of disk")

    with pytest.raises(RuntimeError, match="out of disk"):
        cache.entry("tool", "key", fail, tmp_path)
    assert [path.name for path in (tmp_path / "tool").iterdir()] == ["lock"]


def test_a_build_without_result_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(cache.BrokenEntry):
        cache.entry("tool", "key", lambda _directory: None, tmp_path)


def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    abandoned = tmp_path / "tool" / "building-abc"
    abandoned.mkdir(parents=True)
    cache.entry("tool", "key", Builder(), tmp_path)
    assert not abandoned.exists()


def test_an_entry_that_nobody_used_for_long_is_dropped(tmp_path: Path) -> None:
    old, recent = (cache.entry("tool", key, Builder(), tmp_path) for key in ("old", "recent"))
    os.utime(old, (time.time() - 40 * 24 * 3600,) * 2)
    cache.entry("tool", "new", Builder(), tmp_path)
    assert (old.exists(), recent.exists()) == (False, True)


def slow_build(directory: Path) -> None:
    """Build for long enough to be raced, and leave a trace beside the entry."""
    append(directory.parent.parent / "builds")
    time.sleep(0.5)
    (directory / "file").write_text("")


def use(root: Path) -> None:
    """Ask for the entry, in a process of its own."""
    cache.entry("tool", "key", slow_build, root)


def test_two_processes_build_once(tmp_path: Path) -> None:
    processes = [multiprocessing.get_context("spawn").Process(target=use, args=(tmp_path,)) for _number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert (tmp_path / "builds").read_text() == "x"


def test_the_root_follows_the_specification(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert cache.cache_root() == Path("/elsewhere/sitemesh-skupper")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.cache_root() == Path.home() / ".cache" / "sitemesh-skupper"
