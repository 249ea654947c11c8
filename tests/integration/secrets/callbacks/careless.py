# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A callback that prints results uncensored, because it bypasses the copy that Ansible makes for callbacks."""

from __future__ import annotations

from typing import Any

from ansible.executor import task_result
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: careless
type: notification
short_description: Prints what should have been hidden
description: For the tests of the tests.
"""


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Prints every result as it came from the task."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "careless"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        # The name changed after ansible-core 2.16.
        kind = getattr(task_result, "_RawTaskResult", None) or task_result.TaskResult
        method = "as_callback_task_result" if hasattr(kind, "as_callback_task_result") else "clean_copy"
        careful = getattr(kind, method)

        def careless(raw: Any) -> Any:
            self._display.display(repr(getattr(raw, "_return_data", None) or raw._result))
            return careful(raw)

        setattr(kind, method, careless)
