# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tools that make environments and copies of the tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools import ansible_test, envs
from tools.stage import stage
from tools.versions import told, versions


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> envs.Env:
    """An environment that wants nothing, not yet made."""
    monkeypatch.setattr(envs, "VENV", tmp_path / "venv")
    monkeypatch.setattr(envs, "REQUIREMENTS", tmp_path)
    (tmp_path / "more.txt").write_text("# nothing\n")
    (tmp_path / "empty.txt").write_text("-r more.txt\n")
    return envs.Env("empty")


def test_half_made_environment_is_made_anew(env: envs.Env) -> None:
    """An environment without its stamp is thrown away and made, a whole one is left alone."""
    left_over = env.path / "left-over"
    left_over.mkdir(parents=True)
    envs.ensure(env)
    assert not left_over.exists()
    assert envs.version_of(env.bin("python")) is not None

    left_over.mkdir()
    envs.ensure(env)
    assert left_over.exists()


def test_environment_follows_its_requirements(env: envs.Env, tmp_path: Path) -> None:
    """A changed requirement file, be it an included one, and another Python ask for another environment."""
    key = envs.key_of(env, "3.11.1")
    assert envs.key_of(env, "3.11.1") == key
    assert envs.key_of(env, "3.11.2") != key
    (tmp_path / "more.txt").write_text("hypothesis\n")
    assert envs.key_of(env, "3.11.1") != key


def test_copy_holds_what_git_would_commit(tmp_path: Path) -> None:
    """Tracked and new files are copied as they are now; ignored and deleted ones are not."""
    root = tmp_path / "tree"
    for name in ("tracked.py", "deleted.py", "new/file.py", "ignored.log", ".gitignore"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("*.log\n")
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    subprocess.run(["git", "-C", str(root), "add", "tracked.py", "deleted.py"], check=True)
    (root / "deleted.py").unlink()

    copy = stage(tmp_path / "stage", root)
    files = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert {name for name in files if not name.startswith(".git/")} == {".gitignore", "new/file.py", "tracked.py"}


def test_damaged_home_of_ansible_test_is_emptied(
    env: envs.Env, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Environments of ansible-test are kept as long as nobody but ansible-test touches them."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(ansible_test, "_key", lambda env: env.name)
    monkeypatch.setattr(ansible_test, "_furnish", lambda path, env: None)

    def use(text: str | None = None) -> Path:
        with ansible_test.home(env) as directory:
            marker = directory / ".ansible" / "test" / "venv" / "marker.txt"
            if text is not None:
                marker.parent.mkdir(parents=True, exist_ok=True)
                marker.write_text(text)
            return marker if marker.exists() else tmp_path / "none"

    marker = use("whole")
    assert use() == marker
    marker.write_text("damaged")
    assert use("whole again").read_text() == "whole again"
    marker.unlink()
    (marker.parent / "left-over").touch()
    use("whole")
    assert not (marker.parent / "left-over").exists()


def test_the_oldest_environment_holds_what_is_promised() -> None:
    """Its versions are the lower bounds of the collection, those of the newest are above."""
    oldest, newest = (versions(envs.ENVS[name]) for name in ("oldest", "newest"))
    assert oldest["kubernetes"] == "24.2.0"
    assert oldest["ansible-core"].startswith("2.16.")
    bounds = (envs.ROOT / "meta" / "ee-requirements.txt").read_text(encoding="utf-8")
    assert "kubernetes>=24.2" in bounds
    assert 'requires_ansible: ">=2.16.0"' in (envs.ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8")
    for name in ("ansible-core", "kubernetes"):
        assert number(newest[name]) > number(oldest[name])


def number(version: str) -> tuple[int, int]:
    """Major and minor version."""
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def test_versions_that_are_not_there_are_told_as_such(env: envs.Env) -> None:
    assert told(env) == "empty: not there"
