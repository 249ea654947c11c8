# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Members of a mesh, and their states after a plan was carried out.

Tests write the id of a site as `id-NAME`; the members have ids as API servers make them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.act import Act
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import (
    Link,
    LinkKind,
    NetworkView,
    Peering,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.mesh import Member, MeshPlan
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Exposure, Mode
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site_facts import SiteFacts

from tests.unit.support.certificates import NOW, known, leaf

CA = known("now").pem
SIGNED = leaf("now")
FORMER = leaf("former")
TROUBLE = "the API server timed out"


_WRITTEN: dict[str, str] = {}
"""What tests write for an id."""


def ident(text: str) -> str:
    """Return the id that is written as `id-NAME`; any other text is an id itself."""
    if not text.startswith("id-"):
        return text
    made = str(uuid5(NAMESPACE_URL, text))
    _WRITTEN[made] = text
    return made


def shown(text: str) -> str:
    """Return a text with ids as tests write them."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda found: _WRITTEN.get(found[0], found[0]), text)


def place(site_id: str) -> Location:
    """Return the place of a site, each in a cluster of its own."""
    name = shown(site_id).removeprefix("id-")
    return Location(name, None, (f"ca-of-{name}",))


def link(own_id: str, site_id: str, name: str = "", cost: int = 1, **changes: Any) -> Link:
    """Return a link that this collection made a while ago, signed by the current CA of its issuing site."""
    made = Link(
        name=name or f"to-{shown(site_id)}",
        kind=LinkKind.CERTIFICATE,
        site_id=ident(site_id),
        cost=cost,
        host="",
        url="amqps://203.0.113.7:55671",
        certificate=SIGNED,
        created=NOW - timedelta(days=1),
        owner=ident(own_id),
        issuer=place(site_id),
    )
    return replace(made, **changes)


def public(name: str, **changes: Any) -> Member:
    """Return a site that others can reach."""
    return _member(name, Exposure.PUBLIC, f"ingress loadbalancer at {name}.example.com", **changes)


def private(name: str, **changes: Any) -> Member:
    """Return a site that others can't reach."""
    return _member(name, Exposure.PRIVATE, "ingress is none", **changes)


def edge(name: str) -> Member:
    """Return an edge site."""
    found = private(name)
    return replace(found, facts=replace(_facts(found), mode=Mode.EDGE))


def unread(name: str) -> Member:
    """Return a site that could not be read."""
    return Member(name, trouble=TROUBLE)


def _facts(member: Member) -> SiteFacts:
    if member.facts is None:
        raise AssertionError(f"{member.name} was not read")
    return member.facts


def _member(
    name: str,
    seen: Exposure,
    why: str,
    links: Sequence[Link | str] = (),
    incoming: Iterable[str] = (),
    evicted: tuple[str, ...] = (),
    **changes: Any,
) -> Member:
    own = f"id-{name}"
    facts = SiteFacts(
        ident(own),
        exposure=seen,
        exposure_reason=why,
        closed=seen is Exposure.PRIVATE,
        links=tuple(link(own, each) if isinstance(each, str) else each for each in links),
        network=NetworkView(frozenset(_from(each) for each in incoming), known=True),
        ca=CA,
        evicted=tuple(map(ident, evicted)),
        location=place(own),
        now=NOW,
    )
    return Member(name, facts, **changes)


def _from(site_id: str) -> Peering:
    written = shown(site_id)
    return Peering(f"conn-{written}", ident(site_id), written.removeprefix("id-"), outgoing=False)


def carried_out(members: Sequence[Member], plan: MeshPlan) -> list[Member]:
    """Return the members after all steps of a plan have been taken and all links are up."""
    ids = {member.name: member.site_id or "" for member in members}
    links = {
        member.name: {each.name: each for each in _facts(member).links or ()} for member in members if member.facts
    }
    for step in plan.steps:
        if step.act is Act.REMOVE:
            del links[step.site][step.link]
        else:
            name = step.link or f"to-{step.peer}"
            links[step.site][name] = link(ids[step.site], ids[step.peer], name, step.cost)
    ends = [(ids[site], each.site_id) for site, own in links.items() for each in own.values()]
    return [
        replace(
            member,
            facts=replace(
                member.facts,
                links=tuple(links[member.name].values()),
                network=NetworkView(frozenset(_from(site) for site, to in ends if to == member.site_id), known=True),
            ),
        )
        if member.facts
        else member
        for member in members
    ]
