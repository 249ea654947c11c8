# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The path that a task took: at high verbosity, Ansible reports when it runs a module in a process of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.harness import Run, Task

HERE = Path(__file__).resolve().parent
LOUD = ("-vvvv",)
# Become and a connection that need no second user and no second machine.
PLUGINS = {
    "ANSIBLE_BECOME_PLUGINS": str(HERE.parent / "secrets" / "become"),
    "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "connection"),
}
SHIPPED: Mapping[str, Any] = {"environment": {"OF_NO_MATTER": "yes"}}
_TASK = re.compile(r"^TASK \[(.*?)\] \**$", re.MULTILINE)
_PROCESS = re.compile(r"EXEC .*AnsiballZ_skupper_\w+\.py")


def shipped(run: Run) -> dict[str, bool]:
    """Return, by name of task, whether a module of the collection ran in a process of its own."""
    return {name: bool(_PROCESS.search(text)) for name, text in _sections(run.output)}


def _sections(output: str) -> Iterator[tuple[str, str]]:
    parts = _TASK.split(output)
    return zip(parts[1::2], parts[2::2], strict=True)


def named(name: str, task: Task, **keywords: Any) -> Task:
    """A task under another name and with more keywords."""
    return {**task, "name": name, **keywords}
