# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run an engine in the controller process, for an action plugin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError

from .._kube.login import HAS_KUBERNETES
from .._pki.certificate import HAS_CRYPTOGRAPHY
from .result import execute
from .runtime import process_runtime
from .secrets import input_secrets
from .task import Task


def can_run_inline() -> bool:
    """Return whether this process has the libraries that the engine needs."""
    return HAS_KUBERNETES and HAS_CRYPTOGRAPHY


def argument_failure(task: Task, args: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """Return what the module ``name`` would fail with because its arguments do not fit its options; None if they do.

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
