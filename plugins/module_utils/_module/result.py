# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what an engine run found to what a task returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, TypeVar

from .._model.change import Change
from .._model.errors import Failure
from .._model.printable import LONGEST_MESSAGE, printable
from .._model.reasons import Reason
from .._view.failure import failure_view
from .runtime import Runtime
from .spec import Params


@dataclass(frozen=True)
class Outcome:
    """What one run of a module's engine came to."""

    change: Change = field(default_factory=Change)
    values: Mapping[str, Any] = field(default_factory=dict)
    holds_secret: bool = False
    """Whether ``values`` hold a password or a key, so that no callback may print them."""
    warnings: tuple[str, ...] = ()
    prepared: str = ""
    """A diff as people read it, in place of the change's before and after."""


Request = TypeVar("Request")
Engine = Callable[[Params, Runtime], Outcome]


def execute(
    engine: Callable[[Request, Runtime], Outcome], request: Request, runtime: Runtime, diff_mode: bool
) -> tuple[dict[str, Any], bool]:
    """Run an engine; returns the task's result and whether it holds a secret. Raises nothing."""
    try:
        outcome = engine(request, runtime)
    except Failure as failure:
        return failure_view(failure), False
    except Exception as error:  # noqa: BLE001 - the last resort, so that no user meets a traceback
        return {"failed": True, "msg": _defect(error), "reason": Reason.INTERNAL.value}, False
    return _success(outcome, diff_mode), outcome.holds_secret


def _success(outcome: Outcome, diff_mode: bool) -> dict[str, Any]:
    result: dict[str, Any] = {"changed": outcome.change.changed, **outcome.values}
    if outcome.change.changed and outcome.change.why:
        result["change_reason"] = outcome.change.why
    if diff_mode:
        change = outcome.change
        prepared = {"prepared": outcome.prepared}
        result["diff"] = prepared if outcome.prepared else {"before": dict(change.before), "after": dict(change.after)}
    if outcome.warnings:
        result["warnings"] = [printable(warning, LONGEST_MESSAGE) for warning in outcome.warnings]
    return result


def _defect(error: Exception) -> str:
    """Return a sentence with the place of an unforeseen error. Its text is left out, since it may quote a secret."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "an unknown place"
    return f"A defect of sitemesh.skupper, please report it: unexpected {type(error).__name__} at {place}."
