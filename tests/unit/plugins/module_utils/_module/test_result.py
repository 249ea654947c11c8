# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From engines to results: nothing is raised, and nothing unknown is quoted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.change import Change
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.result import Engine, Outcome, execute
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runtime import Runtime, process_runtime

AROUND = process_runtime(check_mode=False, base_dir="/base")
CHANGE = Change({"cost": 1}, {"cost": 2}, "its cost differs")


def engine(outcome: Outcome) -> Engine:
    """An engine that comes to this."""
    return lambda params, runtime: outcome


@pytest.mark.parametrize(
    ("outcome", "diff_mode", "result"),
    [
        pytest.param(Outcome(), False, {"changed": False}, id="nothing"),
        pytest.param(Outcome(), True, {"changed": False, "diff": {"before": {}, "after": {}}}, id="nothing, diff"),
        pytest.param(Outcome(CHANGE), False, {"changed": True, "change_reason": "its cost differs"}, id="change"),
        pytest.param(
            Outcome(CHANGE),
            True,
            {
                "changed": True,
                "change_reason": "its cost differs",
                "diff": {"before": {"cost": 1}, "after": {"cost": 2}},
            },
            id="change, diff",
        ),
        pytest.param(Outcome(Change({"a": 1}, {"a": 1}, "why")), False, {"changed": False}, id="no change, no reason"),
        pytest.param(
            Outcome(values={"link": {"name": "link1"}}),
            False,
            {"changed": False, "link": {"name": "link1"}},
            id="values",
        ),
        pytest.param(Outcome(warnings=("mind",)), False, {"changed": False, "warnings": ["mind"]}, id="warning"),
    ],
)
def test_success(outcome: Outcome, diff_mode: bool, result: dict[str, Any]) -> None:
    """What a task returns comes from the outcome alone."""
    assert execute(engine(outcome), {}, AROUND, diff_mode) == (result, False)
    assert execute(engine(replace(outcome, holds_secret=True)), {}, AROUND, diff_mode) == (result, True)


def raising(error: BaseException) -> Engine:
    """An engine that fails."""

    def run(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
        raise error

    return run


def test_failure() -> None:
    """Message, reason and details."""
    failure = Failure(Reason.LINK_TIMEOUT, "Too late.", link={"name": "link1"})
    assert execute(raising(failure), {}, AROUND, False) == (
        {"failed": True, "msg": "Too late.", "reason": "link_timeout", "link": {"name": "link1"}},
        False,
    )


@pytest.mark.parametrize(
    "error",
    [
        ValueError("open sesame"),
        KeyError("open sesame"),
        RuntimeError("open", "sesame"),
        RecursionError("open sesame"),
        MemoryError("open sesame"),
        UnicodeDecodeError("utf-8", b"open sesame", 0, 1, "open sesame"),
        type("open_sesame", (Exception,), {"__str__": lambda self: 1 / 0})("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_defect(error: Exception) -> None:
    """An error that nobody foresaw is named by its kind and place; its text may be a secret."""
    result, holds_secret = execute(raising(error), {"password": "open sesame"}, AROUND, True)
    assert (result["failed"], result["reason"], holds_secret) == (True, "internal_error", False)
    assert type(error).__name__ in result["msg"]
    assert "test_result.py:" in result["msg"]
    assert "open sesame" not in str(result)


def test_interruption_is_no_defect() -> None:
    """Ctrl-C ends the run."""
    with pytest.raises(KeyboardInterrupt):
        execute(raising(KeyboardInterrupt()), {}, AROUND, False)


def test_located() -> None:
    """A failure names its place, once."""
    failure = Failure(Reason.INVALID_NAME, "No name.", extra=1)
    located = failure.located("namespace east")
    assert located.message == "In namespace east: No name."
    assert (located.reason, located.details) == (Reason.INVALID_NAME, {"extra": 1})
    assert located.located("namespace east").message == located.message


def test_process_around() -> None:
    """The process's own clock, and choices that can't be foretold."""
    before = datetime.now(timezone.utc)
    assert before <= AROUND.now() <= datetime.now(timezone.utc)
    assert {AROUND.choose("ab") for _turn in range(200)} == {"a", "b"}
    assert AROUND.clock.monotonic() <= AROUND.clock.monotonic()
