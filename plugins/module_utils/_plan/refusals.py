# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what is wrong with the desired mesh, before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Callable

from .._model.components import components
from .._model.mesh import Member, PlannedLink, Refusal
from .._model.reasons import Reason
from .._model.site import Exposure
from .._model.words import named
from .identity import groups_by_id, is_one_site


def unknown_target(site: Member, name: str) -> Refusal:
    """Return the refusal of a link to something that is no other site."""
    return Refusal(
        Reason.PLAN_UNKNOWN_SITE,
        f"{site.name} can't be linked to {name}, which is no other site of the inventory: "
        "correct skupper_links_to, or name it in skupper_public_sites.",
        (site.name,),
    )


def edge_target(site: Member, issuer: Member) -> Refusal:
    """Return the refusal of a link to an edge site."""
    return Refusal(
        Reason.SITE_CANNOT_ACCEPT,
        f"{site.name} can't be linked to {issuer.name}, an edge site, which accepts no links: "
        f"link {issuer.name} to {site.name} instead, or both to an interior site.",
        (site.name, issuer.name),
    )


def unreachable(site: Member, issuer: Member, turned: bool) -> Refusal:
    """Return the refusal of a link to a site that can't be reached. ``turned`` says that the other direction would work."""
    advice = (
        f"name {site.name} in skupper_links_to of {issuer.name} instead"
        if turned
        else f"set skupper_accepts_from or skupper_exposure of {issuer.name} if that is wrong, or link both to a public site"
    )
    return Refusal(
        Reason.PLAN_UNREACHABLE,
        f"{site.name} can't be linked to {issuer.name}, which is private ({issuer.why_judged()}): {advice}.",
        (site.name, issuer.name),
    )


def same_sites(members: Iterable[Member]) -> Iterator[Refusal]:
    """Yield refusals of hosts of the inventory that lead to the same site."""
    for site_id, some in groups_by_id(members):
        if is_one_site(some):
            names = [member.name for member in some]
            yield Refusal(
                Reason.PLAN_SAME_SITE,
                f"{' and '.join(names)} are one site ({site_id}): "
                "correct skupper_context or skupper_namespace of one, or take it out of the inventory.",
                tuple(names),
            )


def evicted_by(site: Member, other: Member) -> str:
    """Return the clause that says that a site has evicted another one."""
    return f"{site.name} has evicted {other.name}"


def evictions(
    members: Sequence[Member], links: Sequence[PlannedLink], evicts: Callable[[Member, Member], bool]
) -> dict[str, Refusal]:
    """Return refusals, by name, of members that others have evicted and that have no link left.

    A list counts only for the site that keeps it. Lists of sites that only link to others are not read here, so that their
    links do not count.
    """
    left = [link for link in links if not link.refused]
    silent = {each.name for each in members if each.only_links}
    linked = {link.site for link in left} | {link.issuer for link in left if link.site not in silent}
    keepers = {
        member.name: [other.name for other in members if other is not member and evicts(other, member)]
        for member in members
        if member.name not in linked and member.facts is not None
    }
    return {
        name: _evicted(name, sites, [link.site for link in left if link.issuer == name])
        for name, sites in keepers.items()
        if sites
    }


def _evicted(name: str, keepers: Sequence[str], linking: Sequence[str]) -> Refusal:
    what = f"; {named(linking)} may still be linked to it" if linking else " and is not linked again"
    return Refusal(
        Reason.SITE_EVICTED,
        f"{name} was evicted by {named(keepers)}{what}: name it in skupper_readmit to readmit it, or take it out of the inventory.",
        (name,),
    )


def islands(members: Sequence[Member], links: Sequence[PlannedLink], out: frozenset[str]) -> Iterator[Refusal]:
    """Yield refusals of sites without any planned link. A single public one is the beginning of a mesh, or its rest."""
    linked = _linked(links)
    single = len(members) - len(out) == 1
    for member in members:
        alone = member.name not in linked and member.name not in out and not member.stands_in
        if alone and member.facts is not None and not (single and (out or member.judged is Exposure.PUBLIC)):
            yield Refusal(
                Reason.PLAN_ISLAND,
                f"{member.name} would have no link: it is {_nature(member)} ({member.why_judged()}) and {_lack(member)}. "
                "Add a public site to the inventory or to skupper_public_sites, set skupper_exposure of one "
                "that can be reached, or name the sites that it should be linked to.",
                (member.name,),
            )


def _nature(member: Member) -> str:
    return "public" if member.judged is Exposure.PUBLIC else "private"


def _lack(member: Member) -> str:
    if member.judged is Exposure.PUBLIC:
        return "no other site is linked to it"
    return "is linked to no public site"


def divided(members: Sequence[Member], links: Sequence[PlannedLink]) -> Iterator[Refusal]:
    """Yield a refusal if the desired links make more than one network. Islands have refusals of their own.

    Evictions do not count as a division, so that no site's list stops the others.
    """
    linked = _linked(links)
    names = [member.name for member in members if member.name in linked]
    # Sites of other parts of the inventory are linked with each other, by links that are not all seen here.
    elsewhere = [member.name for member in members if member.stands_in]
    pairs = [(link.site, link.issuer) for link in links] + list(zip(elsewhere, elsewhere[1:]))
    networks = _networks(names, pairs)
    if len(networks) > 1:
        parted = "; ".join(named(part) for part in networks)
        yield Refusal(
            Reason.PLAN_DIVIDED,
            f"The plan makes {len(networks)} networks that are not linked with each other ({parted}): "
            "link a site of one to a public site of the other.",
            tuple(sorted(name for part in networks for name in part)),
        )


def _networks(names: Sequence[str], pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the connected components of a graph, the largest first, each sorted by name."""
    known = frozenset(names)
    found: dict[str, list[str]] = defaultdict(list)
    for name, first in sorted(components(names, (pair for pair in pairs if known.issuperset(pair))).items()):
        found[first].append(name)
    return sorted(found.values(), key=lambda part: (-len(part), part))


def _linked(links: Iterable[PlannedLink]) -> set[str]:
    """Return the names of the members that have a link."""
    return {name for link in links for name in (link.site, link.issuer)}
