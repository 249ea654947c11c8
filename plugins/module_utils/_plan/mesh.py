# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare the links that a mesh should have with those that it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from .._model.link import Link, LinkKind, NetworkView, Peering
from .._model.mesh import Act, LinkSet, Member, MeshPlan, PlannedLink, Prune, Rules, Step, Stranger
from .._model.reasons import Reason
from .link import Issuer, LinkStep, LinkWish, Observed, judge, plan_link
from .topology import plan_links, reach

_NEVER = datetime(1970, 1, 1, tzinfo=timezone.utc)
_ACTS = {LinkStep.CREATE: Act.ADD, LinkStep.REPLACE: Act.RELINK, LinkStep.RECOST: Act.RECOST}


def plan_mesh(
    members: Sequence[Member],
    rules: Rules,
    prune: Prune = Prune.NONE,
    readmit: Iterable[str] = (),
    only: Iterable[str] | None = None,
    complete: bool = True,
) -> MeshPlan:
    """What there should be and what is to be done for it on the sites named in ``only``, or on all that were read.

    ``readmit`` names evicted members, by name or by the ids of their sites, that are taken back. Unless the members are
    ``complete``, a site that is none of them may still be one of the inventory.
    """
    named = {member.name: member for member in members}
    readmitted = tuple(sorted(_ids(readmit, named)))
    wanted = plan_links(members, rules, readmitted)
    at_work = set(named) if only is None else set(only)
    world = _World.of(named, wanted, prune, complete)
    steps: list[Step] = []
    strangers: list[Stranger] = []
    for name in sorted(at_work & set(named)):
        if named[name].sight is not None:
            extras = list(_extras(world, named[name]))
            steps += _wanted(world, named[name])
            steps += [_removal(name, extra) for extra in extras if not extra.stays]
            strangers += [_left_alone(name, extra) for extra in extras if extra.stays]
            strangers += _unknown_incoming(world, named[name])
    return MeshPlan(
        links=wanted.links,
        refusals=tuple(refusal for refusal in wanted.refusals if at_work.intersection(refusal.hosts)),
        steps=tuple(steps),
        strangers=tuple(strangers),
        unread=tuple((each.name, each.trouble) for each in sorted(members, key=_name) if each.sight is None),
        readmitted=readmitted,
        members=len(members),
        pending=tuple(
            (each.site, each.issuer)
            for each in wanted.links
            if each.unsure
            and not each.refused
            and each.site in at_work
            and _is_missed(named[each.issuer], each, at_work)
        ),
        ids=tuple((each.name, each.site_id) for each in sorted(members, key=_name) if each.site_id),
    )


def _is_missed(issuer: Member, link: PlannedLink, at_work: set[str]) -> bool:
    """Whether a link to a site that could not be read is a lack of its own.

    One that may be private, and fails in this run itself, is none of every other site.
    """
    return issuer.judged is not None or issuer.name not in at_work or link.site in issuer.accepts_from


def _name(member: Member) -> str:
    return member.name


def _ids(names: Iterable[str], members: Mapping[str, Member]) -> set[str]:
    """Ids of sites that are named by their member or by their id."""
    found = ((members[name].site_id if name in members else name) for name in names)
    return {site_id for site_id in found if site_id}


@dataclass(frozen=True)
class _World:
    """All members, and the links that there should be among them."""

    members: Mapping[str, Member]
    by_id: Mapping[str | None, Member]
    wanted: Mapping[tuple[str, str], PlannedLink]
    """By the names of their two ends."""
    own: Mapping[str, Sequence[PlannedLink]]
    """By the member that has them."""
    out: frozenset[str]
    """Names of those that are evicted."""
    prune: Prune
    complete: bool
    """Whether the site of every member is known, so that an unknown one is nobody's."""

    @classmethod
    def of(cls, members: Mapping[str, Member], plan: LinkSet, prune: Prune, complete: bool) -> _World:
        own: dict[str, list[PlannedLink]] = defaultdict(list)
        for link in plan.links:
            own[link.site].append(link)
        evictions = [refusal for refusal in plan.refusals if refusal.reason is Reason.SITE_EVICTED]
        return cls(
            members,
            {member.site_id: member for member in members.values() if member.site_id},
            {(link.site, link.issuer): link for link in plan.links},
            own,
            frozenset(name for refusal in evictions for name in refusal.hosts),
            prune,
            complete and not any(member.sight is None or member.stands_in for member in members.values()),
        )


def _wanted(world: _World, member: Member) -> Iterator[Step]:
    for link in world.own.get(member.name, ()):
        if not link.unsure and not link.refused:
            yield from _step(world, member, link)


def _step(world: _World, member: Member, wanted: PlannedLink) -> Iterator[Step]:
    """What is to be done for one link; the same planner decides as when the link is made."""
    issuer = world.members[wanted.issuer]
    plan = plan_link(LinkWish(None, wanted.cost), _issuer(issuer), _observed(member, issuer))
    if plan.step is LinkStep.CREATE and _is_turned(world, wanted):
        return
    act, why = _ACTS.get(plan.step), plan.change.why
    if plan.step is LinkStep.CREATE:
        why = wanted.why
    if plan.step is LinkStep.KEEP and plan.change.changed:
        act = Act.FINISH
    elif plan.step is LinkStep.KEEP and plan.current is not None and not plan.current.connected:
        act, why = Act.AWAIT, plan.current.why
    if act is not None:
        name = plan.name if plan.current else ""
        yield Step(member.name, act, issuer.name, why, name, wanted.cost)


def _issuer(member: Member) -> Issuer:
    sight = member.sight
    if sight is None:
        return Issuer("")
    known = sight.ca is not None
    return Issuer(sight.site_id, sight.ca, authority=known, reachable=True, evicted=sight.evicted)


def _observed(member: Member, issuer: Member) -> Observed:
    """The linking site, with the connections that the issuing site tells of: one status there speaks for all its links."""
    sight, other = member.sight, issuer.sight
    if sight is None or other is None:
        return Observed((), NetworkView(), _NEVER)
    peerings = () if other.network is None else other.network.peerings
    mine = [each for each in peerings if not each.outgoing and each.site_id == sight.site_id]
    turned = frozenset(Peering(each.identity, other.site_id, issuer.name, True, each.started) for each in mine)
    own = frozenset() if sight.network is None else sight.network.peerings
    view = NetworkView(turned | {each for each in own if each.outgoing}, known=True)
    return Observed(sight.links or (), view, sight.now or _NEVER)


def _is_turned(world: _World, wanted: PlannedLink) -> bool:
    """Whether a pair is linked the other way round, by a link that may work: one link is enough."""
    member, issuer = world.members[wanted.site], world.members[wanted.issuer]
    if not reach(site=issuer, issuer=member) or any(link.site_id == issuer.site_id for link in _links(member)):
        return False
    turned = _observed(member=issuer, issuer=member)
    back = [link for link in _links(issuer) if link.site_id == member.site_id]
    return any(not judge(link, _issuer(member), turned).dead for link in back)


def _links(member: Member) -> tuple[Link, ...]:
    return (member.sight.links or ()) if member.sight else ()


@dataclass(frozen=True)
class _Extra:
    """A link of a member that the plan does not have."""

    link: Link
    peer: str
    """Name of the member that it leads to, or the id of a site that is none."""
    why: str
    stays: str
    """Why it is left alone all the same, "" if it is removed."""


def _extras(world: _World, member: Member) -> Iterator[_Extra]:
    for link in sorted(_links(member), key=lambda each: each.name):
        if link.site_id == member.site_id:
            # A request for a token, which the site keeps as if it were a link to itself.
            continue
        peer = world.by_id.get(link.site_id)
        why = _why_unwanted(world, member, peer)
        if why:
            stays = _why_left_alone(world, member, link, peer)
            yield _Extra(link, peer.name if peer else str(link.site_id), why, stays)


def _removal(name: str, extra: _Extra) -> Step:
    return Step(name, Act.REMOVE, extra.peer, extra.why, extra.link.name, extra.link.cost)


def _left_alone(name: str, extra: _Extra) -> Stranger:
    what = "claim " if extra.link.kind is LinkKind.CLAIM else ""
    return Stranger(name, extra.peer, f"{what}{extra.link.name}: {extra.why} ({extra.stays})")


def _why_unwanted(world: _World, member: Member, peer: Member | None) -> str:
    if member.leaves:
        return f"{member.name} leaves the mesh (skupper_state)"
    if peer is None:
        return "it leads to a site that the inventory does not know"
    if peer.leaves:
        return f"{peer.name} leaves the mesh (skupper_state)"
    evicted = [each.name for each in (member, peer) if each.name in world.out]
    if evicted:
        return f"{evicted[0]} was evicted"
    turned = world.wanted.get((peer.name, member.name))
    if (member.name, peer.name) in world.wanted or (turned is not None and _is_turned(world, turned)):
        return ""
    return "the plan has no such link"


def _why_left_alone(world: _World, member: Member, link: Link, peer: Member | None) -> str:
    if _is_asked_for(world, member, link, peer):
        return _why_needed(world, member, link, peer)
    if peer is None and not world.complete:
        return "it may be one that could not be read or is not of this run"
    return "made by this collection" if link.owner is not None else "made by someone else"


def _is_asked_for(world: _World, member: Member, link: Link, peer: Member | None) -> bool:
    if member.leaves or (peer is not None and peer.leaves):
        return True
    if peer is None and not world.complete:
        return False
    if world.prune is Prune.ALL:
        return True
    return world.prune is Prune.OWN and link.owner is not None


def _why_needed(world: _World, member: Member, link: Link, peer: Member | None) -> str:
    """Why a link outside the plan stays for now: what there should be in its place can't be made or does not work yet."""
    if world.out.intersection((member.name, *((peer.name,) if peer else ()))):
        return ""
    if peer is not None and not peer.leaves and not member.leaves and peer.unsettled:
        return f"it stays until it is known where {peer.name} is reached"
    own = world.own.get(member.name, ())
    pending = [each.issuer for each in own if each.unsure and not each.refused]
    alone = bool(own) and all(each.unsure or each.refused for each in own)
    if alone or (pending and not (peer is not None and peer.leaves)):
        names = " and ".join(pending or [each.issuer for each in own])
        return f"it stays as long as {member.name} can't be linked to {names}"
    turned = None if peer is None else world.wanted.get((peer.name, member.name))
    if peer is None or turned is None or judge(link, _issuer(peer), _observed(member, peer)).dead:
        return ""
    broken = any(True for _each in _step(world, peer, turned))
    return f"it stays until the link from {peer.name} works" if broken else ""


def _unknown_incoming(world: _World, member: Member) -> Iterator[Stranger]:
    """Sites that are linked to a member and that the inventory does not know."""
    for each in member.sight.incoming if member.sight else ():
        if world.by_id.get(each.site_id) is None:
            why = "the inventory does not know this site"
            if not world.complete:
                why += ", unless it is one that could not be read or is not of this run"
            yield Stranger(member.name, f"{each.name} ({each.site_id})", why, incoming=True)
