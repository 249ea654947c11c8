# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_mesh_plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.act import Act
from .._model.change import Change
from .._model.errors import Failure
from .._model.reasons import Reason
from .result import Outcome
from .runtime import Runtime
from .spec import Params, Spec
from .task import make_task

# What is a matter of the sites that it is about; the others are linked without them.
_EVICTED = frozenset({Reason.SITE_EVICTED.value})
_OWN = _EVICTED | {
    Reason.SITE_ID_INVALID.value,
    Reason.SITE_ID_CLAIMED.value,
    Reason.SITE_RESTORED.value,
    Reason.PLAN_SHARED_ID.value,
}

SPEC = Spec({"plan": {"type": "dict", "required": True}})


def _read_request(params: Params) -> Mapping[str, Any]:
    """Read the plan; raises Failure(invalid_option) if it is none."""
    plan: Mapping[str, Any] = params["plan"]
    missing = [key for key in ("refusals", "steps", "text", "summary") if key not in plan]
    if missing:
        raise Failure(
            Reason.INVALID_OPTION, f"plan has no {' and no '.join(missing)}: give it what the filter link_plan returns."
        )
    return plan


def _run(plan: Mapping[str, Any], _runtime: Runtime) -> Outcome:
    """Report a plan, or refuse it."""
    fatal = [each for each in plan["refusals"] if each["reason"] not in _OWN]
    if fatal:
        raise Failure(
            Reason.PLAN_REFUSED,
            f"The links can't be made as the inventory describes them, and nothing was written. {_messages(fatal)}",
            refusals=fatal,
        )
    # What is only waited for is no change.
    written = {
        host: [dict(step) for step in steps if step["act"] != Act.AWAIT.value] for host, steps in plan["steps"].items()
    }
    changes = {host: steps for host, steps in written.items() if steps}
    hosts = {*written, *(plan.get("pending") or {}), *(host for each in plan["refusals"] for host in each["hosts"])}
    if plan.get("readmitted") or plan.get("readmitted_locations"):
        # Any of them may have noted the eviction.
        hosts.update(plan["site_ids"])
    evicted, refused = (_of(plan["refusals"], some) for some in (_EVICTED, _OWN - _EVICTED))
    values = {"summary": plan["summary"], "text": plan["text"], "hosts": sorted(hosts), "evicted": evicted}
    values["refused"] = refused
    return Outcome(Change({}, changes), values, prepared=f"{plan['summary']}\n{plan['text']}\n")


def _of(refusals: list[Any], reasons: frozenset[str]) -> list[Any]:
    return [each for each in refusals if each["reason"] in reasons]


def _messages(refusals: list[Mapping[str, Any]]) -> str:
    return " ".join(str(refusal["message"]) for refusal in refusals)


MESH_PLAN = make_task(SPEC, _read_request, _run)
