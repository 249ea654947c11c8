# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options enter once: the readers of a module take its parameters, and nothing behind them does."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tools.envs import ROOT

pytestmark = pytest.mark.quick

ROOM = ROOT / "plugins" / "module_utils" / "_module"
READERS = ("read_", "_read_", "refuse_")


def takers(source: str) -> Iterator[str]:
    """Yield the names of the functions that take the parameters of a module and are no readers."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef) and not function.name.startswith(READERS):
            annotations = [ast.unparse(each.annotation) for each in function.args.args if each.annotation]
            if any("Params" in annotation.split() for annotation in annotations):
                yield function.name


@pytest.mark.parametrize("path", [str(path.relative_to(ROOM)) for path in sorted(ROOM.rglob("*.py"))])
def test_readers_alone_take_parameters(path: str) -> None:
    assert list(takers((ROOM / path).read_text(encoding="utf-8"))) == []


def test_a_planted_one_is_found() -> None:
    source = "def read_it(params: Params) -> None: ...\ndef _wish(given: Params | None) -> None: ...\n"
    assert list(takers(source)) == ["_wish"]
