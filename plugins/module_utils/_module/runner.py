# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run an engine as a shipped module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from .result import execute
from .runtime import process_runtime
from .secrets import input_secrets
from .task import Task


class _Module(AnsibleModule):  # type: ignore[misc]
    def add_path_info(self, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Add nothing: an action plugin would not either, and the file's owner and mode are no news."""
        return kwargs


def run_module(task: Task) -> None:
    """Run as a module of its own process."""
    module = _Module(argument_spec=task.spec.options, supports_check_mode=True, **task.spec.rules())
    # A dictionary marked no_log masks each of its leaves, site ids and costs among them; mask what is secret.
    module.no_log_values = input_secrets(module.params)
    result, _secret = execute(
        task.engine, module.params, process_runtime(module.check_mode, str(Path.cwd())), bool(module._diff)
    )
    if result.get("failed"):
        module.fail_json(**result)
    module.exit_json(**result)
