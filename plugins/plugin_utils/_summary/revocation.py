# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Summarize a run of role revoke: the CA, which sites were cut off or linked again, and what is proved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.instant import parse_instant

from .results import Result, by_host, has_failed, listed, mapping, message, outcomes, peer_of, text

_DIGITS = 16


@dataclass(frozen=True)
class Revoked:
    """What the tasks of a run returned, and what they were about."""

    issuing: Sequence[str]
    """The hosts whose access is revoked."""
    results: Mapping[str, Sequence[Result]]
    """The results of skupper_revoke on each of them, the latest last."""
    links: Mapping[str, Sequence[Result]]
    """The last result of each link that was made again, by the hosts."""
    site_ids: Mapping[str, str] = field(default_factory=dict)
    """Ids of the sites that were read, by their hosts."""
    unread: Sequence[str] = ()
    reasons: Mapping[str, Any] = field(default_factory=dict)
    """Why sites could not be read, by their hosts, as far as it is known."""
    outside: Sequence[str] = ()
    """Hosts that are not part of the run."""
    evict: str = ""
    """The id of the site that is evicted."""
    kept_away: Mapping[str, Sequence[Result]] = field(default_factory=dict)
    """For each host, the results of keeping the evicted site away and of checking for links, the latest last."""
    uncovered: Sequence[str] = ()
    """Sites outside the hosts that could have issued credentials to the evicted one."""
    check_mode: bool = False

    def called(self, site_id: Any, name: Any = "") -> str:
        """Return how lines name a site: by its host, else by its name and id."""
        host = next((host for host, own in self.site_ids.items() if own == site_id), "")
        if host:
            return host
        return f"{text(name)} ({text(site_id)})" if name else text(site_id)


def revoked_from(
    plan: Result,
    issuing: Iterable[str],
    revoked: Iterable[Any],
    proofs: Iterable[Any],
    hosts: Iterable[str],
    links: Iterable[Any],
    waits: Iterable[Any] = (),
) -> Revoked:
    """Return what lists of results say, in the order of their hosts. Raise ValueError if there are not as many."""
    names = [str(host) for host in issuing]
    first, later = by_host(names, revoked), by_host(names, proofs)
    results = {name: [found for found in map(mapping, (first[name], later[name])) if _is_made(found)] for name in names}
    linked = [str(host) for host in hosts]
    made, waited = by_host(linked, links), by_host(linked, waits)
    return Revoked(
        names,
        results,
        {host: outcomes(made[host], waited[host]) for host in linked},
        site_ids=mapping(plan.get("site_ids")),
        reasons=mapping(plan.get("unread")),
    )


def _is_made(result: Result) -> bool:
    return bool(result) and not result.get("skipped")


def revocation_lines(made: Revoked) -> list[str]:
    """Return the lines of a summary, of what was done or, in check mode, of what would be."""
    lines: list[str] = []
    for host in made.issuing:
        lines += _issuing_lines(made, host)
    lines += (
        f"{host}: could not be read{_why(made, host)}" for host in sorted(made.unread) if host not in made.outside
    )
    lines += (f"{host}: not part of this run" for host in sorted(made.outside))
    return lines + ([_eviction(made)] if made.evict else [])


def _why(made: Revoked, host: str) -> str:
    return f": {text(made.reasons[host])}" if made.reasons.get(host) else ""


def _issuing_lines(made: Revoked, host: str) -> Iterator[str]:
    results = made.results.get(host) or ()
    view = next((mapping(each["revocation"]) for each in results if each.get("revocation")), None)
    if view is not None:
        for line in _work(made, view):
            yield f"{host}: {line}"
    elif not any(map(has_failed, results)):
        yield f"{host}: nothing {'would be' if made.check_mode else 'was'} revoked"
    for each, result in _links_to(made, host):
        yield f"{each}: {_link(made, host, result, view or {})}"
    for line in _proof(made, results):
        yield f"{host}: {line}"


def _work(made: Revoked, view: Result) -> Iterator[str]:
    yield _authority(made, view)
    cut = sorted(made.called(each.get("site_id"), each.get("name")) for each in map(mapping, view.get("cut_off") or ()))
    claims = sorted(view.get("claims_removed") or ())
    if cut:
        yield f"{'would cut off' if made.check_mode else 'cut off'} {listed(cut)}"
    if claims:
        yield f"{'would remove' if made.check_mode else 'removed'} {'claim' if len(claims) == 1 else 'claims'} {listed(claims)}"


def _authority(made: Revoked, view: Result) -> str:
    before, after = (f"CA {text(view.get(key))[:_DIGITS]}".strip() for key in ("ca_before", "ca_after"))
    if not view.get("cas_made"):
        return f"{before} {'would be' if made.check_mode else 'is'} kept"
    return f"{before} would be replaced" if made.check_mode else f"{before} was replaced by {after}"


def _links_to(made: Revoked, issuing: str) -> Iterator[tuple[str, Result]]:
    for host, results in made.links.items():
        yield from ((host, each) for each in results if peer_of(each) == issuing)


def _link(made: Revoked, issuing: str, result: Result, view: Result) -> str:
    would = "would " if made.check_mode else ""
    if has_failed(result):
        return f"{'would not be' if would else 'not'} linked to {issuing} again: {message(result)}"
    if would:
        cut = view.get("cas_made") or result.get("changed")
        return f"would be linked to {issuing} again" if cut else f"is linked to {issuing}"
    outage = _outage(view, result)
    if outage is not None:
        return f"linked to {issuing} again, {int(outage.total_seconds())} seconds after the restart was requested"
    return f"linked to {issuing} again" if result.get("changed") else f"is linked to {issuing}"


def _outage(view: Result, result: Result) -> timedelta | None:
    """Return for how long a link was down. None if the router was not restarted, or that is not known."""
    steps = [mapping(step) for step in view.get("steps") or ()]
    started = next((parse_instant(str(each.get("at"))) for each in steps if each.get("step") == "restart_router"), None)
    connected = parse_instant(str(result.get("connected_at")))
    if started is None or connected is None or connected < started:
        return None
    return connected - started


def _proof(made: Revoked, results: Sequence[Result]) -> Iterator[str]:
    """Yield what is proved, by the latest result that says anything about it."""
    for result in reversed(results):
        proof = mapping(mapping(result.get("revocation")).get("proof"))
        if has_failed(result):
            yield f"{'nothing would be revoked' if made.check_mode else 'NOT proved'}: {message(result)}"
        elif proof.get("state") == "proved":
            yield f"proved until {text(proof.get('seen_until'))}"
        elif proof:
            yield f"NOT proved: {_lacks(proof)}"
        else:
            continue
        return


def _lacks(proof: Result) -> str:
    checks = [mapping(each) for each in proof.get("checks") or ()]
    return "; ".join(text(each.get("fact")) for each in checks if not each.get("holds")) or text(proof.get("state"))


def _eviction(made: Revoked) -> str:
    entries = [
        each
        for results in made.results.values()
        for result in results
        for each in map(mapping, mapping(result.get("revocation")).get("cut_off") or ())
    ]
    name = next((each.get("name") for each in entries if each.get("site_id") == made.evict), "")
    lacking = [host for host in made.issuing if not _is_done(made.results.get(host) or ())]
    left = {*made.unread, *made.outside, *(host for host, some in made.kept_away.items() if not _is_away(made, some))}
    lacking += [host for host in sorted(left) if host not in lacking]
    said = f"{made.called(made.evict, name)} {'would be' if made.check_mode else 'is'} evicted"
    said = f"{said}, but not at {listed(lacking)}" if lacking else said
    return f"{said}; not covered: {listed(made.uncovered)}" if made.uncovered else said


def _is_away(made: Revoked, results: Sequence[Result]) -> bool:
    """Return whether all tasks succeeded that keep the evicted site away from a host, and the last look saw no link."""
    seen = results[-1] if results else {}
    looked = made.check_mode or "links" in seen
    return looked and not any(map(has_failed, results)) and not (seen.get("links") or seen.get("incoming"))


def outsider(site: Result) -> str:
    """Return how lines name a site outside the inventory."""
    if not site.get("site_id"):
        return f"{text(site.get('name'))} ({text(site.get('seen_by'))})"
    return (
        f"{text(site.get('name')) or 'a site'} ({text(site.get('site_id'))}), linked with {text(site.get('seen_by'))}"
    )


def _is_done(results: Sequence[Result]) -> bool:
    return any(each.get("revocation") for each in results) and not any(map(has_failed, results))
