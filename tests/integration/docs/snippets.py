# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fenced blocks of a guide, and what each of them is to a reader who follows it from top to bottom.

A ``yaml`` block with a name after it is a file; one without is tasks, or whole plays. ``console`` blocks hold commands after
``$``, and below each the output that is worth showing, with ``...`` for the rest; ``bash`` blocks hold commands alone. ``text``
is for looking at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

_BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LANGUAGES = frozenset({"yaml", "console", "bash", "text"})


@dataclass(frozen=True)
class Block:
    """A fenced block."""

    language: str
    name: str
    text: str
    line: int


@dataclass(frozen=True)
class File:
    """A file that the reader writes."""

    name: str
    text: str


@dataclass(frozen=True)
class Plays:
    """Tasks or plays that the reader runs."""

    plays: list[dict[str, Any]]


@dataclass(frozen=True)
class Command:
    """A command that the reader types, and the lines that follow in its output."""

    text: str
    output: tuple[str, ...] = ()


Step = File | Plays | Command


def blocks(page: Path) -> list[Block]:
    """All blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [Block(m[1], m[2], m[3], text.count("\n", 0, m.start()) + 1) for m in _BLOCK.finditer(text)]


def steps(page: Path) -> Iterator[Step]:
    """What a reader does, in this order; tasks that follow each other are one play."""
    found = [step for block in blocks(page) for step in _steps(block)]
    for is_tasks, group in groupby(found, lambda step: isinstance(step, Plays)):
        if is_tasks:
            yield Plays([play for step in group if isinstance(step, Plays) for play in step.plays])
        else:
            yield from group


def _steps(block: Block) -> Iterator[Step]:
    if block.language not in _LANGUAGES:
        raise ValueError(f"a block in {block.language} at line {block.line}: nobody could run it")
    if block.language == "yaml":
        yield File(block.name, block.text) if block.name else Plays(_plays(block.text))
    elif block.language == "console":
        yield from (Command(text, tuple(output)) for text, output in _commands(block.text))
    elif block.language == "bash":
        yield Command(block.text)


def _plays(text: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(text)
    if any("hosts" in entry or "ansible.builtin.import_playbook" in entry for entry in entries):
        return entries
    return [{"name": "As the guide says", "hosts": "localhost", "gather_facts": False, "tasks": entries}]


def _commands(text: str) -> Iterator[tuple[str, list[str]]]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *output = part.splitlines()
        yield command, output


def missing(expected: tuple[str, ...], output: str) -> list[str]:
    """The lines of an expected output that are not in it."""
    lines = output.splitlines()
    patterns: Mapping[str, str] = {line: ".*".join(map(re.escape, line.split("..."))) for line in expected}
    return [line for line, pattern in patterns.items() if not any(re.fullmatch(pattern, each) for each in lines)]
