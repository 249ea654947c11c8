# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn results of hosts into the plan of an eviction, and the plan into text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.words import counted
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.eviction import (
    Eviction,
    Links,
    Outsider,
    plan_eviction,
)

from ._mesh import member_of
from ._summary.revocation import outsider

# Seconds, measured on real sites of Skupper 1.9.6: ten linked sites, each linked again as soon as the new router served.
_OUTAGE = "about 11 seconds"


def eviction_plan(
    looks: Any,
    party: str,
    links: Any,
    groups: Mapping[str, Iterable[str]] | None = None,
    stand_ins: Iterable[str] = (),
) -> Any:
    """Return the plan of an eviction for sites by their names. Raise AnsibleFilterError for other values.

    Texts of sites are marked as no templates.
    """
    if not isinstance(looks, Mapping) or not isinstance(links, Mapping):
        raise AnsibleFilterError(
            "eviction_plan needs dictionaries of results of skupper_mesh_info and skupper_link_info by the sites' names."
        )
    away = frozenset(map(str, stand_ins))
    members = [member_of(str(name), look, groups or {}, str(name) in away) for name, look in looks.items()]
    plan = plan_eviction(str(party), members, {str(name): _links(found) for name, found in links.items()})
    return wrap_var(_view(plan))


def _links(found: Any) -> Links:
    values: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    incoming, outgoing = values.get("incoming") or (), values.get("links") or ()
    return Links(
        {str(each["site_id"]): str(each.get("name") or "") for each in incoming if each.get("site_id")},
        {str(each["site_id"]): str(each.get("name") or "") for each in outgoing if each.get("site_id")},
        None if values.get("claims") is None else tuple(str(each.get("name")) for each in values["claims"]),
        tuple(str(each["issued_for"]) for each in values.get("claims") or () if each.get("issued_for")),
    )


def _view(plan: Eviction) -> dict[str, Any]:
    party = plan.party
    reason, message = (plan.refusal[0].value, plan.refusal[1]) if plan.refusal else (None, None)
    return {
        "site_id": party.site_id,
        "host": party.host,
        "location": None if party.location is None else party.location.view(),
        "refusal": None if reason is None else {"reason": reason, "message": message},
        "rotate": [name for name, _why in plan.rotate],
        "spare": [name for name, _why in plan.spare],
        "unread": dict(plan.unread),
        "outside": [_outsider(each) for each in plan.outside],
        "before": [name for name, _why in plan.rotate if name in plan.before],
        "losses": {name: list(losers) for name, losers in plan.losses.items()},
        "text": [_printable(line) for line in _lines(plan)],
    }


def _printable(line: str) -> str:
    """Return a line without characters that could move a cursor."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in line)


def _lines(plan: Eviction) -> Iterator[str]:
    if plan.refusal:
        return
    who = f"{plan.party.host} ({plan.party.site_id})" if plan.party.host else plan.party.site_id
    fresh = [name for name, _why in plan.rotate if name not in plan.before]
    affected = {loser for name in fresh for loser in plan.losses.get(name) or ()}
    yield (
        f"Evicting {who}: {counted(len(fresh), 'site')} to get a new CA, one after the other; "
        f"{counted(len(affected), 'other site')} to lose a link for {_OUTAGE} each time"
    )
    for name, why in plan.rotate:
        losers = plan.losses.get(name) or ()
        lost = f"cuts {', '.join(losers)}" if losers else "cuts no other site"
        again = ", but only if its earlier eviction is not proved any more" if name in plan.before else ""
        yield f"{name}: new CA, since {why}{again}; {lost}"
    for name, why in plan.spare:
        yield f"{name}: left alone, since {why}"
    for name, why in plan.unread:
        yield f"{name}: not covered, since it could not be read ({why})"
    for each in plan.outside:
        yield f"{outsider(_outsider(each))}: not covered, since it is not a host of this inventory"


def _outsider(site: Outsider) -> dict[str, str]:
    return {"site_id": site.site_id, "name": site.name, "seen_by": site.seen_by}
