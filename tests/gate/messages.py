# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sentences that failures are told in, as the source code of the plugins has them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Exceptions that are Failures by inheritance.
_RAISED = frozenset({"Failure", "Refusal", "_TimedOut"})
_HOLE = "\0"
# With less text of its own than this a sentence is somebody else's, passed on.
_LEAST = 10


@dataclass(frozen=True)
class Message:
    """One sentence of the code, with holes for what only a run knows."""

    reason: str | None
    """Name of the member of Reason; None if it is chosen at run time."""
    text: str
    """NUL stands for a hole."""
    place: str

    def matches(self, sentence: str) -> bool:
        """Whether a user could read that sentence because of this message."""
        return re.fullmatch(".+".join(map(re.escape, self.text.split(_HOLE))), sentence) is not None

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}: {self.text.replace(_HOLE, '...')}"


def messages(plugins: Path) -> list[Message]:
    """Every message of every Failure."""
    found: list[Message] = []
    for path in sorted(plugins.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            for reason, expression in _told(node):
                text = _text(expression)
                if len(text.replace(_HOLE, "")) >= _LEAST:
                    found.append(Message(reason, text, f"{path.relative_to(plugins)}:{expression.lineno}"))
    return found


def _told(node: ast.AST) -> Iterator[tuple[str | None, ast.expr]]:
    """Reason and message of a Failure that is made, or of a result that is written as a dictionary."""
    if isinstance(node, ast.Call) and _name(node.func) in _RAISED and len(node.args) >= 2:
        yield _reason(node.args[0]), node.args[1]
    if isinstance(node, ast.Dict):
        pairs = {key.value: value for key, value in zip(node.keys, node.values) if isinstance(key, ast.Constant)}
        if "reason" in pairs and "msg" in pairs:
            yield _reason(pairs["reason"]), pairs["msg"]


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _reason(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute) and node.attr == "value":
        return _reason(node.value)
    return node.attr if isinstance(node, ast.Attribute) and _name(node.value) == "Reason" else None


def _text(node: ast.expr) -> str:
    """The text of an expression; what is not written there is a hole."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(value) for value in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _text(node.left) + _text(node.right)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return re.sub(r"\{\w*\}", _HOLE, _text(node.func.value))
    return _HOLE
