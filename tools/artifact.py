# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the collection's artifact so that the same tree gives the same bytes, wherever and whenever it is built.

Usage: python3 tools/artifact.py [DIRECTORY]    (default: the working tree; prints where the artifact lies)

ansible-galaxy lists files as the file system does and stamps them with the present. The entries are sorted here and
dated with SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/), or else the last commit.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.envs import ENVS, ROOT
from tools.stage import stage

FILES, MANIFEST = "FILES.json", "MANIFEST.json"


def build(directory: Path, root: Path = ROOT) -> Path:
    """Build the artifact of a working tree into a directory; returns its path."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = stage(Path(scratch), root)
        program = str(ENVS["newest"].bin("ansible-galaxy"))
        words = [program, "collection", "build", "--output-path", scratch]
        environment = {**os.environ, "ANSIBLE_HOME": f"{scratch}/home"}
        subprocess.run(words, cwd=copy, env=environment, stdout=subprocess.DEVNULL, check=True)
        (built,) = Path(scratch).glob("*.tar.gz")
        made = directory / built.name
        made.write_bytes(settled(built.read_bytes(), date(root)))
    return made


def date(root: Path = ROOT) -> int:
    """Return the time that files are dated with, in seconds since 1970."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    command = ["git", "-C", str(root), "log", "-1", "--format=%ct"]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def settled(artifact: bytes, when: int) -> bytes:
    """Return the artifact with its entries sorted and dated alike, so that it does not depend on how it was made."""
    with tarfile.open(fileobj=io.BytesIO(artifact)) as tar:
        content = {each.name: _data(tar, each) for each in tar.getmembers()}
    files: dict[str, Any] = json.loads(content[FILES] or b"{}")
    files["files"].sort(key=lambda each: each["name"])
    listed = _json(files)
    manifest: dict[str, Any] = json.loads(content[MANIFEST] or b"{}")
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(listed).hexdigest()
    return _packed({**content, FILES: listed, MANIFEST: _json(manifest)}, when)


def _data(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes | None:
    stream = tar.extractfile(member) if member.isfile() else None
    return stream.read() if stream else None


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=True).encode()


def _packed(content: Mapping[str, bytes | None], when: int) -> bytes:
    """Return the files as ansible-galaxy packs them: the manifests first, all owned by root."""
    target = io.BytesIO()
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=target, mtime=when) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name in sorted(content, key=lambda name: (name not in (MANIFEST, FILES), name)):
            entry, data = tarfile.TarInfo(name), content[name]
            entry.mtime, entry.mode = when, 0o644 if data is not None else 0o755
            entry.type = tarfile.REGTYPE if data is not None else tarfile.DIRTYPE
            entry.size = len(data or b"")
            tar.addfile(entry, io.BytesIO(data or b""))
    return target.getvalue()


if __name__ == "__main__":
    print(build(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT)))
