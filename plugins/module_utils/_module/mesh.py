# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines behind skupper_mesh_info and skupper_mesh_plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.change import Change
from .._model.errors import Failure
from .._model.mesh import Act
from .._model.reasons import Reason
from .._model.site import Exposure
from .._plan.mesh_views import sight_view
from .._site.members import Interest, look_at
from .._site.side_by_side import side_by_side
from . import argspec
from .result import Outcome, execute
from .runtime import Runtime, other_site
from .task import Task

# What is a matter of the sites that it is about; the others are linked without them.
_EVICTED = frozenset({Reason.SITE_EVICTED.value})
_OWN = _EVICTED | {
    Reason.SITE_ID_INVALID.value,
    Reason.SITE_ID_CLAIMED.value,
    Reason.SITE_RESTORED.value,
    Reason.PLAN_SHARED_ID.value,
}


def run_look(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    """Look at the site, or at several others."""
    if params["sites"] is None:
        return _look(params, runtime, links=True)
    names = [site["name"] for site in params["sites"]]
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        raise Failure(
            Reason.INVALID_OPTION, f"sites names {' and '.join(double)} more than once: name every site once."
        )
    found = side_by_side(lambda site: _other(params, site, runtime), params["sites"])
    return Outcome(values={"members": dict(zip(names, found))})


def _other(params: Mapping[str, Any], site: Mapping[str, Any], runtime: Runtime) -> dict[str, Any]:
    """What a task that looked at another site would have returned; one that fails is no reason for the rest to fail."""
    result, _secret = execute(
        lambda options, at: _look(options, at, links=False), other_site(params, site), runtime, diff_mode=False
    )
    return {key: value for key, value in result.items() if key != "changed"}


def _look(params: Mapping[str, Any], runtime: Runtime, links: bool) -> Outcome:
    wishes = params["wishes"]
    exposure = None if wishes["exposure"] == "auto" else Exposure(wishes["exposure"])
    try:
        interest = Interest(exposure, bool(wishes["accepts_from"]), links, params["locate"], params["evicted"])
        sight = look_at(runtime.client(params), interest)
    except Failure as failure:
        raise Failure(failure.reason, failure.message, **failure.details, member={"wishes": wishes}) from None
    return Outcome(values={"member": {**sight_view(sight), "wishes": wishes}})


def run_plan(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    """Tell a plan, or refuse it."""
    plan = params["plan"]
    missing = [key for key in ("refusals", "steps", "text", "summary") if key not in plan]
    if missing:
        raise Failure(
            Reason.INVALID_OPTION, f"plan has no {' and no '.join(missing)}: give it what the filter link_plan returns."
        )
    fatal = [each for each in plan["refusals"] if each["reason"] not in _OWN]
    if fatal:
        raise Failure(
            Reason.PLAN_REFUSED,
            f"The links can't be made as the inventory wants them, and nothing was written. {_told(fatal)}",
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


def _told(refusals: list[Mapping[str, Any]]) -> str:
    return " ".join(str(refusal["message"]) for refusal in refusals)


MESH_INFO = Task(argspec.MESH_INFO, run_look)
MESH_PLAN = Task(argspec.MESH_PLAN, run_plan)
