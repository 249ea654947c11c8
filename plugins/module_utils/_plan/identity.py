# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identify the members of a mesh. An id is what a site reports about itself, a location is what was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .._model.link import Link
from .._model.location import Location
from .._model.mesh import Member, PlannedLink, Refusal
from .._model.names import is_site_id
from .._model.reasons import Reason
from .._model.site import SiteIds
from .._model.words import named
from .site_identity import restored


@dataclass(frozen=True)
class Readmitted:
    """Evicted sites that are readmitted."""

    ids: frozenset[str] = frozenset()
    locations: tuple[Location, ...] = ()
    """Where members are that are readmitted by their names."""
    reporters: tuple[Location | None, ...] = ()
    """Where the members are that report such an id. None for one whose place is not known."""
    others: tuple[Location | None, ...] = ()
    """Where all other members are."""

    @classmethod
    def of(cls, names: Iterable[str], members: Mapping[str, Member], doubts: Doubts) -> Readmitted:
        """Read names of members and ids of sites.

        A name readmits a member by its id and by its place. An id readmits what was evicted by it. A member's own report of an
        id does not name the member, and an id that two sites report readmits neither.
        """
        asked = frozenset(names)
        found = [member for name, member in members.items() if name in asked]
        reported = {member.site_id for member in found if member.name not in doubts.by_name}
        ids = (
            frozenset(each for each in (*asked.difference(members), *reported) if each and is_site_id(each))
            - doubts.ids
        )
        reporters, others = (
            tuple(dict.fromkeys(each.location for each in members.values() if (each.site_id in ids) is reports))
            for reports in (True, False)
        )
        return cls(ids, tuple(dict.fromkeys(each.location for each in found if each.location)), reporters, others)

    def lifts(self, place: Location) -> bool:
        """Return whether an entry of a list of evicted sites has no effect any more."""
        return any(place.matches(each) for each in self.locations) or self._lifts_by_id(place)

    def _lifts_by_id(self, place: Location) -> bool:
        """Return whether an id lifts an entry. An evicted site may have reported another site's id, and may still be there."""
        if self.ids.isdisjoint(place.evicted_ids):
            return False
        others = {place.matches(each) for each in self.others}
        # A member that could not be read is somewhere else if one that reports the id is there.
        is_there = any(place.matches(each) for each in self.reporters)
        return True not in others and (is_there or None not in others)

    def of_list(self, places: Iterable[Location]) -> tuple[Location, ...]:
        """Return which entries a site has to remove from its own list, without anything of other lists."""
        lifted = [place for place in places if self.lifts(place)]
        seen = [each for each in self.locations if any(place.matches(each) for place in lifted)]
        return (*seen, *(place for place in lifted if self._lifts_by_id(place)))


def evicts(site: Member, other: Member, readmitted: Readmitted) -> bool:
    """Return whether a site's own list holds another one, by id or by place. It counts only for links between the two."""
    if site.facts is None or other.facts is None:
        return False
    if other.site_id in site.facts.evicted and other.site_id not in readmitted.ids:
        return True
    places = (place for place in site.facts.evicted_locations if not readmitted.lifts(place))
    return any(place.matches(other.location) for place in places)


def leads_to(link: Link, member: Member) -> bool:
    """Return whether a link may lead to a member: it has its id, and was not made to another place."""
    if link.site_id is None or link.site_id != member.site_id:
        return False
    return link.issuer is None or link.issuer.matches(member.location) is not False


def claimed_links(site: Member, member: Member) -> list[Link]:
    """Return the links of a site that have the id of a member and lead to another place."""
    own = (site.facts.links or ()) if site.facts else ()
    return [link for link in own if link.site_id == member.site_id and not leads_to(link, member)]


@dataclass(frozen=True)
class Doubts:
    """Members that their ids do not identify, each with its refusal."""

    refusals: tuple[Refusal, ...] = ()
    by_name: Mapping[str, Refusal] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    """Ids that more than one site reports."""
    restored: frozenset[str] = frozenset()
    """Ids of sites that were restored from a backup."""

    @classmethod
    def of(cls, members: Sequence[Member]) -> Doubts:
        """Compare the ids and the places of all members."""
        shared = list(_shared_ids(members))
        refusals = [*_invalid_ids(members), *_restored(members), *(refusal for _site_id, refusal in shared)]
        return cls(
            tuple(refusals),
            {name: refusal for refusal in refusals for name in refusal.hosts},
            frozenset(site_id for site_id, _refusal in shared),
            frozenset(each for member in members if _is_restored(member) for each in member.ids),
        )


def _is_restored(member: Member) -> bool:
    return member.facts is not None and bool(member.facts.router_id)


def _restored(members: Iterable[Member]) -> Iterator[Refusal]:
    for member in members:
        if member.facts is not None and member.facts.router_id:
            said = restored(member.name, SiteIds(member.facts.site_id, member.facts.router_id))
            yield Refusal(said.reason, said.message, (member.name,))


def _invalid_ids(members: Iterable[Member]) -> Iterator[Refusal]:
    for member in members:
        if member.site_id is not None and not is_site_id(member.site_id):
            yield Refusal(
                Reason.SITE_ID_INVALID,
                f"{member.name} reports the id {member.site_id[:60]!r}, which no API server gives to a site: nothing is linked "
                "with it. Find out who runs that cluster, or take the site out of the inventory.",
                (member.name,),
            )


def groups_by_id(members: Iterable[Member]) -> list[tuple[str, list[Member]]]:
    """Return the members that report the same id, for each id that more than one reports."""
    by_id: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        if member.site_id and is_site_id(member.site_id):
            by_id[member.site_id].append(member)
    return [(site_id, some) for site_id, some in by_id.items() if len(some) > 1]


def is_one_site(members: Sequence[Member]) -> bool:
    """Return whether members that report one id are known to be in one place.

    A site that lies about its id may lie about the UID of its cluster, too, so that they must have a CA in common.
    """
    places = [member.location for member in members]
    first = places[0]
    return first is not None and all(
        each is not None and first.matches(each) and first.has_common_authority(each) for each in places[1:]
    )


def _shared_ids(members: Iterable[Member]) -> Iterator[tuple[str, Refusal]]:
    for site_id, some in groups_by_id(members):
        if not is_one_site(some):
            names = [member.name for member in some]
            yield (
                site_id,
                Refusal(
                    Reason.PLAN_SHARED_ID,
                    f"{' and '.join(names)} report the same id ({site_id}), and are not known to be in one place: one of them "
                    "lies or is a copy, and nothing is linked with either. Find out which, and take it out of the inventory; "
                    "if they are one site, take out either.",
                    tuple(names),
                ),
            )


def claimed_ids(
    links: Iterable[PlannedLink], members: Mapping[str, Member], doubted: frozenset[str]
) -> dict[tuple[str, str], Refusal]:
    """Return the planned links whose issuer reports the id of a linked site in another place, each with its refusal.

    Skip members that are ``doubted``, which have a refusal already.
    """
    wrong: dict[str, list[tuple[str, Link]]] = defaultdict(list)
    for each in links:
        if each.issuer in doubted:
            continue
        wrong[each.issuer] += [
            (each.site, link) for link in claimed_links(members[each.site], members[each.issuer])[:1]
        ]
    return {
        (site, name): refusal
        for name, some in wrong.items()
        if some
        for refusal in [_claimed_id(members[name], some)]
        for site, _link in some
    }


def _claimed_id(issuer: Member, links: Sequence[tuple[str, Link]]) -> Refusal:
    (site, link), sites = links[0], [name for name, _link in links]
    more = "" if issuer.location is None else issuer.location.advice_if_uncertain(link.issuer)
    return Refusal(
        Reason.SITE_ID_CLAIMED,
        f"{issuer.name} reports the id of the site that {named(sites)} {'is' if len(sites) == 1 else 'are'} linked to in another "
        f"place ({link.issuer}, not {issuer.location}): nothing is changed there. If that site has really moved, remove each "
        f"such link (for {site}: skupper_link with name {link.name} and state: absent), and run this again.{more}",
        (issuer.name, *sites),
    )


def doubtful(members: Sequence[Member]) -> tuple[str, ...]:
    """Return the members whose cluster UID should be read, since CAs alone would identify them."""
    unsure = {each.name: each.location for each in members if each.location is not None and not each.location.cluster}
    by_id: dict[str | None, list[Member]] = defaultdict(list)
    for member in members:
        by_id[member.site_id].append(member)
    compared = [*_of_evictions(members), *_of_links(members, by_id), *_of_groups(members)]
    return tuple(sorted({name for name, place in compared if name in unsure and _would_uid_help(unsure[name], place)}))


def _would_uid_help(location: Location, other: Location) -> bool:
    return location.namespace == other.namespace and not location.is_match_certain(other)


_Compared = Iterator[tuple[str, Location]]


def _of_evictions(members: Sequence[Member]) -> _Compared:
    places = {place for each in members if each.facts for place in each.facts.evicted_locations if place.cluster}
    return ((member.name, place) for place in places for member in members)


def _of_links(members: Sequence[Member], by_id: Mapping[str | None, Sequence[Member]]) -> _Compared:
    for member in members:
        for link in (member.facts.links or ()) if member.facts else ():
            if link.issuer is not None and link.issuer.cluster:
                wrong = (each for each in by_id.get(link.site_id, ()) if not leads_to(link, each))
                yield from ((each.name, link.issuer) for each in wrong)


def _of_groups(members: Sequence[Member]) -> _Compared:
    for _site_id, some in groups_by_id(members):
        for one in some:
            yield from ((one.name, each.location) for each in some if each is not one and each.location is not None)
