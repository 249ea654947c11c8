# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring the files of the official images of a line, and the command line's release, to where tests look for them."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from pathlib import Path

from ..cache import locked
from .lines import CLI, LINES, Image
from .programs import NOTE, NoPrograms, check, check_cli, find_in, home, last_line

_ENGINES = ("podman", "docker")
_PARTIAL = "bringing-"
_BROUGHT = "brought"  # the mark in a note that this command made the folder, and may replace it
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_PATIENCE = 60.0  # seconds for a server to answer


def bring(version: str, cli: Path | None = None) -> bool:
    """Fill the folder of a line, with the command line from an archive or program if one is given.

    Returns whether anything was missing; NoPrograms says in one clause why it could not be brought.
    """
    final = home() / version
    with locked(final.parent / "lock", "Skupper's programs"):
        if _is_complete(final, version):
            return False
        engine = _engine()
        # Only the holder of the lock brings anything: every other half-filled folder was given up.
        for abandoned in final.parent.glob(f"{_PARTIAL}*"):
            shutil.rmtree(abandoned)
        partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=final.parent))
        try:
            partial.chmod(0o755)
            _fill(partial, version, engine, cli)
            if final.exists():
                shutil.rmtree(final)
            partial.rename(final)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return True


def _is_complete(folder: Path, version: str) -> bool:
    """Say whether a folder needs nothing; NoPrograms if it does and something else filled it."""
    try:
        find_in(folder, version)
    except NoPrograms as reason:
        if folder.exists() and not _is_ours(folder):
            raise NoPrograms(f"{reason}, and as it was not filled by this command, move it away first") from None
        return False
    return True


def _is_ours(folder: Path) -> bool:
    try:
        return _BROUGHT in json.loads((folder / NOTE).read_text())
    except (OSError, ValueError, TypeError):
        return False


def _engine() -> str:
    for name in _ENGINES:
        if shutil.which(name):
            return name
    raise NoPrograms(f"neither {' nor '.join(_ENGINES)} is on PATH to bring Skupper's images")


def _fill(folder: Path, version: str, engine: str, cli: Path | None) -> None:
    line = LINES[version]
    _bring_cli(line.cli.replace("MACHINE", _MACHINES.get(platform.machine(), platform.machine())), cli, folder)
    for container, image in line.images.items():
        _bring_image(engine, image, folder / container)
    images = {container: image.described for container, image in line.images.items()}
    (folder / NOTE).write_text(json.dumps({"line": version, "images": images, _BROUGHT: f"by {engine}"}, indent=1))
    programs = find_in(folder, version)
    if os.geteuid() == 0:
        check(programs)
    else:
        check_cli(programs)


def _bring_cli(url: str, given: Path | None, folder: Path) -> None:
    target = folder / CLI
    target.parent.mkdir()
    source = given or _download(url, folder / "download")
    try:
        if tarfile.is_tarfile(source):
            with tarfile.open(source) as archive, target.open("wb") as output:
                members = [each for each in archive if each.isfile() and Path(each.name).name == target.name]
                content = archive.extractfile(members[0])
                assert content  # of a file
                shutil.copyfileobj(content, output)
        else:
            shutil.copyfile(source, target)
    except (OSError, EOFError, tarfile.TarError, IndexError) as error:
        raise NoPrograms(f"{given or url} holds no {target.name} ({error})") from error
    target.chmod(0o755)
    if not given:
        source.unlink()


def _download(url: str, target: Path) -> Path:
    _say(f"fetching {url}")
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as answer, target.open("wb") as output:  # noqa: S310
            shutil.copyfileobj(answer, output)
    except OSError as error:
        raise NoPrograms(f"{url} cannot be fetched ({error}); --cli takes the archive or the program") from error
    return target


def _bring_image(engine: str, image: Image, root: Path) -> None:
    _say(f"bringing {image.described} with {engine}")
    _run(engine, "pull", "--quiet", image.pinned)
    digests = _run(engine, "image", "inspect", "--format", "{{json .RepoDigests}}", image.pinned)
    if json.dumps(image.pinned) not in digests:
        raise NoPrograms(f"{engine} has {digests.strip()} for {image.pinned}")
    container = _run(engine, "create", image.pinned).split()[-1]
    archive = root.with_name("export.tar")
    try:
        _run(engine, "export", "--output", str(archive), container)
        root.mkdir()
        _run("tar", "--extract", "--numeric-owner", "--directory", str(root), "--file", str(archive))
    finally:
        _run(engine, "rm", container)
    archive.unlink()
    _open_up(root)


def _run(*command: str) -> str:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    except OSError as error:
        raise NoPrograms(f"`{' '.join(command)}` failed: {error.strerror}") from error
    if done.returncode:
        why = last_line(done.stderr) or f"exit status {done.returncode}"
        raise NoPrograms(f"`{' '.join(command)}` failed: {why}")
    return done.stdout


def _open_up(root: Path) -> None:
    """Let the owner read and remove everything, who need not be root."""
    root.chmod(0o755)
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(path.stat().st_mode & 0o7777 | (0o700 if name in folders else 0o600))


def _say(text: str) -> None:
    print(f"testbed: skupper: {text}", file=sys.stderr, flush=True)
