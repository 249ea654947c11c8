# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that writes every result of a play to a file, one JSON line each, as soon as it is there."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: results
type: notification
short_description: Writes results to the file that RESULTS_FILE names
description: One JSON line for each result of a task; what a play must not show is not in it.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Writes at once, so that a play that is killed leaves what it had done."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "results"

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._began: dict[str, float] = {}

    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        """Record when the task started."""
        self._began.setdefault(task._uuid, time.monotonic())

    def _note(self, status: str, result: Any) -> None:
        line = {
            "status": status,
            "task": result._task.get_name().rpartition(" : ")[2],
            "action": result._task.action,
            "host": result._host.get_name(),
            "values": dict(result._result),
            "ended": time.time(),
            "seconds": time.monotonic() - self._began.get(result._task._uuid, float("inf")),
        }
        with Path(os.environ["RESULTS_FILE"]).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        """Note success, changed or not."""
        self._note("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Note a failure, ignored or not."""
        self._note("failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Note a task that was not run."""
        self._note("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Note a host that could not be reached."""
        self._note("unreachable", result)
