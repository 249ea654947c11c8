# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_mesh_info."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._kube.options import ConnectionOptions
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import Exposure
from .._site.side_by_side import side_by_side
from .._site.site_facts import WantedFacts, read_site_facts
from .._view.site_facts import facts_view
from .clients import client_for
from .options.connection import CONNECTION, OTHER_SITE, read_other_site
from .result import Outcome, execute
from .runtime import Runtime
from .spec import Options, Params, Spec
from .task import make_task

_WISHES: Options = {
    "exposure": {"type": "str", "choices": ["auto", "public", "private"], "default": "auto"},
    "accepts_from": {"type": "list", "elements": "str"},
    "links_to": {"type": "list", "elements": "str"},
    "link_cost": {"type": "int", "default": 1},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}

_MEMBER: Options = {
    "wishes": {"type": "dict", "options": _WISHES, "apply_defaults": True},
    "locate": {"type": "bool", "default": False},
    "evicted": {"type": "bool", "default": False},
}

SPEC = Spec(
    {
        **CONNECTION,
        **_MEMBER,
        "sites": {
            "type": "list",
            "elements": "dict",
            "no_log": True,
            "options": {**OTHER_SITE, **_MEMBER, "name": {"type": "str", "required": True}},
        },
    }
)


@dataclass(frozen=True)
class _Member:
    """A site, and what is wanted to know of it."""

    connection: ConnectionOptions
    wanted: WantedFacts
    wishes: Mapping[str, Any]
    """How it takes part in the mesh; returned as it was given."""


@dataclass(frozen=True)
class _Request:
    own: _Member
    others: Mapping[str, _Member] | None
    """The sites that are looked at instead, by name."""


def _read_request(params: Params) -> _Request:
    here = ConnectionOptions.from_params(params)
    own, sites = _read_member(params, here, links=True), params["sites"]
    if sites is None:
        return _Request(own, None)
    names = [site["name"] for site in sites]
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        raise Failure(
            Reason.INVALID_OPTION, f"sites names {' and '.join(double)} more than once: name every site once."
        )
    others = {site["name"]: _read_member(site, read_other_site(site, here), links=False) for site in sites}
    return _Request(own, others)


def _read_member(params: Params, connection: ConnectionOptions, links: bool) -> _Member:
    wishes = params["wishes"]
    exposure = None if wishes["exposure"] == "auto" else Exposure(wishes["exposure"])
    wanted = WantedFacts(exposure, bool(wishes["accepts_from"]), links, params["locate"], params["evicted"])
    return _Member(connection, wanted, wishes)


def _run(request: _Request, runtime: Runtime) -> Outcome:
    """Look at the site, or at several others."""
    if request.others is None:
        return _look(request.own, runtime)
    found = side_by_side(lambda site: _other(site, runtime), list(request.others.values()))
    return Outcome(values={"members": dict(zip(request.others, found))})


def _other(site: _Member, runtime: Runtime) -> dict[str, Any]:
    """Return what a task that looked at another site would have returned; one that fails is no reason for the rest to fail."""
    result, _secret = execute(_look, site, runtime, diff_mode=False)
    return {key: value for key, value in result.items() if key != "changed"}


def _look(member: _Member, runtime: Runtime) -> Outcome:
    wishes = member.wishes
    try:
        facts = read_site_facts(client_for(member.connection, runtime), member.wanted)
    except Failure as failure:
        raise Failure(failure.reason, failure.message, **failure.details, member={"wishes": wishes}) from None
    return Outcome(values={"member": {**facts_view(facts), "wishes": wishes}})


MESH_INFO = make_task(SPEC, _read_request, _run)
