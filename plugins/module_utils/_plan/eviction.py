# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which sites get a new CA when one is evicted.

A site that could have issued a credential to the evicted one has to take it back, whether or not a link shows that it
did: cert tokens leave no trace, links can be closed, and what a site says of itself is its own word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .._model.location import Location
from .._model.mesh import Member
from .._model.names import is_site_id
from .._model.reasons import Reason
from .._model.site import Exposure
from .._model.words import counted


@dataclass(frozen=True)
class Links:
    """The names of the sites that a site is linked with, by their ids. Sites choose their names themselves."""

    incoming: Mapping[str, str] = field(default_factory=dict)
    outgoing: Mapping[str, str] = field(default_factory=dict)
    claims: tuple[str, ...] | None = ()
    """Names of the claims that it has issued. None if that is not known."""
    issued_for: tuple[str, ...] = ()
    """Ids of the sites that some of them were issued for."""


@dataclass(frozen=True)
class Party:
    """The site that is evicted."""

    site_id: str
    host: str = ""
    """Name of the member that it is; "" if it is none."""
    location: Location | None = None


@dataclass(frozen=True)
class Outsider:
    """A site that is linked with a member, and is not a member itself."""

    site_id: str
    name: str
    seen_by: str


@dataclass(frozen=True)
class Eviction:
    """Which sites an eviction affects."""

    party: Party
    rotate: tuple[tuple[str, str], ...] = ()
    """Names of the members that get a new CA, each with the reason."""
    before: frozenset[str] = frozenset()
    """Names of those among them that have evicted the party before. They get a new CA only if that is no longer proved."""
    spare: tuple[tuple[str, str], ...] = ()
    """Names of the members that keep their CA, each with the fact that shows that it could issue nothing."""
    unread: tuple[tuple[str, str], ...] = ()
    """Names of the members of which that is unknown, each with the reason."""
    outside: tuple[Outsider, ...] = ()
    """Sites outside the inventory, which this eviction does not cover."""
    losses: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The sites that lose their link for a while, by the name of the member that gets a new CA."""
    refusal: tuple[Reason, str] | None = None


def plan_eviction(party: str, members: Sequence[Member], links: Mapping[str, Links]) -> Eviction:
    """Plan the eviction of a member, or of a site by its id; ``links`` are those of the members by name."""
    found = _party(party, members)
    refusal = _refusal(party, found, members)
    if refusal is not None:
        return Eviction(found, refusal=refusal)
    here = sorted((each for each in members if not each.stands_in), key=_name)
    verdicts = [(each, *_verdict(found, each, links)) for each in here]
    rotate = tuple((each.name, why) for each, rotated, why in verdicts if rotated)
    return Eviction(
        found,
        rotate=rotate,
        before=frozenset(each.name for each in here if each.facts and found.site_id in each.facts.evicted),
        spare=tuple(
            (each.name, why) for each, rotated, why in verdicts if rotated is False and each.name != found.host
        ),
        unread=tuple(
            (each.name, why) for each, rotated, why in verdicts if rotated is None and each.name != found.host
        ),
        outside=tuple(_outsiders(found, members, links)),
        losses={name: _losers(found, links.get(name, Links()), members) for name, _why in rotate},
    )


def _name(member: Member) -> str:
    return member.name


def _party(text: str, members: Sequence[Member]) -> Party:
    """Return the site to evict: a member by its name or the id of its site, or another site by its id."""
    for member in members:
        if text == member.name or (member.site_id is not None and text == member.site_id):
            location = member.facts.location if member.facts else None
            return Party(member.site_id or "", member.name, location)
    return Party(text)


def _refusal(text: str, party: Party, members: Sequence[Member]) -> tuple[Reason, str] | None:
    if not is_site_id(party.site_id):
        return (
            Reason.INVALID_OPTION,
            (
                f"{text} is neither a site of the inventory that can be read nor the id of a site: set skupper_evict_site to the "
                "site's id, as skupper_link_info of a site that it is linked to lists it."
            ),
        )
    alike = sorted(each.name for each in members if each.site_id == party.site_id and each.name != party.host)
    if alike:
        return (
            Reason.PLAN_SHARED_ID,
            (
                f"{party.host} and {' and '.join(alike)} report that they are one site ({party.site_id}), and one of them may not be: "
                "nothing was written. Find out which site of the two has that id, and take the other one out of the inventory."
            ),
        )
    return None


def _verdict(party: Party, member: Member, links: Mapping[str, Links]) -> tuple[bool | None, str]:
    """Return whether a member gets a new CA, and why. The first is None if that is unknown."""
    if member.name == party.host:
        return False, "it is the one that is evicted"
    if member.facts is None:
        return None, member.trouble or "it could not be read"
    if member.is_edge:
        return False, "it is an edge site, which issues no credentials"
    why = next((why for check in _REASONS if (why := check(party, member, links))), "")
    if why:
        return True, why
    claims = links.get(member.name, Links()).claims
    if claims is None:
        return None, "the claims that it has issued could not be read"
    inside = ", and it has issued no claim" if _is_near(party, member) else ""
    return False, f"no site outside can reach it ({member.why_judged()}){inside}"


def _why_public(party: Party, member: Member, links: Mapping[str, Links]) -> str:
    return f"it is public ({member.why_judged()})" if member.judged is not Exposure.PRIVATE else ""


def _why_unsettled(party: Party, member: Member, links: Mapping[str, Links]) -> str:
    return f"it may be public ({member.why_judged()})" if member.unsettled else ""


def _why_accepting(party: Party, member: Member, links: Mapping[str, Links]) -> str:
    return "other sites can reach it (skupper_accepts_from)" if member.accepts_from else ""


def _why_open(party: Party, member: Member, links: Mapping[str, Links]) -> str:
    if member.facts is not None and member.facts.closed:
        return ""
    return f"sites in its network can reach it, since its ingress is not none ({member.why_judged()})"


def _why_linked(party: Party, member: Member, links: Mapping[str, Links]) -> str:
    mine, theirs = links.get(member.name, Links()), links.get(party.host, Links())
    linked = party.site_id in mine.incoming or member.site_id in theirs.outgoing
    return "the evicted site has a link to it" if linked else ""


def _why_claimed(party: Party, member: Member, links: Mapping[str, Links]) -> str:
    own = links.get(member.name, Links())
    # Claims that were issued by hand, or whose note is gone, may show it by their name.
    meant = party.site_id in own.issued_for or any(party.site_id in name for name in own.claims or ())
    return "it has issued a claim for the evicted site" if meant else ""


def _why_near(party: Party, member: Member, links: Mapping[str, Links]) -> str:
    claims = links.get(member.name, Links()).claims
    if not claims or not _is_near(party, member):
        return ""
    known = (
        party.location is not None and member.location is not None and party.location.shares_cluster(member.location)
    )
    near = "is in its cluster" if known else "may be in its cluster"
    return f"it has issued {counted(len(claims), 'claim')}, and the evicted site {near}"


def _is_near(party: Party, member: Member) -> bool:
    """Return whether a member may be in the evicted site's cluster. Unknown locations may be."""
    return party.location is None or not party.location.is_elsewhere(member.location)


_REASONS = (_why_public, _why_unsettled, _why_accepting, _why_open, _why_linked, _why_claimed, _why_near)


def _outsiders(party: Party, members: Sequence[Member], links: Mapping[str, Links]) -> Iterator[Outsider]:
    known = {each.site_id for each in members} | {party.site_id}
    yield from (Outsider(each.site_id or "", each.name, "skupper_public_sites") for each in members if each.stands_in)
    for name in sorted(links):
        seen = {**links[name].incoming, **links[name].outgoing}
        for site_id in sorted(set(seen) - known):
            known.add(site_id)
            yield Outsider(site_id, seen[site_id], name)


def _losers(party: Party, links: Links, members: Sequence[Member]) -> tuple[str, ...]:
    """Return the other ends of all links of a member, since its router restarts."""
    names = {each.site_id: each.name for each in members if each.site_id}
    ends = {**links.outgoing, **links.incoming}
    found = (names.get(site_id, f"{name} ({site_id})") for site_id, name in ends.items() if site_id != party.site_id)
    return tuple(sorted(found))
