# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the real programs need and do not find is told in one line; nothing is built here."""

from __future__ import annotations

import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.testbed import skupper
from tests.testbed.skupper import packages, programs, router, skmanage, sources, steps
from tests.testbed.skupper.sources import Source

TOOL = Source("tool", "1.2.3", "https://example.invalid/tool")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep away from the cache of whoever runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty directory of sources."""
    directory = tmp_path / "sources"
    directory.mkdir()
    monkeypatch.setenv("SKUPPER_SOURCES", str(directory))
    return directory


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """Give a project in a git repository, and no directory of sources."""
    monkeypatch.delenv("SKUPPER_SOURCES", raising=False)
    top = tmp_path / "repository"
    top.mkdir()
    (top / "go.mod").write_text("module tool\n")
    git = ["git", "-C", str(top), "-c", "user.name=x", "-c", "user.email=x@example.invalid"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"], ["tag", TOOL.version]):
        subprocess.run([*git, *command], check=True)
    return Source("tool", TOOL.version, top.as_uri())


def pack(archives: Path, name: str, content: str) -> None:
    """Write an archive with one file below one top folder, as released ones have it."""
    top = archives / "unpacked"
    top.mkdir(exist_ok=True)
    (top / "go.mod").write_text(content)
    with tarfile.open(archives / name, "w:xz" if name.endswith("xz") else "w:gz") as archive:
        archive.add(top, "tool-of-a-release")


class TestSources:
    @pytest.mark.parametrize("ending", ["xz", "gz"])
    def test_an_archive_is_unpacked_without_its_top_folder(self, archives: Path, tmp_path: Path, ending: str) -> None:
        pack(archives, f"tool-1.2.3.tar.{ending}", "module tool\n")
        tree = TOOL.unpack(tmp_path, steps.Log.start("tool"))
        assert (tree / "go.mod").read_text() == "module tool\n"

    def test_other_contents_are_another_key(self, archives: Path) -> None:
        keys = set()
        for content in ("one", "two"):
            pack(archives, "tool-1.2.3.tar.xz", content)
            keys.add(TOOL.key)
        assert len(keys) == 2

    def test_a_missing_archive_is_named_with_its_directory(self, archives: Path) -> None:
        pack(archives, "tool-1.2.4.tar.xz", "another version")
        with pytest.raises(
            skupper.BuildFailed, match=rf"^SKUPPER_SOURCES={archives} holds no tool-1\.2\.3\.tar\.xz"
        ) as raised:
            TOOL.unpack(archives, steps.Log.start("tool"))
        assert "\n" not in str(raised.value)

    def test_a_tag_is_cloned_when_there_are_no_archives(self, repository: Source, tmp_path: Path) -> None:
        assert repository.unreachable() is None
        tree = repository.unpack(tmp_path, steps.Log.start("tool"))
        assert (tree / "go.mod").read_text() == "module tool\n"

    @pytest.mark.parametrize("wrong", ["tag", "repository"])
    def test_what_cannot_be_cloned_is_one_sentence(self, repository: Source, tmp_path: Path, wrong: str) -> None:
        url, version = repository.repository, repository.version
        lost = Source("tool", "9", url) if wrong == "tag" else Source("tool", version, f"{url}-lost")
        with pytest.raises(skupper.BuildFailed, match=r"cannot be reached: connect .* set SKUPPER_SOURCES") as raised:
            lost.unpack(tmp_path, steps.Log.start("tool"))
        assert "\n" not in str(raised.value)


class TestPackages:
    def test_on_an_empty_path_all_are_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "_PATH", "")
        assert {"cmake", "iproute2", "libwebsockets-dev", "python3-dev", "util-linux"} <= set(packages.missing())

    def test_a_library_is_looked_for_by_itself(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for program in packages._PROGRAMS:
            (tmp_path / program).write_text("#!/bin/sh\ntest $2 != uuid\n")
            (tmp_path / program).chmod(0o755)
        monkeypatch.setattr(packages, "_PATH", str(tmp_path))
        monkeypatch.setattr(packages, "PYTHON", "/bin/sh")
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        assert packages.missing() == ["uuid-dev"]

    def test_who_is_not_root_is_told_the_command(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "missing", lambda: ["cmake", "uuid-dev"])
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
        with pytest.raises(skupper.BuildFailed, match=r"^[^\n]*: apt-get install cmake uuid-dev$"):
            skupper.find()

    def test_without_apt_root_is_told_what_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 0)
        monkeypatch.setattr("shutil.which", lambda name: None)
        assert (packages.obstacle(["cmake", "uuid-dev"]) or "").endswith(": cmake uuid-dev")


class TestObstacle:
    @pytest.fixture(autouse=True)
    def ideal_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be root on a machine where everything is installed and namespaces may be made."""
        monkeypatch.setattr("os.geteuid", lambda: 0)
        monkeypatch.setattr(packages, "missing", list)
        monkeypatch.setattr(programs, "_confined", lambda: None)

    def test_nobody_but_root_gets_sites(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        assert "root" in (skupper.obstacle() or "")

    def test_a_missing_archive_is_one(self, archives: Path) -> None:
        assert str(archives) in (skupper.obstacle() or "")

    def test_with_all_archives_there_is_none(self, archives: Path) -> None:
        for source in sources.ALL:
            pack(archives, f"{source.name}-{source.version}.tar.xz", source.name)
        assert skupper.obstacle() is None

    def test_an_unreachable_repository_is_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SKUPPER_SOURCES", raising=False)
        monkeypatch.setattr(Source, "unreachable", lambda source: f"{source.name} is far away")
        assert skupper.obstacle() == "skupper is far away"


class TestParts:
    def test_another_router_leaves_the_controllers_alone(self, archives: Path) -> None:
        for source in sources.ALL:
            pack(archives, f"{source.name}-{source.version}.tar.xz", "one")
        controllers, amqp = (part.key for part in programs._parts())
        pack(archives, f"{sources.PROTON.name}-{sources.PROTON.version}.tar.xz", "two")
        same, other = (part.key for part in programs._parts())
        assert (controllers == same, amqp == other) == (True, False)
        assert skmanage.key(amqp) != skmanage.key(other)

    def test_a_failed_command_is_named_with_the_end_of_its_log(self) -> None:
        log = steps.Log.start("tool")
        with pytest.raises(skupper.BuildFailed, match=r"^compiling x failed; the end of .*\n.*\n  out of disk$"):
            log.run("compiling x", ["sh", "-c", "echo out of disk >&2; exit 1"])

    def test_a_command_that_is_not_there_is_named(self) -> None:
        with pytest.raises(skupper.BuildFailed, match=r"^compiling x failed: no-such-compiler cannot be run"):
            steps.Log.start("tool").run("compiling x", ["no-such-compiler"])

    def test_scripts_run_from_wherever_they_are(self, tmp_path: Path) -> None:
        for folder in ("bin", "libexec"):
            (tmp_path / "moved here" / folder).mkdir(parents=True)
        top = tmp_path / "moved here"
        router.write_program(top / "libexec" / "skrouterd", '#!/bin/sh\necho "$@"\n')
        router.write_program(top / "bin" / "skrouterd", router._SKROUTERD)
        (tmp_path / "link").symlink_to(top / "bin" / "skrouterd")
        told = subprocess.run([tmp_path / "link", "-c", "x"], capture_output=True, text=True, check=True).stdout
        assert told == f"-I {top}/python -c x\n"
