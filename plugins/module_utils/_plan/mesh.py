# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare the links that a mesh should have with those that it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .._model.instant import EPOCH
from .._model.link import Link, LinkKind, NetworkView, Peering, Replace
from .._model.location import Location
from .._model.mesh import Act, LinkSet, Member, MeshPlan, PlannedLink, Prune, Rules, Step, Stranger
from .._model.observed import Issuer, Observed
from .identity import Doubts, Readmitted, doubtful, evicts, leads_to
from .link import LinkStep, LinkWish, plan_link, unattributed
from .link_verdict import judge, leads_here
from .refusals import evicted_by
from .topology import plan_links, reach

_NOWHERE = "an unknown site"
_NO_AUTHOR = "it does not say which site it leads to"
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

    ``readmit`` names evicted members, by name, or ids of evicted sites, that are taken back. Unless the members are
    ``complete``, a site that is none of them may still be one of the inventory.
    """
    members = sorted(_attributed(members), key=_name)
    named = {member.name: member for member in members}
    readmitted = Readmitted.of(readmit, named, Doubts.of(members))
    wanted = plan_links(members, rules, readmitted)
    at_work = set(named) if only is None else set(only)
    world = _World.of(named, wanted, prune, complete, readmitted)
    steps, strangers = _work(world, [each for each in members if each.name in at_work and each.sight is not None])
    return MeshPlan(
        links=wanted.links,
        refusals=tuple(refusal for refusal in wanted.refusals if at_work.intersection(refusal.hosts)),
        steps=tuple(steps),
        strangers=tuple(strangers),
        unread=tuple((each.name, each.trouble) for each in members if each.sight is None),
        readmitted=tuple(sorted(readmitted.ids)),
        readmitted_locations=tuple(_lifted(readmitted, members)),
        members=len(members),
        pending=tuple(_pending(wanted.links, named, at_work)),
        ids=tuple((each.name, each.site_id) for each in members if each.site_id),
        doubtful=doubtful(members),
    )


def _attributed(members: Sequence[Member]) -> list[Member]:
    """The members, with the ids of their issuing sites in links that do not say them, where one site alone can be it."""
    issuers = [each for each in members if each.sight is not None and each.sight.ca is not None]
    return [_with_authors(each, issuers) if _nameless(each) else each for each in members]


def _nameless(member: Member) -> list[Link]:
    return [link for link in _links(member) if link.site_id is None]


def _with_authors(member: Member, issuers: Sequence[Member]) -> Member:
    others = [each for each in issuers if each.site_id != member.site_id]
    links = tuple(_with_author(link, member, others) for link in _links(member))
    return member if member.sight is None else replace(member, sight=replace(member.sight, links=links))


def _with_author(link: Link, member: Member, issuers: Sequence[Member]) -> Link:
    found = {each.site_id for each in issuers if leads_here(link, _issuer(each), _observed(member, each))}
    return replace(link, site_id=found.pop()) if len(found) == 1 else link


def _lifted(readmitted: Readmitted, members: Iterable[Member]) -> Iterator[tuple[str, tuple[Location, ...]]]:
    """The members whose own lists have entries that are to go, each with what tells it which."""
    for member in members:
        places = readmitted.of_list(member.sight.evicted_locations) if member.sight else ()
        if places:
            yield member.name, places


def _work(world: _World, members: Iterable[Member]) -> tuple[list[Step], list[Stranger]]:
    """What is to be done on some members, and what nobody has asked for there."""
    steps: list[Step] = []
    strangers: list[Stranger] = []
    for member in members:
        extras = list(_extras(world, member))
        steps += _wanted(world, member)
        steps += [_removal(member.name, extra) for extra in extras if not extra.stays]
        strangers += _refused(world, member)
        strangers += [_left_alone(member.name, extra) for extra in extras if extra.stays]
        strangers += _unknown_incoming(world, member)
    return steps, strangers


def _pending(
    links: Iterable[PlannedLink], members: Mapping[str, Member], at_work: set[str]
) -> Iterator[tuple[str, str]]:
    """The ends of links that may be lacking, since their issuing sites could not be read."""
    for link in links:
        open_question = link.unsure and not link.refused and link.site in at_work
        if open_question and _is_missed(members[link.issuer], link, at_work):
            yield link.site, link.issuer


def _is_missed(issuer: Member, link: PlannedLink, at_work: set[str]) -> bool:
    """Whether a link to a site that could not be read is a lack of its own.

    One that may be private, and fails in this run itself, is none of every other site.
    """
    return issuer.judged is not None or issuer.name not in at_work or link.site in issuer.accepts_from


def _name(member: Member) -> str:
    return member.name


@dataclass(frozen=True)
class _World:
    """All members, and the links that there should be among them."""

    members: Mapping[str, Member]
    by_id: Mapping[str | None, Member]
    """Without those whose ids tell nothing."""
    wanted: Mapping[tuple[str, str], PlannedLink]
    """By the names of their two ends."""
    own: Mapping[str, Sequence[PlannedLink]]
    """By the member that has them."""
    prune: Prune
    complete: bool
    """Whether the site of every member is known, so that an unknown one is nobody's."""
    doubts: Doubts
    readmitted: Readmitted

    @classmethod
    def of(
        cls, members: Mapping[str, Member], plan: LinkSet, prune: Prune, complete: bool, readmitted: Readmitted
    ) -> _World:
        own: dict[str, list[PlannedLink]] = defaultdict(list)
        for link in plan.links:
            own[link.site].append(link)
        doubts = Doubts.of(list(members.values()))
        unknown = any(member.sight is None or member.stands_in for member in members.values())
        return cls(
            members,
            {each.site_id: each for each in members.values() if each.site_id and each.name not in doubts.by_name},
            {(link.site, link.issuer): link for link in plan.links},
            own,
            prune,
            complete and not unknown and not doubts.refusals,
            doubts,
            readmitted,
        )

    def eviction(self, one: Member, other: Member) -> str:
        """Which of two has evicted the other; "" if neither."""
        pairs = ((one, other), (other, one))
        return next((evicted_by(who, whom) for who, whom in pairs if evicts(who, whom, self.readmitted)), "")

    def readmits(self, one: Member, other: Member) -> bool:
        """Whether one of two has evicted the other, and takes it back in this run."""
        return any(evicts(who, whom, Readmitted()) for who, whom in ((one, other), (other, one)))


def _wanted(world: _World, member: Member) -> Iterator[Step]:
    for link in world.own.get(member.name, ()):
        if not link.unsure and not link.refused:
            yield from _step(world, member, link)


def _step(world: _World, member: Member, wanted: PlannedLink) -> Iterator[Step]:
    """What is to be done for one link; the same planner decides as when the link is made."""
    issuer = world.members[wanted.issuer]
    sure = _is_sure(world, member, issuer)
    plan = plan_link(LinkWish(None, wanted.cost), _issuer(issuer, sure), _seen(world, member, issuer))
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
        replace = Replace.STALE if sure else Replace.DOWN
        yield Step(member.name, act, issuer.name, why, name, wanted.cost, replace, world.readmits(member, issuer))


def _is_sure(world: _World, member: Member, issuer: Member) -> bool:
    """Whether an issuer may say of the links that have its id that they are no good, though they may work.

    It may if they were made to where it is, or if every site of the inventory was seen and no other one tells that id.
    """
    own = [link for link in _links(member) if link.site_id == issuer.site_id]
    return world.complete or all(link.issuer is not None and link.issuer.matches(issuer.location) for link in own)


def _issuer(member: Member, sure: bool = True) -> Issuer:
    sight = member.sight
    if sight is None:
        return Issuer("")
    known = sight.ca is not None
    return Issuer(sight.site_id, sight.ca, authority=known and sure, reachable=True)


def _observed(member: Member, issuer: Member) -> Observed:
    """The linking site, with the connections that the issuing site tells of: one status there speaks for all its links."""
    sight, other = member.sight, issuer.sight
    if sight is None or other is None:
        return Observed((), NetworkView(), EPOCH)
    peerings = () if other.network is None else other.network.peerings
    mine = [each for each in peerings if not each.outgoing and each.site_id in member.ids]
    turned = frozenset(Peering(each.identity, other.site_id, issuer.name, True, each.started) for each in mine)
    own = frozenset() if sight.network is None else sight.network.peerings
    view = NetworkView(turned | {each for each in own if each.outgoing}, known=True)
    return Observed(sight.links or (), view, sight.now or EPOCH)


def _seen(world: _World, member: Member, issuer: Member) -> Observed:
    """The same, with what all others tell of connections if the site has links that do not say where they lead."""
    observed = _observed(member, issuer)
    if not _nameless(member):
        return observed
    others = (_observed(member, each).network.peerings for each in world.members.values() if each is not member)
    return replace(observed, network=NetworkView(observed.network.peerings.union(*others), known=True))


def _is_turned(world: _World, wanted: PlannedLink) -> bool:
    """Whether a pair is linked the other way round, by a link that may work: one link is enough."""
    member, issuer = world.members[wanted.site], world.members[wanted.issuer]
    if not reach(site=issuer, issuer=member) or any(leads_to(link, issuer) for link in _links(member)):
        return False
    turned = _seen(world, member=issuer, issuer=member)
    known = _issuer(member, _is_sure(world, member=issuer, issuer=member))
    back = [*(link for link in _links(issuer) if leads_to(link, member)), *unattributed(known, turned)]
    return any(not judge(link, known, turned).dead for link in back)


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
        if link.site_id in member.ids:
            # A request for a token, which the site keeps as if it were a link to itself.
            continue
        if link.site_id is None and not member.leaves:
            yield _Extra(link, _NOWHERE, _NO_AUTHOR, "it stays unless it is removed by its name")
            continue
        doubt = "" if member.leaves else _doubt(world, member, link)
        if doubt:
            if not _is_planned(world, member, link):
                yield _Extra(link, str(link.site_id), "the plan has no such link", doubt)
            continue
        peer = _peer(world, link)
        why = _why_unwanted(world, member, peer)
        if why:
            stays = _why_left_alone(world, member, link, peer)
            yield _Extra(link, peer.name if peer else link.site_id or _NOWHERE, why, stays)


def _peer(world: _World, link: Link) -> Member | None:
    """The member that a link leads to; None if it leads to none, or nobody can tell."""
    peer = world.by_id.get(link.site_id)
    return peer if peer is not None and leads_to(link, peer) else None


def _doubt(world: _World, member: Member, link: Link) -> str:
    """Why it can't be told where a link leads, or whose it is, whatever the ids say; "" if it can."""
    if member.name in world.doubts.by_name:
        return f"it can't be told who {member.name} is"
    if link.site_id in world.doubts.restored:
        return "the site that it leads to was restored from a backup"
    if link.site_id in world.doubts.ids:
        return "more than one site tells the id that it leads to"
    peer = world.by_id.get(link.site_id)
    if peer is None:
        return ""
    if not leads_to(link, peer):
        return f"{peer.name} tells the id that it leads to, but is in another place"
    if world.eviction(member, peer):
        return ""
    # The plan may have a link for it all the same, by which it is judged.
    unnoted = link.issuer is None and not world.complete and not _is_planned(world, member, link)
    turned = world.wanted.get((peer.name, member.name))
    return "it may lead to a site that was not seen" if unnoted and turned is None else ""


def _is_planned(world: _World, member: Member, link: Link) -> bool:
    """Whether the plan has a link for the id that a link has, which is refused then, and told of as such."""
    return any(link.site_id in world.members[each.issuer].ids for each in world.own.get(member.name, ()))


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
    eviction = world.eviction(member, peer)
    if eviction:
        return eviction
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
    if peer is not None and world.eviction(member, peer):
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
    if peer is None or turned is None:
        return ""
    if judge(link, _issuer(peer, _is_sure(world, member, peer)), _observed(member, peer)).dead:
        return ""
    broken = any(True for _each in _step(world, peer, turned))
    return f"it stays until the link from {peer.name} works" if broken else ""


def _refused(world: _World, member: Member) -> Iterator[Stranger]:
    """The links that a member should have and that are not made, or not touched."""
    for link in world.own.get(member.name, ()):
        issuer = world.members[link.issuer]
        there = [each for each in _links(member) if each.site_id in issuer.ids]
        # A link to an evicted site is told of as one that should not be there.
        if link.refused and not (there and world.eviction(member, issuer)):
            what = f"{there[0].name} is left as it is" if there else "not linked"
            yield Stranger(member.name, link.issuer, f"{what}: {link.refused}")


def _unknown_incoming(world: _World, member: Member) -> Iterator[Stranger]:
    """Sites that are linked to a member and that the inventory does not know."""
    for each in member.sight.incoming if member.sight else ():
        doubted = world.doubts.ids | world.doubts.restored
        if world.by_id.get(each.site_id) is None and each.site_id not in doubted:
            why = "the inventory does not know this site"
            if not world.complete:
                why += ", unless it is one that could not be read or is not of this run"
            yield Stranger(member.name, f"{each.name} ({each.site_id})", why, incoming=True)
