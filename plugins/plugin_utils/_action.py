# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fast path: run a module's engine in the controller process if that makes no difference."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.inline import (
    argument_failure,
    can_run_inline,
    run_inline,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.secrets import input_secrets, shows
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.task import Task

_DISCOVERED = ("auto", "auto_silent", "auto_legacy", "auto_legacy_silent")


class SkupperAction(ActionBase):  # type: ignore[misc]
    """Runs ``task`` in this process if it can, and ships the module of the same name if not."""

    task: Task
    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task, here or by its module. Both return the same result."""
        variables = task_vars or {}
        result: dict[str, Any] = super().run(tmp, variables)
        refusal = self._refusal()
        if refusal is not None:
            result.update(refusal)
        elif self._runs_inline(variables):
            result.update(self._inline())
        else:
            result.update(self._shipped(variables))
        if self._loops_over_secrets(variables):
            self._hide_item(result)
        return result

    def _refusal(self) -> dict[str, Any] | None:
        """Refuse async if the task returns a token, since async_status would print it. None if the task may run."""
        args = self._task.args
        if self._task.async_val and self.task.returns_token(args):
            return {
                "failed": True,
                "reason": Reason.ASYNC_REFUSED.value,
                "msg": "A token that is returned can't be protected when the task runs with async: "
                "set dest, or drop async.",
            }
        return None

    def _runs_inline(self, variables: Mapping[str, Any]) -> bool:
        return (
            self._connection.transport == "local"
            and not self._play_context.become
            and not self._task.async_val
            and not any(self._task.environment or ())
            and self._is_own_interpreter(variables)
            and can_run_inline()
        )

    def _is_own_interpreter(self, variables: Mapping[str, Any]) -> bool:
        """Return whether the task uses the Python that runs this process."""
        if self._task.delegate_to:
            delegated = variables.get("ansible_delegated_vars") or {}
            variables = delegated.get(self._task.delegate_to) or {}
        named = self._templar.template(variables.get("ansible_python_interpreter"))
        if not named or named in _DISCOVERED:
            return True
        # Two virtual environments share one real interpreter, so the folders have to be compared as well.
        theirs, ours = Path(str(named)), Path(sys.executable)
        return theirs.resolve() == ours.resolve() and theirs.parent.resolve() == ours.parent.resolve()

    def _inline(self) -> dict[str, Any]:
        result, holds_secret = run_inline(
            self.task,
            _plain(self._task.args),
            name=str(self._task.action),
            check_mode=bool(self._task.check_mode),
            diff_mode=bool(self._task.diff),
            base_dir=str(self._loader.get_basedir()),
        )
        if holds_secret:
            self._hide(result)
        return result

    def _shipped(self, variables: dict[str, Any]) -> dict[str, Any]:
        failure = argument_failure(self.task, _plain(self._task.args), str(self._task.action))
        if failure is not None:
            return failure
        asynchronous = bool(self._task.async_val)
        # Connection plugins print what a module returned at high verbosity unless they are told not to.
        self._play_context.no_log = self._play_context.no_log or self.task.returns_token(self._task.args)
        shipped: dict[str, Any] = self._execute_module(task_vars=variables, wrap_async=asynchronous)
        if not asynchronous:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        if _holds_secret(shipped):
            self._hide(shipped)
        return shipped

    def _hide(self, result: dict[str, Any]) -> None:
        """Hide a result from screens and callbacks. A registered variable still has it.

        Without the task's own flag the aggregate of a loop would reach callbacks unhidden on ansible-core 2.16.
        """
        result["_ansible_no_log"] = True
        self._task.no_log = True

    def _loops_over_secrets(self, variables: Mapping[str, Any]) -> bool:
        """Return whether the loop's item holds a secret of this task's arguments. Ansible adds the item to the result."""
        if not self._task.loop and not self._task.loop_with:
            return False
        item = variables.get(self._task.loop_control.loop_var if self._task.loop_control else "item")
        return shows(_plain(item), input_secrets(_plain(self._task.args)))

    def _hide_item(self, result: dict[str, Any]) -> None:
        """Hide a result because of its item, but show why it failed, since the message holds no secret."""
        self._hide(result)
        if result.get("failed"):
            self._display.warning(f"{self._task.action} failed: {result.get('msg')} ({result.get('reason')})")


def _holds_secret(result: Mapping[str, Any]) -> bool:
    token = result.get("token")
    return isinstance(token, dict) and bool(token.get("data"))


def _plain(value: Any) -> Any:
    """Return arguments without the wrappers of templating and vaults, as a shipped module would receive them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    return float(value) if isinstance(value, float) else str(value)
