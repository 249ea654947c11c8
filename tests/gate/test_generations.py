# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of one generation of Skupper stand in its own room, and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.envs import ROOT

pytestmark = pytest.mark.quick

PLUGINS = ROOT / "plugins"
# Rooms that work for every generation, and the doors among them, which alone name one.
ROOMS = (
    *(f"module_utils/{room}" for room in ("_kube", "_model", "_module", "_pki", "_plan", "_probe", "_site", "_view")),
    *("filter", "inventory", "plugin_utils"),
)
DOORS = "module_utils/_site/generations"
# Names of Skupper's objects, labels, annotations and programs.
FACT = re.compile(
    r"(?:internal\.)?(?<!sitemesh\.)skupper\.io/[\w.-]*"
    r"|(?<![\w./-])skupper-[a-z]+(?:-[a-z]+)*\b"
    r"|\b(?:service|site)-controller\b|\bconfig-sync\b"
    r"|\bSkupperClusterPolic\w+"
    r"|\b(?:inter-router|edge)-(?:host|port)\b"
)
# Kinds of objects that a room for all generations has no business with.
KINDS = frozenset({"CONFIG_MAP", "DEPLOYMENT", "INGRESS", "POD", "ROLE", "ROLE_BINDING", "ROUTE", "SECRET", "SERVICE"})


def sources(plugins: Path) -> Iterator[Path]:
    """Yield the Python files of the rooms that work for every generation."""
    for room in ROOMS:
        for path in sorted((plugins / room).rglob("*.py")):
            if not path.is_relative_to(plugins / DOORS):
                yield path


def facts(plugins: Path) -> Iterator[str]:
    """Yield each fact of one generation in these rooms, with its place."""
    for path in sources(plugins):
        name = path.relative_to(plugins)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from (f"{name}:{node.lineno}: {found}" for found in FACT.findall(node.value))
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("_kube.api"):
                yield from (f"{name}:{node.lineno}: {each.name}" for each in node.names if each.name in KINDS)


def test_rooms_hold_no_fact_of_a_generation() -> None:
    """Neither in code nor in documentation."""
    assert list(facts(PLUGINS)) == []


@pytest.mark.parametrize(
    ("room", "line", "found"),
    [
        ("module_utils/_plan", 'LABEL = "skupper.io/type"', "skupper.io/type"),
        ("module_utils/_site", 'NAME = "skupper-site"', "skupper-site"),
        ("module_utils/_site", 'said = f"see ConfigMap skupper-internal of {place}"', "skupper-internal"),
        ("module_utils/_model", '"""What service-controller says."""', "service-controller"),
        ("module_utils/_module", 'KEY = "inter-router-host"', "inter-router-host"),
        ("module_utils/_view", 'KIND = "SkupperClusterPolicy"', "SkupperClusterPolicy"),
        ("module_utils/_site", "from .._kube.api import SECRET", "SECRET"),
        ("plugin_utils", 'NOTE = "internal.skupper.io/status"', "internal.skupper.io/status"),
    ],
)
def test_planted_fact_is_found(tmp_path: Path, room: str, line: str, found: str) -> None:
    """A name of v1 in a room for all generations is found, with its place."""
    planted = tmp_path / room / "planted.py"
    planted.parent.mkdir(parents=True)
    planted.write_text(f"{line}\n", encoding="utf-8")
    assert list(facts(tmp_path)) == [f"{room}/planted.py:1: {found}"]


@pytest.mark.parametrize("line", ['MARK = "sitemesh.skupper/claim"', 'NAME = "sitemesh.skupper.skupper_link"'])
def test_own_names_are_no_fact(tmp_path: Path, line: str) -> None:
    """The collection's own names belong to no generation."""
    planted = tmp_path / "module_utils" / "_plan" / "planted.py"
    planted.parent.mkdir(parents=True)
    planted.write_text(f"{line}\n", encoding="utf-8")
    assert list(facts(tmp_path)) == []


def test_a_door_may_name_a_generation(tmp_path: Path) -> None:
    """That is what it is for."""
    planted = tmp_path / DOORS / "planted.py"
    planted.parent.mkdir(parents=True)
    planted.write_text('NAME = "skupper-site"\n', encoding="utf-8")
    assert list(facts(tmp_path)) == []
