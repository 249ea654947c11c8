# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tools that make environments and copies of the tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.tools import envs
from tests.tools.stage import stage


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
