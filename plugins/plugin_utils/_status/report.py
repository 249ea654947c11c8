# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn what the readers returned into a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.components import components
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.words import counted

from .model import Certificate, LinkRow, Problem, Report, SiteRow, State, Trouble
from .words import UNKNOWN_LINK, clean, days, words_why

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Read:
    """The results of skupper_site_info and of skupper_link_info for one host's site."""

    host: str
    site: Result
    links: Result


def make_report(reads: Sequence[Read], warn_days: int, generated: str | None = None, complete: bool = True) -> Report:
    """Make a report of what was read of all sites. Certificates count as ending with ``warn_days`` days left or fewer.

    Unless the reads are ``complete``, a site that is none of them may still be one of the inventory.

    It holds only what is named here, and every text in it is fit for a screen.
    """
    known = _hosts(reads)
    own = [_site(each, warn_days) for each in reads]
    outgoing = [link for each in reads for link in _outgoing(each, known)]
    links = sorted(
        [*outgoing, *_reported(reads, known, outgoing)], key=lambda link: (link.source, link.target, link.name or "")
    )
    sites = [*sorted(own, key=lambda site: site.key), *_others(reads, links, own)]
    sites = _with_links(sites, links, warn_days)
    sites, networks = _with_networks(sites, links)
    problems = tuple(_problems(sites, links, networks, warn_days, complete))
    return Report(generated, tuple(sites), tuple(links), problems, networks, summary=_summary(sites, links, problems))


def _hosts(reads: Sequence[Read]) -> dict[str, str]:
    """Return hosts by the ids of their sites. A site that was restored from a backup has another id in the network."""
    read = [(each.site["site"], each.host) for each in reads if _is_read(each.site)]
    former = {site["router_site_id"]: host for site, host in read if site.get("router_site_id")}
    return {**former, **{site["site_id"]: host for site, host in read}}


def _is_read(result: Result) -> bool:
    return isinstance(result.get("site"), Mapping)


def _site(read: Read, warn_days: int) -> SiteRow:
    if not _is_read(read.site):
        return _unread(SiteRow(read.host, read.host, None, State.UNREAD.value), read.site)
    site = read.site["site"]
    router = site.get("router") or {}
    row = SiteRow(
        key=read.host,
        host=read.host,
        name=clean(site["name"]),
        state=State.OK.value,
        site_id=site["site_id"],
        exposure=site["exposure"],
        mode=site["mode"],
        version=clean(site["version"]),
        ingress=clean(site["ingress"]),
        router_ready=router.get("ready"),
        router_replicas=router.get("replicas"),
        certificates=(
            *_certificates(site.get("certificates") or {}),
            *(_certificate("link", link.get("name"), link) for link in read.links.get("links") or ()),
        ),
    )
    first = min((each for each in row.certificates if each.days_left is not None), key=_left, default=None)
    row = replace(row, not_after=first.not_after, days_left=first.days_left) if first else row
    return row if isinstance(read.links.get("links"), list) else _unread(row, read.links)


def _left(certificate: Certificate) -> int:
    return certificate.days_left or 0


def _unread(row: SiteRow, result: Result) -> SiteRow:
    reason = clean(result.get("reason")) or ("unreachable" if result.get("unreachable") else "not_read")
    return replace(row, state=State.UNREAD.value, reason=reason, message=clean(result.get("msg")) or "It was not read.")


def _certificates(found: Mapping[str, Any]) -> Iterator[Certificate]:
    """Yield the site's own certificates that could be read."""
    for what in ("ca", "server"):
        if found.get(what):
            yield _certificate(what, None, found[what])


def _certificate(what: str, name: str | None, ends: Mapping[str, Any]) -> Certificate:
    return Certificate(what, clean(name), ends.get("not_after"), ends.get("days_left"))


def _outgoing(read: Read, known: Mapping[str, str]) -> Iterator[LinkRow]:
    for link in read.links.get("links") or ():
        target = clean(link.get("site_id")) or ""
        yield LinkRow(
            source=read.host,
            # A Secret may not name its issuing site, and still be a link.
            target=known.get(target, target or f"{read.host}/{link['name']}"),
            name=clean(link["name"]),
            state=link["state"],
            connected=bool(link["connected"]),
            cause=link.get("cause"),
            reason=clean(link.get("reason")),
            cost=link.get("cost"),
            url=clean(link.get("url")),
            not_after=link.get("not_after"),
            days_left=link.get("days_left"),
            managed=link.get("managed"),
        )


def _reported(reads: Sequence[Read], known: Mapping[str, str], outgoing: Sequence[LinkRow]) -> Iterator[LinkRow]:
    """Yield the links that issuing sites report.

    Only those of sites whose own links could not be read, or do not name their issuing sites.
    """
    vague = {link.source for link in outgoing if link.state == UNKNOWN_LINK}
    reporting = {each.host for each in reads if isinstance(each.links.get("links"), list)} - vague
    listed = {(link.source, link.target) for link in outgoing}
    for read in reads:
        for site_id, _name in _incoming(read):
            source = known.get(site_id, site_id)
            if source not in reporting and (source, read.host) not in listed:
                yield LinkRow(source, read.host, None, "connected", connected=True)


def _incoming(read: Read) -> list[tuple[str, str | None]]:
    """Return the ids and names of the sites that are linked to one."""
    return [(clean(peer["site_id"]) or "", clean(peer["name"])) for peer in read.links.get("incoming") or ()]


def _others(reads: Sequence[Read], links: Sequence[LinkRow], own: Sequence[SiteRow]) -> list[SiteRow]:
    """Return the sites at the other ends of links that are not in the inventory."""
    names = dict(peer for read in reads for peer in _incoming(read))
    ends = {end for link in links for end in (link.source, link.target)} - {site.key for site in own}
    state = State.UNKNOWN.value
    return [SiteRow(key, None, names.get(key) or None, state, site_id=key) for key in sorted(ends)]


def _with_links(sites: Sequence[SiteRow], links: Sequence[LinkRow], warn_days: int) -> list[SiteRow]:
    out = Counter(link.source for link in links)
    open_out = Counter(link.source for link in links if link.connected)
    down = {link.source for link in links if _is_down(link)}
    open_in = Counter(link.target for link in links if link.connected)
    return [
        _judged(
            replace(site, links_out=out[site.key], links_out_connected=open_out[site.key], links_in=open_in[site.key]),
            warn_days,
            site.key in down,
        )
        for site in sites
    ]


def _is_down(link: LinkRow) -> bool:
    return not link.connected and link.state != UNKNOWN_LINK


def _judged(site: SiteRow, warn_days: int, down: bool) -> SiteRow:
    return replace(site, state=_state(site, warn_days, down)) if site.state == State.OK.value else site


def _state(site: SiteRow, warn_days: int, down: bool) -> str:
    if _router_lacks(site):
        return State.ROUTER.value
    if down:
        return State.DOWN.value
    if site.days_left is not None and site.days_left <= warn_days:
        return State.ENDING.value
    return State.OK.value if site.links_out_connected + site.links_in else State.ISLAND.value


def _router_lacks(site: SiteRow) -> bool:
    return site.router_ready is not None and site.router_ready < max(site.router_replicas or 0, 1)


def _with_networks(sites: Sequence[SiteRow], links: Sequence[LinkRow]) -> tuple[list[SiteRow], int]:
    """Return the sites with the networks that their open links make of them, and how many networks there are."""
    first = components((site.key for site in sites), ((link.source, link.target) for link in links if link.connected))
    members: dict[str, list[SiteRow]] = {}
    for site in sites:
        members.setdefault(first[site.key], []).append(site)
    # A network is called after a host of the inventory if it has one.
    named = {
        key: min(each, key=lambda site: (site.host is None, site.label)).label
        for key, each in members.items()
        if len(each) > 1
    }
    return [replace(site, network=named.get(first[site.key])) for site in sites], len(named)


def _problems(
    sites: Sequence[SiteRow], links: Sequence[LinkRow], networks: int, warn_days: int, complete: bool
) -> Iterator[Problem]:
    labels = {site.key: site.label for site in sites}
    for site in sites:
        if site.state == State.UNREAD.value:
            yield Problem(Trouble.UNREAD.value, site.key, None, f"{site.label} could not be read. {site.message}")
    for link in links:
        if link.state == UNKNOWN_LINK:
            text = f"Link {link.name} of {labels[link.source]} is {words_why(link.state, link.reason)}."
            yield Problem(Trouble.UNKNOWN.value, link.source, link.name, text)
        elif not link.connected:
            text = f"Link {link.name} of {labels[link.source]} to {labels[link.target]} is {words_why(link.state, link.reason)}."
            yield Problem(Trouble.DOWN.value, link.source, link.name, text)
    for site in sites:
        yield from _site_problems(site, warn_days)
    if networks > 1:
        named = ", ".join(sorted({site.network for site in sites if site.network}))
        text = f"The sites form {networks} networks that are not linked with each other, those of {named}."
        yield Problem(Trouble.SPLIT.value, None, None, text)
    if complete:
        yield from _strangers(sites, links, labels)


def _site_problems(site: SiteRow, warn_days: int) -> Iterator[Problem]:
    if _router_lacks(site):
        text = f"{site.label}: {site.router_ready} of {site.router_replicas} pods of the router are ready."
        yield Problem(Trouble.ROUTER.value, site.key, None, text)
    for each in site.certificates:
        if each.days_left is not None and each.days_left <= warn_days:
            what = {"ca": "site CA", "server": "server certificate"}.get(each.what, f"certificate of link {each.name}")
            text = f"The {what} of {site.label} {days(each.days_left, 'ends in', 'has ended')}."
            yield Problem(Trouble.ENDING.value, site.key, each.name, text)
    if site.state not in (State.UNREAD.value, State.UNKNOWN.value) and site.links_out_connected + site.links_in == 0:
        yield Problem(Trouble.ISLAND.value, site.key, None, f"{site.label} is connected with no other site.")


def _strangers(sites: Sequence[SiteRow], links: Sequence[LinkRow], labels: Mapping[str, str]) -> Iterator[Problem]:
    """Yield problems for sites that are linked to one of the inventory and not in it."""
    unread = [site.label for site in sites if site.state == State.UNREAD.value]
    maybe = f" It may be one of those that could not be read ({', '.join(unread)})." if unread else ""
    reached: dict[str, set[str]] = {}
    for link in links:
        reached.setdefault(link.source, set()).add(labels[link.target])
    for site in sites:
        if site.state == State.UNKNOWN.value and site.key in reached:
            there = ", ".join(sorted(reached[site.key]))
            text = f"{site.label} (id {site.key}) is linked to {there} and not in the inventory.{maybe}"
            yield Problem(Trouble.UNKNOWN.value, site.key, None, text)


def _summary(sites: Sequence[SiteRow], links: Sequence[LinkRow], problems: Sequence[Problem]) -> dict[str, Any]:
    own = [site for site in sites if site.state != State.UNKNOWN.value]
    left = [site.days_left for site in own if site.days_left is not None]
    return {
        "sites": len(own),
        "sites_read": sum(site.state != State.UNREAD.value for site in own),
        "links": len(links),
        "links_connected": sum(link.connected for link in links),
        "days_left": min(left, default=None),
        "problems": {kind.value: sum(problem.kind == kind.value for problem in problems) for kind in Trouble},
    }


def found(report: Report, kinds: Sequence[str]) -> list[str]:
    """Return the sentences of problems of certain kinds. ``all`` means any kind. Raise ValueError for an unknown kind."""
    known = {kind.value for kind in Trouble}
    strange = sorted(set(kinds) - known - {"all"})
    if strange:
        raise ValueError(
            f"{counted(len(strange), 'unknown kind')} of problem ({', '.join(strange)}): "
            f"there are {', '.join(kind.value for kind in Trouble)} and all"
        )
    return [problem.text for problem in report.problems if problem.kind in kinds or "all" in kinds]
