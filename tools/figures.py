# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print figures of the code in plugins, so that two trees can be compared.

Usage: .venv/newest/bin/python -m tools.figures [--root CHECKOUT]    (default: the working tree)

To compare with a commit: git worktree add /tmp/before COMMIT, then diff the outputs for the two folders.

- A room is a folder right below plugins/module_utils. An arrow leads from a room to another one that it imports, whatever the
  number of imports, and wherever in the file they stand.
- The lines of a function are all from `def` to its end, its docstring included. Functions in functions count, too.
- A file builds results if it has a function that is named `view` or ends with `_view` (or the plural), or one that returns
  `dict[str, Any]`, alone or within another type. Room `_view` does not count; in rooms that build objects for an API server
  (`_kube`, `_wire`, `_v1`, `_v2`) only the names count.
- The files of a module are those of plugins/module_utils that Ansible ships with it (`payload.closure`). Its own bytes are by
  how much the program that Ansible sends is larger than that of `ansible.builtin.ping`.
"""

from __future__ import annotations

import argparse
import ast
import re
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools import payload
from tools.envs import ROOT

_VIEW = re.compile(r"(.*_)?views?")
_RESULT = "dict[str, Any]"
_OBJECTS = frozenset({"_kube", "_wire", "_v1", "_v2"})
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Function:
    """A function of the code."""

    name: str
    lines: int
    returns: str


class File:
    """A file of Python code."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.name = str(path.relative_to(root / "plugins"))
        self.text = path.read_text(encoding="utf-8")

    @property
    def room(self) -> str:
        """Return the room that the file is in; "" if it is in none."""
        parts = Path(self.name).parts
        return parts[1] if parts[0] == "module_utils" and len(parts) > 2 else ""

    @property
    def lines(self) -> int:
        """Return how many lines the file has."""
        return self.text.count("\n")

    @cached_property
    def functions(self) -> list[Function]:
        """Return the functions and methods of the file."""
        return [
            Function(node.name, (node.end_lineno or node.lineno) - node.lineno + 1, _annotation(node.returns))
            for node in ast.walk(ast.parse(self.text))
            if isinstance(node, _Function)
        ]

    @property
    def builds_results(self) -> bool:
        """Return whether the file makes what users see."""
        if self.room == "_view":
            return False
        by_type = self.room not in _OBJECTS
        return any(_VIEW.fullmatch(each.name) or (by_type and _RESULT in each.returns) for each in self.functions)


def _annotation(node: ast.expr | None) -> str:
    return "" if node is None else ast.unparse(node)


def read(root: Path) -> list[File]:
    """Return all files of the plugins of a checkout."""
    return [File(path, root) for path in sorted((root / "plugins").rglob("*.py"))]


def arrows(files: list[File], root: Path) -> dict[str, list[str]]:
    """Return the rooms of a checkout, each with the other rooms that it imports."""
    rooms = {each.path: each.room for each in files if each.room}
    found: dict[str, set[str]] = {room: set() for room in rooms.values()}
    for path, room in rooms.items():
        found[room] |= {rooms[other] for other in payload.imported(path, root) if other in rooms}
    return {room: sorted(others - {room}) for room, others in sorted(found.items())}


def figures(root: Path) -> Iterator[tuple[str, str]]:
    """Return all figures of a checkout, each with its name."""
    files = read(root)
    yield from _of_rooms(arrows(files, root))
    yield from _of_functions(files)
    longest = max(files, key=lambda each: each.lines)
    yield "longest file", f"{longest.lines} ({longest.name})"
    for words in (_RESULT, "params["):
        yield f"occurrences of {words}", str(sum(each.text.count(words) for each in files))
    yield "files that build results", str(sum(each.builds_results for each in files))
    yield from _of_modules(root)


def _of_rooms(found: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    yield "rooms", str(len(found))
    yield "arrows between rooms", str(sum(map(len, found.values())))
    for room, others in found.items():
        yield f"  {room}", " ".join(others) or "-"


def _of_functions(files: list[File]) -> Iterator[tuple[str, str]]:
    functions = [(each.lines, f"{each.name} in {file.name}") for file in files for each in file.functions]
    lines = sorted(lines for lines, _name in functions)
    yield "functions", str(len(lines))
    yield "lines of a function, median", f"{statistics.median(lines):g}"
    yield "lines of a function, p90", str(lines[int(len(lines) * 0.9)])
    yield "lines of a function, longest", "{} ({})".format(*max(functions))


def _of_modules(root: Path) -> Iterator[tuple[str, str]]:
    sizes = payload.own_bytes(root)
    for module, size in sizes.items():
        files = payload.closure(root, module)
        source = sum(path.stat().st_size for path in files)
        yield module, f"{size} own bytes shipped; {len(files)} files, {source} bytes of source"


def main() -> None:
    """Print the figures of a checkout."""
    parser = argparse.ArgumentParser(description="Print figures of the code in plugins.")
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout of the repository")
    for name, value in figures(parser.parse_args().root.resolve()):
        print(f"{name + ':':32} {value}")


if __name__ == "__main__":
    main()
