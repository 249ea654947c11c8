# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text for users, read from the files that hold it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.gate.definitions import Source
from tests.gate.messages import messages

# Keys of documentation, argument specs, tasks and plays whose values users read.
_KEYS = frozenset({"short_description", "description", "details", "notes", "name", "msg", "fail_msg"})
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def of_plugin(path: Path) -> Iterator[str]:
    """Yield the documentation of a plugin or doc fragment."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            name = ast.unparse(node.targets[0])
            if name.isupper() and not name.startswith("_"):
                yield from of_yaml(node.value.value)


def of_file(path: Path) -> Iterator[str]:
    """Yield descriptions, names, messages and comments of a YAML file."""
    yield from of_yaml(path.read_text(encoding="utf-8"))


def of_fragment(path: Path) -> Iterator[str]:
    """Yield the entries of a changelog fragment."""
    for entries in yaml.safe_load(path.read_text(encoding="utf-8")).values():
        yield from entries


def of_page(path: Path) -> Iterator[str]:
    """Yield the paragraphs of a Markdown page, and the comments of its snippets."""
    text = path.read_text(encoding="utf-8")
    for fence in _FENCE.findall(text):
        yield from _comments(fence)
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-|#]|\d+\.) )", _FENCE.sub("\n\n", text)):
        if not paragraph.startswith("<!--"):
            yield paragraph.lstrip("#-|0123456789. ")


def of_guide(path: Path) -> Iterator[str]:
    """Yield the paragraphs of a guide without the Failures that it quotes, which another reader covers."""
    yield from (paragraph for paragraph in of_page(path) if not paragraph.startswith("> "))


def of_failures(plugins: Path) -> Iterator[str]:
    """Yield the sentences of all Failures, as far as they are written where the Failure is made."""
    for message in messages(Source(plugins)):
        parts = [node for node in ast.walk(message.term.node) if isinstance(node, ast.Constant)]
        yield "_".join(str(node.value) for node in parts)


def of_yaml(text: str) -> Iterator[str]:
    """Yield descriptions, names, messages and comments of a YAML text."""
    yield from _comments(text)
    for document in yaml.safe_load_all(text):
        yield from _values(document, described=False)


def _comments(text: str) -> Iterator[str]:
    """Yield comments, each block of lines as one text."""
    for block in re.findall(r"(?:^[ \t]*# .*(?:\n|\Z))+", text, flags=re.MULTILINE):
        yield re.sub(r"^[ \t]*# ", "", block, flags=re.MULTILINE)


def _values(value: Any, described: bool) -> Iterator[str]:
    if isinstance(value, str) and described:
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _values(each, described)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _values(each, described=key in _KEYS)
