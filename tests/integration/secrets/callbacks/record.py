# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes every result it is given to a file as JSON, as callbacks for machines do."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: record
type: notification
short_description: Writes all results to the file that RECORD_FILE names
description: Every result of a play as one list.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Collects results; those of a loop's items come before the loop's own."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[dict[str, Any]] = []

    def _note(self, event: str, result: Any) -> None:
        name, host = result._task.get_name(), result._host.get_name()
        self.seen.append({"event": event, "task": name, "host": host, "result": dict(result._result)})

    def v2_runner_on_ok(self, result: Any) -> None:
        self._note("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._note("failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._note("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._note("unreachable", result)

    def v2_runner_retry(self, result: Any) -> None:
        self._note("retry", result)

    def v2_runner_on_async_poll(self, result: Any) -> None:
        self._note("poll", result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._note("item", result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._note("failed item", result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        with Path(os.environ["RECORD_FILE"]).open("w", encoding="utf-8") as stream:
            json.dump(self.seen, stream, indent=1, default=str)
