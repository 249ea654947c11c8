# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare the desired links of a mesh with the actual ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .._model.act import Act
from .._model.instant import EPOCH
from .._model.link import Link, LinkKind, NetworkView, Peering, Replace
from .._model.location import Location
from .._model.mesh import LinkSet, Member, MeshPlan, PlannedLink, Prune, Rules, Step, Stranger
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
    """Return the desired links and the steps towards them, on the sites named in ``only`` or on all that were read.

    ``readmit`` are evicted members, by name, or ids of evicted sites. Unless the members are
    ``complete``, a site that is none of them may still be one of the inventory.
    """
    members = sorted(_with_all_issuers(members), key=_name)
    named = {member.name: member for member in members}
    readmitted = Readmitted.of(readmit, named, Doubts.of(members))
    wanted = plan_links(members, rules, readmitted)
    at_work = set(named) if only is None else set(only)
    mesh = _Mesh.of(named, wanted, prune, complete, readmitted)
    steps, strangers = _steps_and_strangers(
        mesh, [each for each in members if each.name in at_work and each.facts is not None]
    )
    return MeshPlan(
        links=wanted.links,
        refusals=tuple(refusal for refusal in wanted.refusals if at_work.intersection(refusal.hosts)),
        steps=tuple(steps),
        strangers=tuple(strangers),
        unread=tuple((each.name, each.trouble) for each in members if each.facts is None),
        readmitted=tuple(sorted(readmitted.ids)),
        readmitted_locations=tuple(_readmitted_places(readmitted, members)),
        members=len(members),
        pending=tuple(_pending(wanted.links, named, at_work)),
        ids=tuple((each.name, each.site_id) for each in members if each.site_id),
        doubtful=doubtful(members),
    )


def _with_all_issuers(members: Sequence[Member]) -> list[Member]:
    """Return the members. Links that do not name their issuing site get its id if only one site can be it."""
    issuers = [each for each in members if each.facts is not None and each.facts.ca is not None]
    return [_with_issuers(each, issuers) if _links_without_issuer(each) else each for each in members]


def _links_without_issuer(member: Member) -> list[Link]:
    return [link for link in _links(member) if link.site_id is None]


def _with_issuers(member: Member, issuers: Sequence[Member]) -> Member:
    others = [each for each in issuers if each.site_id != member.site_id]
    links = tuple(_with_issuer(link, member, others) for link in _links(member))
    return member if member.facts is None else replace(member, facts=replace(member.facts, links=links))


def _with_issuer(link: Link, member: Member, issuers: Sequence[Member]) -> Link:
    found = {each.site_id for each in issuers if leads_here(link, _issuer(each), _observed(member, each))}
    return replace(link, site_id=found.pop()) if len(found) == 1 else link


def _readmitted_places(readmitted: Readmitted, members: Iterable[Member]) -> Iterator[tuple[str, tuple[Location, ...]]]:
    """Yield the members that have to remove entries from their own lists, each with those entries."""
    for member in members:
        places = readmitted.of_list(member.facts.evicted_locations) if member.facts else ()
        if places:
            yield member.name, places


def _steps_and_strangers(mesh: _Mesh, members: Iterable[Member]) -> tuple[list[Step], list[Stranger]]:
    """Return the steps on some members, and the links there that are outside the plan."""
    steps: list[Step] = []
    strangers: list[Stranger] = []
    for member in members:
        unplanned = list(_unplanned_links(mesh, member))
        steps += _planned_steps(mesh, member)
        steps += [_removal(member.name, extra) for extra in unplanned if not extra.stays]
        strangers += _refused_links(mesh, member)
        strangers += [_left_alone(member.name, extra) for extra in unplanned if extra.stays]
        strangers += _unknown_incoming(mesh, member)
    return steps, strangers


def _pending(
    links: Iterable[PlannedLink], members: Mapping[str, Member], at_work: set[str]
) -> Iterator[tuple[str, str]]:
    """Yield the ends of links that may be lacking, since their issuing sites could not be read."""
    for link in links:
        open_question = link.unsure and not link.refused and link.site in at_work
        if open_question and _counts_as_pending(members[link.issuer], link, at_work):
            yield link.site, link.issuer


def _counts_as_pending(issuer: Member, link: PlannedLink, at_work: set[str]) -> bool:
    """Return whether to report a missing link to a site that could not be read.

    If that site may be private and fails in this run itself, other sites do not report it again.
    """
    return issuer.judged is not None or issuer.name not in at_work or link.site in issuer.accepts_from


def _name(member: Member) -> str:
    return member.name


@dataclass(frozen=True)
class _Mesh:
    """All members, and the desired links between them."""

    members: Mapping[str, Member]
    by_id: Mapping[str | None, Member]
    """Without members that their ids do not identify."""
    wanted: Mapping[tuple[str, str], PlannedLink]
    """By the names of their two ends."""
    own: Mapping[str, Sequence[PlannedLink]]
    """By the member that has them."""
    prune: Prune
    complete: bool
    """Whether the site of every member is known, so that an unknown site is outside the inventory."""
    doubts: Doubts
    readmitted: Readmitted

    @classmethod
    def of(
        cls, members: Mapping[str, Member], plan: LinkSet, prune: Prune, complete: bool, readmitted: Readmitted
    ) -> _Mesh:
        own: dict[str, list[PlannedLink]] = defaultdict(list)
        for link in plan.links:
            own[link.site].append(link)
        doubts = Doubts.of(list(members.values()))
        unknown = any(member.facts is None or member.stands_in for member in members.values())
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
        """Return which of two has evicted the other, as a clause; "" if neither."""
        pairs = ((one, other), (other, one))
        return next((evicted_by(who, whom) for who, whom in pairs if evicts(who, whom, self.readmitted)), "")

    def readmits(self, one: Member, other: Member) -> bool:
        """Return whether one of two has evicted the other, and readmits it in this run."""
        return any(evicts(who, whom, Readmitted()) for who, whom in ((one, other), (other, one)))


def _planned_steps(mesh: _Mesh, member: Member) -> Iterator[Step]:
    for link in mesh.own.get(member.name, ()):
        if not link.unsure and not link.refused:
            yield from _steps_for(mesh, member, link)


def _steps_for(mesh: _Mesh, member: Member, wanted: PlannedLink) -> Iterator[Step]:
    """Yield the steps for one link. The same planner decides when the link is made."""
    issuer = mesh.members[wanted.issuer]
    sure = _may_judge(mesh, member, issuer)
    plan = plan_link(LinkWish(None, wanted.cost), _issuer(issuer, sure), _observed_by_all(mesh, member, issuer))
    if plan.step is LinkStep.CREATE and _has_reverse_link(mesh, wanted):
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
        yield Step(member.name, act, issuer.name, why, name, wanted.cost, replace, mesh.readmits(member, issuer))


def _may_judge(mesh: _Mesh, member: Member, issuer: Member) -> bool:
    """Return whether an issuer may declare links with its id stale although they may work.

    It may if they were made to its place, or if all sites of the inventory were read and no other one reports that id.
    """
    own = [link for link in _links(member) if link.site_id == issuer.site_id]
    return mesh.complete or all(link.issuer is not None and link.issuer.matches(issuer.location) for link in own)


def _issuer(member: Member, sure: bool = True) -> Issuer:
    facts = member.facts
    if facts is None:
        return Issuer("")
    known = facts.ca is not None
    return Issuer(facts.site_id, facts.ca, authority=known and sure, reachable=True)


def _observed(member: Member, issuer: Member) -> Observed:
    """Return the linking site, with the connections that the issuing site reports. One status there covers all its links."""
    sight, other = member.facts, issuer.facts
    if sight is None or other is None:
        return Observed((), NetworkView(), EPOCH)
    peerings = () if other.network is None else other.network.peerings
    mine = [each for each in peerings if not each.outgoing and each.site_id in member.ids]
    reverse = frozenset(Peering(each.identity, other.site_id, issuer.name, True, each.started) for each in mine)
    own = frozenset() if sight.network is None else sight.network.peerings
    view = NetworkView(reverse | {each for each in own if each.outgoing}, known=True)
    return Observed(sight.links or (), view, sight.now or EPOCH)


def _observed_by_all(mesh: _Mesh, member: Member, issuer: Member) -> Observed:
    """Return the linking site. If it has links that name no issuing site, add the connections that all others report."""
    observed = _observed(member, issuer)
    if not _links_without_issuer(member):
        return observed
    others = (_observed(member, each).network.peerings for each in mesh.members.values() if each is not member)
    return replace(observed, network=NetworkView(observed.network.peerings.union(*others), known=True))


def _has_reverse_link(mesh: _Mesh, wanted: PlannedLink) -> bool:
    """Return whether a pair is linked in the other direction by a link that may work. One link is enough."""
    member, issuer = mesh.members[wanted.site], mesh.members[wanted.issuer]
    if not reach(site=issuer, issuer=member) or any(leads_to(link, issuer) for link in _links(member)):
        return False
    observed = _observed_by_all(mesh, member=issuer, issuer=member)
    known = _issuer(member, _may_judge(mesh, member=issuer, issuer=member))
    back = [*(link for link in _links(issuer) if leads_to(link, member)), *unattributed(known, observed)]
    return any(not judge(link, known, observed).dead for link in back)


def _links(member: Member) -> tuple[Link, ...]:
    return (member.facts.links or ()) if member.facts else ()


@dataclass(frozen=True)
class _UnplannedLink:
    """A link of a member that is not in the plan."""

    link: Link
    peer: str
    """Name of the member that it leads to, or the id of a site that is no member."""
    why: str
    stays: str
    """Why it is left alone; "" if it is removed."""


def _unplanned_links(mesh: _Mesh, member: Member) -> Iterator[_UnplannedLink]:
    for link in sorted(_links(member), key=lambda each: each.name):
        if link.site_id in member.ids:
            # A request for a token, which the site keeps like a link to itself.
            continue
        if link.site_id is None and not member.leaves:
            yield _UnplannedLink(link, _NOWHERE, _NO_AUTHOR, "it stays unless it is removed by its name")
            continue
        doubt = "" if member.leaves else _why_doubtful(mesh, member, link)
        if doubt:
            if not _is_planned(mesh, member, link):
                yield _UnplannedLink(link, str(link.site_id), "the plan has no such link", doubt)
            continue
        peer = _peer_of(mesh, link)
        why = _why_unwanted(mesh, member, peer)
        if why:
            stays = _why_left_alone(mesh, member, link, peer)
            yield _UnplannedLink(link, peer.name if peer else link.site_id or _NOWHERE, why, stays)


def _peer_of(mesh: _Mesh, link: Link) -> Member | None:
    """Return the member that a link leads to. None if it leads to no member, or that is not known."""
    peer = mesh.by_id.get(link.site_id)
    return peer if peer is not None and leads_to(link, peer) else None


def _why_doubtful(mesh: _Mesh, member: Member, link: Link) -> str:
    """Return why it is not known where a link leads, whatever the ids say; "" if it is."""
    if member.name in mesh.doubts.by_name:
        return f"it is not known which site {member.name} is"
    if link.site_id in mesh.doubts.restored:
        return "the site that it leads to was restored from a backup"
    if link.site_id in mesh.doubts.ids:
        return "more than one site reports the id that it leads to"
    peer = mesh.by_id.get(link.site_id)
    if peer is None:
        return ""
    if not leads_to(link, peer):
        return f"{peer.name} reports the id that it leads to, but is in another place"
    if mesh.eviction(member, peer):
        return ""
    # If the plan has a link for it, that decides.
    unnoted = link.issuer is None and not mesh.complete and not _is_planned(mesh, member, link)
    reverse = mesh.wanted.get((peer.name, member.name))
    return "it may lead to a site that was not seen" if unnoted and reverse is None else ""


def _is_planned(mesh: _Mesh, member: Member, link: Link) -> bool:
    """Return whether the plan has a link for a link's id. A doubtful one is refused there, and reported as such."""
    return any(link.site_id in mesh.members[each.issuer].ids for each in mesh.own.get(member.name, ()))


def _removal(name: str, extra: _UnplannedLink) -> Step:
    return Step(name, Act.REMOVE, extra.peer, extra.why, extra.link.name, extra.link.cost)


def _left_alone(name: str, extra: _UnplannedLink) -> Stranger:
    what = "claim " if extra.link.kind is LinkKind.CLAIM else ""
    return Stranger(name, extra.peer, f"{what}{extra.link.name}: {extra.why} ({extra.stays})")


def _why_unwanted(mesh: _Mesh, member: Member, peer: Member | None) -> str:
    if member.leaves:
        return f"{member.name} leaves the mesh (skupper_state)"
    if peer is None:
        return "it leads to a site that the inventory does not know"
    if peer.leaves:
        return f"{peer.name} leaves the mesh (skupper_state)"
    eviction = mesh.eviction(member, peer)
    if eviction:
        return eviction
    reverse = mesh.wanted.get((peer.name, member.name))
    if (member.name, peer.name) in mesh.wanted or (reverse is not None and _has_reverse_link(mesh, reverse)):
        return ""
    return "the plan has no such link"


def _why_left_alone(mesh: _Mesh, member: Member, link: Link, peer: Member | None) -> str:
    if _is_removal_wanted(mesh, member, link, peer):
        return _why_kept_for_now(mesh, member, link, peer)
    if peer is None and not mesh.complete:
        return "it may be one that could not be read or is not part of this run"
    return "made by this collection" if link.owner is not None else "made by someone else"


def _is_removal_wanted(mesh: _Mesh, member: Member, link: Link, peer: Member | None) -> bool:
    if member.leaves or (peer is not None and peer.leaves):
        return True
    if peer is None and not mesh.complete:
        return False
    if mesh.prune is Prune.ALL:
        return True
    return mesh.prune is Prune.OWN and link.owner is not None


def _why_kept_for_now(mesh: _Mesh, member: Member, link: Link, peer: Member | None) -> str:
    """Return why a link outside the plan stays for now: the link in its place can't be made or does not work yet."""
    if peer is not None and mesh.eviction(member, peer):
        return ""
    if peer is not None and not peer.leaves and not member.leaves and peer.unsettled:
        return f"it stays until it is known where {peer.name} is reached"
    own = mesh.own.get(member.name, ())
    pending = [each.issuer for each in own if each.unsure and not each.refused]
    alone = bool(own) and all(each.unsure or each.refused for each in own)
    if alone or (pending and not (peer is not None and peer.leaves)):
        names = " and ".join(pending or [each.issuer for each in own])
        return f"it stays as long as {member.name} can't be linked to {names}"
    reverse = None if peer is None else mesh.wanted.get((peer.name, member.name))
    if peer is None or reverse is None:
        return ""
    if judge(link, _issuer(peer, _may_judge(mesh, member, peer)), _observed(member, peer)).dead:
        return ""
    broken = any(True for _each in _steps_for(mesh, peer, reverse))
    return f"it stays until the link from {peer.name} works" if broken else ""


def _refused_links(mesh: _Mesh, member: Member) -> Iterator[Stranger]:
    """Yield the desired links of a member that are not made, or not changed."""
    for link in mesh.own.get(member.name, ()):
        issuer = mesh.members[link.issuer]
        there = [each for each in _links(member) if each.site_id in issuer.ids]
        # A link to an evicted site is reported as one that should not exist.
        if link.refused and not (there and mesh.eviction(member, issuer)):
            what = f"{there[0].name} is left as it is" if there else "not linked"
            yield Stranger(member.name, link.issuer, f"{what}: {link.refused}")


def _unknown_incoming(mesh: _Mesh, member: Member) -> Iterator[Stranger]:
    """Yield the sites that are linked to a member and not in the inventory."""
    for each in member.facts.incoming if member.facts else ():
        doubted = mesh.doubts.ids | mesh.doubts.restored
        if mesh.by_id.get(each.site_id) is None and each.site_id not in doubted:
            why = "the inventory does not know this site"
            if not mesh.complete:
                why += ", unless it is one that could not be read or is not part of this run"
            yield Stranger(member.name, f"{each.name} ({each.site_id})", why, incoming=True)
