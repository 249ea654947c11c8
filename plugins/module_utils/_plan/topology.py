# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which links a mesh should have, and in which direction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import combinations
from typing import Callable

from .._model.mesh import LinkSet, Member, PlannedLink, Refusal, Rules, Topology
from .._model.reasons import Reason
from .._model.site import Exposure
from .._model.words import counted
from .identity import Doubts, Readmitted, claimed_ids, evicts
from .refusals import (
    divided,
    edge_target,
    evicted_by,
    evictions,
    islands,
    same_sites,
    unknown_target,
    unreachable,
)


class Reach(IntEnum):
    """Whether one site can open a connection to another."""

    NO = 0
    MAYBE = 1
    """The other one could not be read, and the inventory does not say."""
    YES = 2


def reach(site: Member, issuer: Member) -> Reach:
    """Return whether a site can be linked to another one, by its exposure and mode."""
    if issuer.is_edge:
        return Reach.NO
    if site.name in issuer.accepts_from or issuer.judged is Exposure.PUBLIC:
        return Reach.YES
    return Reach.MAYBE if issuer.judged is None else Reach.NO


def plan_links(members: Sequence[Member], rules: Rules, readmitted: Readmitted | None = None) -> LinkSet:
    """Return all desired links and all refusals, sorted by name, whatever the order of the members."""
    roster = _Roster.of(members, readmitted or Readmitted())
    links, refusals = _TOPOLOGIES[rules.topology](roster, rules)
    claimed = claimed_ids(links, roster.by_name, frozenset(roster.doubts.by_name))
    made = sorted(
        (_with_objections(roster, link, claimed) for link in links), key=lambda link: (link.site, link.issuer)
    )
    out = evictions(roster.present, made, roster.evicts)
    wrong = [
        *same_sites(roster.by_name.values()),
        *(_with_linked_hosts(refusal, made) for refusal in roster.doubts.refusals),
        *dict.fromkeys(claimed.values()),
        *refusals,
        *out.values(),
        *islands(roster.present, made, frozenset(out)),
        *divided(roster.present, made),
    ]
    return LinkSet(tuple(made), tuple(sorted(wrong, key=lambda refusal: (refusal.hosts, refusal.message))))


def _with_linked_hosts(refusal: Refusal, links: Sequence[PlannedLink]) -> Refusal:
    """Return a refusal that also names the members that should be linked with those that it is about."""
    pairs = ((link.site, link.issuer) for link in links)
    ends = {name for pair in pairs if not frozenset(pair).isdisjoint(refusal.hosts) for name in pair}
    return replace(refusal, hosts=(*refusal.hosts, *sorted(ends.difference(refusal.hosts))))


@dataclass(frozen=True)
class _Roster:
    """The members by name, and those of them that do not leave."""

    present: tuple[Member, ...]
    by_name: Mapping[str, Member]
    doubts: Doubts
    readmitted: Readmitted

    @classmethod
    def of(cls, members: Sequence[Member], readmitted: Readmitted) -> _Roster:
        ordered = sorted(members, key=lambda member: member.name)
        staying = tuple(member for member in ordered if not member.leaves)
        return cls(staying, {member.name: member for member in ordered}, Doubts.of(ordered), readmitted)

    def evicts(self, site: Member, other: Member) -> bool:
        """Return whether a site has evicted another one. The lists of sites that leave do not count."""
        return not site.leaves and not other.leaves and evicts(site, other, self.readmitted)

    def are_parted(self, one: Member, other: Member) -> bool:
        """Return whether one of two has evicted the other."""
        return self.evicts(one, other) or self.evicts(other, one)


_Links = list[PlannedLink]
_Refusals = list[Refusal]
_Ranked = Sequence[Member]


def _with_objections(roster: _Roster, link: PlannedLink, claimed: Mapping[tuple[str, str], Refusal]) -> PlannedLink:
    """Return the link with the objections to it."""
    issuer = roster.by_name[link.issuer]
    unsure = f"{issuer.name} could not be read ({issuer.trouble})" if issuer.facts is None else ""
    return replace(link, refused=_why_refused(roster, link, claimed), unsure=unsure)


def _why_refused(roster: _Roster, link: PlannedLink, claimed: Mapping[tuple[str, str], Refusal]) -> str:
    site, issuer = roster.by_name[link.site], roster.by_name[link.issuer]
    doubted = next(
        (roster.doubts.by_name[each.name] for each in (site, issuer) if each.name in roster.doubts.by_name), None
    )
    wrong = doubted or claimed.get((link.site, link.issuer))
    if wrong is not None:
        return wrong.message
    pairs = ((issuer, site), (site, issuer))
    return next((evicted_by(who, whom) for who, whom in pairs if roster.evicts(who, whom)), "")


def _full(roster: _Roster, rules: Rules) -> tuple[_Links, _Refusals]:
    """Link every pair of which one can reach the other."""
    accepting = [
        each
        for each in roster.present
        if not each.is_edge and (each.judged is not Exposure.PRIVATE or each.accepts_from)
    ]
    names = {each.name for each in accepting}
    # Two sites that accept nothing have no link; they are by far the most.
    pairs = [
        *combinations(accepting, 2),
        *((one, each) for each in accepting for one in roster.present if one.name not in names),
    ]
    return [link for pair in pairs for link in _one_link(*pair)], []


def _one_link(one: Member, other: Member) -> _Links:
    """Return the link between two sites in the direction that works. Empty if no direction does."""
    ways = [pair for pair in ((one, other), (other, one)) if reach(*pair)]
    if not ways:
        return []
    # If both work, the more public one issues, and of two alike the one that comes first by name.
    site, issuer = min(ways, key=lambda way: (way[1].judged is Exposure.PRIVATE, way[1].name))
    return [_planned(site, issuer, _why_full(site, issuer, len(ways) > 1))]


def _planned(site: Member, issuer: Member, why: str) -> PlannedLink:
    return PlannedLink(site.name, issuer.name, site.cost, why)


def _why_full(site: Member, issuer: Member, both: bool) -> str:
    if both:
        return f"{site.name} and {issuer.name} can reach each other, and {_why_this_way(site, issuer)}"
    return _why_reached(site, issuer)


def _why_this_way(site: Member, issuer: Member) -> str:
    if site.judged is Exposure.PRIVATE and issuer.judged is not Exposure.PRIVATE:
        return f"{issuer.name} is the public one"
    return f"{issuer.name} comes first by name"


def _why_reached(site: Member, issuer: Member) -> str:
    if issuer.judged is Exposure.PUBLIC:
        return f"{issuer.name} is public ({issuer.why_judged()})"
    if issuer.judged is None:
        return f"{issuer.name} may be public"
    return f"{issuer.name} accepts links from {site.name} (skupper_accepts_from)"


def _hubs(roster: _Roster, rules: Rules) -> tuple[_Links, _Refusals]:
    """Link the hubs with each other, and every other site to the hubs that its name picks."""
    hubs = [member for member in roster.present if not member.is_edge and member.judged is not Exposure.PRIVATE]
    names = {hub.name for hub in hubs}
    others = [member for member in roster.present if member.name not in names]
    links = [link for pair in combinations(hubs, 2) for link in _one_link(*pair)]
    picked = [link for member in others for link in _links_to_hubs(roster, member, hubs, others, rules.hubs_per_site)]
    return links + _without_twins(picked), []


def _links_to_hubs(
    roster: _Roster, site: Member, hubs: Sequence[Member], others: Sequence[Member], count: int
) -> _Links:
    """Return the links of a site to its hubs. If too few hubs are public, link it to sites that accept links from it."""
    near = [each for each in others if each.accepts_from and each is not site and reach(site, each)]
    # Prefer hubs that can be linked to, so that no site depends on a link that is not made.
    open_hubs, open_near = ([each for each in some if not roster.are_parted(site, each)] for some in (hubs, near))
    if not (open_hubs or open_near):
        open_hubs, open_near = list(hubs), near
    doubted = frozenset(roster.doubts.by_name)
    chosen = _choose_hubs(
        site, _rendezvous_order(site.name, open_hubs), _rendezvous_order(site.name, open_near), count, doubted
    )
    return [_planned(site, hub, f"{_why_reached(site, hub)}; {why}") for hub, why in chosen]


def _choose_hubs(
    site: Member, hubs: _Ranked, near: _Ranked, count: int, doubted: frozenset[str]
) -> list[tuple[Member, str]]:
    """Return the hubs of a site, each with the reason: first those it is linked to, then those of the highest rank."""
    linked = {link.site_id for link in (site.facts.links or ())} if site.facts else set()
    pool = [*hubs, *near]
    kept = [(hub, "it is linked there already") for hub in pool if hub.site_id and hub.site_id in linked][:count]
    # A link to an unknown site may lead to a hub that could not be read. That is no reason for another link.
    hidden = linked - {hub.site_id for hub in pool} - {None}
    unread = [hub for hub in hubs if hub.site_id is None]
    kept += [(hub, "it may be linked there already") for hub in unread[: min(len(hidden), count - len(kept))]]
    names = {hub.name for hub, _why in kept}
    # A hub that could not be read may be private, or gone for long. Those that can be linked to now come first.
    by_sight = sorted(hubs, key=lambda hub: hub.facts is None or hub.name in doubted)
    free = [(hub, _why_ranked(hubs)) for hub in by_sight] + [(each, "too few are public") for each in near]
    return kept + [(hub, why) for hub, why in free if hub.name not in names][: count - len(kept)]


def _why_ranked(hubs: _Ranked) -> str:
    return f"rendezvous hashing of the names picks it among {counted(len(hubs), 'hub')}"


def _rendezvous_order(name: str, hubs: Iterable[Member]) -> list[Member]:
    """Return the hubs in the site's own order, by rendezvous hashing. Other sites and hubs do not change that order."""
    return sorted(hubs, key=lambda hub: hashlib.sha256(f"{name}\0{hub.name}".encode()).digest(), reverse=True)


def _without_twins(links: _Links) -> _Links:
    """Return the links without the second one of two sites that have picked each other."""
    pairs = {(link.site, link.issuer) for link in links}
    return [link for link in links if (link.issuer, link.site) not in pairs or link.issuer < link.site]


def _explicit(roster: _Roster, rules: Rules) -> tuple[_Links, _Refusals]:
    """Link sites as they name each other, as far as possible."""
    links: _Links = []
    refusals: _Refusals = []
    seen: dict[frozenset[str], str] = {}
    for site in roster.present:
        for name in dict.fromkeys(site.links_to):
            wrong = _objection(roster, site, name, seen)
            if wrong is not None:
                refusals.append(wrong)
            elif not roster.by_name[name].leaves:
                links.append(_planned(site, roster.by_name[name], f"{site.name} names it in skupper_links_to"))
    return links, refusals


def _objection(roster: _Roster, site: Member, name: str, seen: dict[frozenset[str], str]) -> Refusal | None:
    """Return what keeps a site from being linked to the one it names. None if nothing does."""
    issuer = roster.by_name.get(name)
    if issuer is None or issuer is site:
        return unknown_target(site, name)
    pair = frozenset((site.name, name))
    if pair in seen:
        return Refusal(
            Reason.PLAN_DUPLICATE_PAIR,
            f"{site.name} and {name} name each other in skupper_links_to, and two sites need no more than one link: "
            f"take {seen[pair]} out of the list of the other one.",
            tuple(sorted(pair)),
        )
    seen[pair] = site.name
    if issuer.is_edge:
        return edge_target(site, issuer)
    return None if reach(site, issuer) else unreachable(site, issuer, bool(reach(site=issuer, issuer=site)))


_TOPOLOGIES: dict[Topology, Callable[[_Roster, Rules], tuple[_Links, _Refusals]]] = {
    Topology.FULL: _full,
    Topology.HUBS: _hubs,
    Topology.EXPLICIT: _explicit,
}
