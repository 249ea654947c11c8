# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module's engine as a task would, against a test's server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.result import execute
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runtime import Runtime
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.task import Task

from tests.unit.support.apiserver import ApiServer
from tests.unit.support.clock import FakeTime

Result = dict[str, Any]


@dataclass
class Runner:
    """Runs tasks in one namespace of a server."""

    api: ApiServer
    time: FakeTime
    task: Task
    namespace: str
    choose: Callable[[str], str] = lambda characters: characters[0]
    probes: bool = False

    def connection(self, namespace: str) -> dict[str, Any]:
        """Return connection options for a namespace."""
        return {"host": self.api.url, "api_key": "k", "ca_cert": str(self.api.tls.ca_file), "namespace": namespace}

    def __call__(self, check: bool = False, **args: Any) -> Result:
        """Run a task and return its result, with its differences."""
        validator = ArgumentSpecValidator(self.task.spec.options, **self.task.spec.rules())
        checked = validator.validate({**self.connection(self.namespace), **args})
        assert not checked.error_messages, checked.error_messages
        runtime = Runtime(
            check_mode=check,
            environ={},
            base_dir="/",
            clock=self.time.clock(),
            now=lambda: datetime(2020, 1, 1, tzinfo=timezone.utc),
            choose=self.choose,
            probes=self.probes,
        )
        result, self.holds_secret = execute(self.task.engine, checked.validated_parameters, runtime, diff_mode=True)
        return result

    def failing(self, reason: str, **args: Any) -> str:
        """Return the message of a task that must fail for this reason, in check mode and without, and write nothing."""
        messages = []
        for check in (True, False):
            result = self(check, **args)
            assert (result.get("failed"), result.get("reason")) == (True, reason), result
            messages.append(str(result["msg"]))
        assert messages[0] == messages[1]
        return messages[0]
