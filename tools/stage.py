# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copy the collection to a place where ansible-test and its kin accept it; they follow no symbolic link there.

Usage: python3 tools/stage.py DIRECTORY    (prints where the copy of the collection lies)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def content(root: Path = ROOT) -> list[str]:
    """Return the paths of what belongs to the collection: tracked files, and new ones that git does not ignore."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    # A file deleted but not yet committed is still listed.
    return sorted(name for name in set(listed.split("\0")) if name and (root / name).is_file())


def stage(directory: Path, root: Path = ROOT) -> Path:
    """Make DIRECTORY/collections/ansible_collections/sitemesh/skupper a fresh copy, a git tree of its own."""
    copy = directory / "collections" / "ansible_collections" / "sitemesh" / "skupper"
    shutil.rmtree(copy, ignore_errors=True)
    for name in content(root):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, target)
    # ansible-test asks git what there is; without a repository it would look at every file below.
    subprocess.run(["git", "init", "--quiet", str(copy)], check=True)
    subprocess.run(["git", "-C", str(copy), "add", "--all", "--force"], check=True)
    return copy


if __name__ == "__main__":
    print(stage(Path(sys.argv[1])))
