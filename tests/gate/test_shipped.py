# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible ships for a task stays small: a module brings no more code along than it needs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.gate.checks import check
from tools.envs import ROOT
from tools.payload import closure

pytestmark = pytest.mark.quick

# How many kilobytes (1000 bytes, compressed) of the collection's own files Ansible may send for a module, over what it sends for
# ansible.builtin.ping. Lower a number when its module has become smaller.
LIMITS: Mapping[str, int] = {
    "skupper_link": 220,
    "skupper_link_info": 141,
    "skupper_links": 217,
    "skupper_mesh_info": 140,
    "skupper_mesh_plan": 38,
    "skupper_revoke": 176,
    "skupper_site": 162,
    "skupper_site_info": 164,
    "skupper_token": 175,
    "skupper_token_info": 104,
    "skupper_variables": 5,
}


def own_bytes(root: Path, *names: str) -> dict[str, int]:
    """How many bytes of own files Ansible ships for modules of a checkout, or for all."""
    output = check("newest", "python", "-m", "tools.payload", root, *names)
    sizes: dict[str, int] = json.loads(output.splitlines()[-1])
    return sizes


def too_large(sizes: Mapping[str, int], limits: Mapping[str, int]) -> list[str]:
    """Modules that exceed their limit, each as a sentence."""
    return [
        f"{name} ships {size} bytes of its own, and may ship {limits[name] * 1000}: "
        f"see what it imports (python -m tools.figures)"
        for name, size in sizes.items()
        if size > limits[name] * 1000
    ]


def largest_apart_from(module: str) -> Path:
    """The largest file of module_utils that is not shipped with a module; its place below plugins."""
    plugins = ROOT / "plugins"
    others = set((plugins / "module_utils").rglob("*.py")) - closure(ROOT, module)
    return max(others, key=lambda path: path.stat().st_size).relative_to(plugins)


def planted(folder: Path, module: str, imported: Path) -> Path:
    """A copy of the plugins in which a module imports one more file."""
    shutil.copytree(ROOT / "plugins", folder / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    package = ".".join(imported.parent.parts)
    with (folder / "plugins" / "modules" / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write(f"\nfrom ansible_collections.sitemesh.skupper.plugins.{package} import {imported.stem}\n")
    return folder


def test_modules_are_small() -> None:
    """No module exceeds its limit, and every module has one."""
    sizes = own_bytes(ROOT)
    assert sizes.keys() == LIMITS.keys()
    assert too_large(sizes, LIMITS) == []


def test_planted_import_is_found(tmp_path: Path) -> None:
    """A reader that imports what it has no use for grows, and exceeds a limit that it was within."""
    reader = "skupper_mesh_info"
    imported = largest_apart_from(reader)
    before, after = own_bytes(ROOT, reader), own_bytes(planted(tmp_path, reader, imported), reader)
    limits = {name: size // 1000 + 1 for name, size in before.items()}
    assert tmp_path / "plugins" / imported in closure(tmp_path, reader)
    assert too_large(before, limits) == []
    (found,) = too_large(after, limits)
    assert found.startswith(f"{reader} ships {after[reader]} bytes of its own")
