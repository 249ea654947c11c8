# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run an engine: as a shipped module, or in the controller process for an action plugin."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError

from .._kube.login import HAS_KUBERNETES
from .._pki.certificate import HAS_CRYPTOGRAPHY
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


def can_run_inline() -> bool:
    """Whether this process has the libraries that the engine needs."""
    return HAS_KUBERNETES and HAS_CRYPTOGRAPHY


def argument_failure(task: Task, args: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """What the module ``name`` would fail with because its arguments do not fit its options; None if they do.

    A shipped module must not get that far: where a dictionary is expected and text is given, AnsibleModule forgets
    what it was to mask and prints all arguments.
    """
    return _checked(task, args, name)[1]


def run_inline(
    task: Task, args: Mapping[str, Any], name: str, check_mode: bool, diff_mode: bool, base_dir: str
) -> tuple[dict[str, Any], bool]:
    """Run in this process; returns what the module ``name`` would have, and whether it holds a secret."""
    params, failure = _checked(task, args, name)
    if failure is not None:
        return failure, False
    result, holds_secret = execute(task.engine, params, process_runtime(check_mode, base_dir), diff_mode)
    return _masked(result, input_secrets(params)), holds_secret


def _checked(task: Task, args: Mapping[str, Any], name: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    checked = ArgumentSpecValidator(task.spec.options, **task.spec.rules()).validate(dict(args))
    params: dict[str, Any] = checked.validated_parameters
    if not checked.error_messages:
        return params, None
    message = checked.errors.msg
    if isinstance(checked.errors[0], UnsupportedError):
        message = f"Unsupported parameters for ({name}) module: {message}"
    return params, _masked({"failed": True, "msg": message}, checked._no_log_values | input_secrets(args))


def _masked(value: Any, secrets: set[str]) -> Any:
    return remove_values(value, secrets)
