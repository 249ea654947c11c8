# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of a tree count what they say that they count."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.figures import arrows, read
from tools.payload import closure

pytestmark = pytest.mark.quick

TREE = {
    "modules/skupper_some.py": "from ansible_collections.sitemesh.skupper.plugins.module_utils._site.all import look",
    "module_utils/_site/all.py": "def look():\n    from .._model import one\n\n    return one",
    "module_utils/_site/__init__.py": "",
    "module_utils/_site/others.py": "from .all import look\nfrom .._view.links import link_view",
    "module_utils/_model/one.py": "import json\n\n\ndef some_view() -> None:\n    json",
    "module_utils/_view/links.py": "def link_view() -> dict[str, Any]:\n    return {}",
    "module_utils/_wire/objects.py": "def manifest() -> dict[str, Any]:\n    return {}",
    "filter/some.py": "def outcome() -> list[dict[str, Any]]:\n    return []",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small checkout."""
    for name, text in TREE.items():
        path = tmp_path / "plugins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")
    return tmp_path


def test_arrows_lead_between_rooms(tree: Path) -> None:
    """An import within a function counts, one within a room does not."""
    assert arrows(read(tree), tree) == {"_model": [], "_site": ["_model", "_view"], "_view": [], "_wire": []}


def test_functions_are_measured(tree: Path) -> None:
    """From def to the end."""
    functions = {each.name: each.lines for file in read(tree) for each in file.functions}
    assert functions == {"look": 4, "some_view": 2, "link_view": 2, "manifest": 2, "outcome": 2}


def test_builders_of_results_are_counted(tree: Path) -> None:
    """By name or by type; where they belong, and where objects are built, they are none."""
    assert [file.name for file in read(tree) if file.builds_results] == ["filter/some.py", "module_utils/_model/one.py"]


def test_closure_follows_every_import(tree: Path) -> None:
    """Also those within functions; packages around a file belong to it."""
    utils = tree / "plugins" / "module_utils"
    expected = {utils / "_site" / "all.py", utils / "_site" / "__init__.py", utils / "_model" / "one.py"}
    assert closure(tree, "skupper_some") == expected
