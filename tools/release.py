# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather the changelog fragments into the release that galaxy.yml names, and write CHANGELOG.rst.

Usage: python3 tools/release.py

As long as the version in galaxy.yml stays, another run adds the fragments that have come since, and changes the date.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.envs import ENVS, ROOT
from tools.stage import stage

WRITTEN = ("CHANGELOG.rst", "changelogs/changelog.yaml")


def release(root: Path = ROOT) -> list[str]:
    """Release the changelog of a working tree; returns the names of the fragments that went into it."""
    with tempfile.TemporaryDirectory() as scratch:
        # In the tree itself antsibull-changelog would copy all that lies there, the environments too.
        copy = stage(Path(scratch), root)
        path = f"{ENVS['lint'].bin('')}{os.pathsep}{os.environ['PATH']}"
        words = [str(ENVS["lint"].bin("antsibull-changelog")), "release", "--update-existing", "--reload-plugins"]
        environment = {**os.environ, "PATH": path, "ANSIBLE_COLLECTIONS_PATH": f"{scratch}/collections"}
        subprocess.run(words, cwd=copy, env=environment, check=True)
        for name in WRITTEN:
            shutil.copy(copy / name, root / name)
        fragments = sorted((root / "changelogs" / "fragments").glob("*.y*ml"))
        gone = [each for each in fragments if not (copy / each.relative_to(root)).exists()]
    for each in gone:
        each.unlink()
    return [each.name for each in gone]


if __name__ == "__main__":
    print("\n".join(["Released with:", *release()]))
