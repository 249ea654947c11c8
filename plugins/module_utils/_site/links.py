# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make, change and await the links of a linking site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar, Union

from .._kube.api import NamespaceApi
from .._kube.snapshot import Snapshot
from .._model.change import Change
from .._model.errors import Failure, Warnings
from .._model.link import Link, LinkKind, removed_meanwhile
from .._model.names import check_link_name, next_link_name
from .._model.observed import Foreseen, Issuer, Observed, Verdict
from .._model.openings import attribute
from .._model.reasons import Reason
from .._model.site import OwnSite
from .._model.wait import Waiting
from .._plan.link import LinkPlan, LinkStep, LinkWish, has_leftover, plan_link
from .._plan.link_verdict import judge
from .._plan.site_identity import seems_claimed
from .credentials import Issued, Source
from .generations.links import link_store
from .generations.readers import reader
from .identity import refuse_claimed_id
from .link_preparation import Planned, managed, prepare, prepared
from .link_situation import LinkSituation, own_site, purpose_of, survey, with_aliases, with_endpoints
from .link_writes import WRITES, Written, keep_existing
from .side_by_side import side_by_side
from .waiting import Awaited, await_links

# A link before it is written, or after.
_Link = TypeVar("_Link", Planned, Written)


@dataclass(frozen=True)
class Wanted:
    """A link that should exist, and where its credential comes from."""

    source: Source
    wish: LinkWish


@dataclass(frozen=True)
class Begun:
    """An existing link that the next task has to wait for."""

    name: str
    site_id: str
    """Id of its issuing site."""
    own_id: str
    """Id of the linking site."""
    made: bool = False
    """Whether it was made for this; it is taken away again if its claim can't be redeemed."""
    changed: bool = False
    """Whether it was made, replaced, or given another cost."""
    claim: Issued | None = None
    """The claim that it was made with. None if there is none, or it was not issued for this."""


@dataclass(frozen=True)
class LinkOutcome:
    """A link after a run, or as check mode predicts it."""

    change: Change
    link: Verdict | Foreseen | None
    """None if there is no link."""
    warnings: Warnings = ()
    connected_at: datetime | None = None
    """When this run saw the link that it made connected. None in check mode, or if it did not."""
    begun: Begun | None = None
    """What is still to be waited for; None if that was done, or there is nothing."""
    issued: str | None = None
    """What its issuing site was asked for: claim or cert. None if it was not asked for a credential."""


Result = Union[LinkOutcome, Failure]


def ensure_link(api: NamespaceApi, wanted: Wanted, waiting: Waiting, check_mode: bool) -> LinkOutcome:
    """Bring the link to an issuing site to what is wished for, and wait until it works; raises Failure."""
    (result,) = ensure_links(api, [wanted], waiting, check_mode)
    if isinstance(result, Failure):
        raise result
    return result


def ensure_links(
    api: NamespaceApi, wanted: Sequence[Wanted], waiting: Waiting, check_mode: bool, insist: bool = False
) -> list[Result]:
    """Bring the links of one site to their desired state, side by side, and wait for all of them together.

    Without ``waiting.wait`` links are not waited for. With ``insist`` those are that replace a working one. What keeps one link
    from being made keeps no other from it.
    """
    once = Snapshot(api)
    planned = _named(side_by_side(lambda each: _planned(once, each, waiting), wanted))
    if check_mode:
        return side_by_side(_prediction, planned)
    ready = side_by_side(prepared, planned)
    written = side_by_side(lambda each: WRITES[each.plan.step](_on(api, each)), ready)
    return _finished(api, written, waiting, insist)


def finish_links(api: NamespaceApi, begun: Sequence[tuple[Source, Begun]], waiting: Waiting) -> list[Result]:
    """Wait for links that another run has begun, all of them together."""
    once = Snapshot(api)
    found = side_by_side(lambda each: _resumed(once, *each, waiting), begun)
    return _finished(api, [each if isinstance(each, Failure) else _on(api, each) for each in found], waiting)


def _on(api: NamespaceApi, link: _Link) -> _Link:
    """Return the same for a site that is read as it is from now on."""
    return replace(link, situation=replace(link.situation, api=api))


def _planned(api: NamespaceApi, wanted: Wanted, waiting: Waiting) -> Planned:
    """Read both sites and decide; raises Failure for what can't be."""
    wish = wanted.wish
    if wish.name is not None:
        check_link_name(wish.name)
    situation = survey(api, wanted.source, waiting)
    if seems_claimed(situation.observed.links, situation.issuer):
        refuse_claimed_id(api.place, situation.observed.links, situation.issuer, situation.source.locate)
    plan = plan_link(wish, situation.issuer, situation.observed)
    if _deserves_a_closer_look(plan):
        situation = with_endpoints(situation)
        plan = plan_link(wish, situation.issuer, situation.observed)
    return Planned(situation, wish, plan)


def _named(planned: Sequence[Planned | Failure]) -> list[Planned | Failure]:
    """Give each link that is to be made a name of its own; refuse a second one to the same site."""
    named: list[Planned | Failure] = []
    sites: set[str] = set()
    taken: set[str] = set()
    for each in planned:
        if isinstance(each, Failure):
            named.append(each)
            continue
        situation, plan = each.situation, each.plan
        if situation.issuer.site_id in sites:
            named.append(_named_twice(situation.api, situation.issuer))
            continue
        sites.add(situation.issuer.site_id)
        if plan.step is LinkStep.CREATE and each.wish.name is None and plan.name in taken:
            name = next_link_name([*(link.name for link in situation.observed.links), *taken])
            plan = plan_link(replace(each.wish, name=name), situation.issuer, situation.observed)
        taken.add(plan.name)
        named.append(replace(each, plan=plan))
    return named


def _named_twice(api: NamespaceApi, issuer: Issuer) -> Failure:
    return Failure(
        Reason.INVALID_OPTION,
        f"Two of the desired links of the site in {api.place} lead to site {issuer.site_id}: name each issuing site "
        "once.",
    )


def _deserves_a_closer_look(plan: LinkPlan) -> bool:
    """Return whether it matters where the issuing site can be reached now. For a link that works it does not."""
    verdict = plan.current
    if verdict is None or verdict.link.kind is LinkKind.CLAIM:
        return False
    return plan.step is LinkStep.RECOST or (plan.step is LinkStep.KEEP and not verdict.connected)


def _prediction(planned: Planned) -> LinkOutcome:
    situation, plan = planned.situation, planned.plan
    warnings, kind = managed(situation.api, plan.remove), None
    if plan.step in (LinkStep.CREATE, LinkStep.REPLACE):
        warnings = (*prepare(planned, check_mode=True).warnings, *warnings)
        kind = situation.source.kind()
    if plan.step is LinkStep.KEEP and plan.current is not None:
        return LinkOutcome(plan.change, plan.current)
    after = plan.change.after
    future = Foreseen(after["name"], after["site_id"], after["cost"])
    return LinkOutcome(plan.change, future, warnings, issued=kind)


def _resumed(api: NamespaceApi, source: Source, begun: Begun, waiting: Waiting) -> Written:
    """Return a link that another run has begun, as it is now; raises Failure(conflict) if it is gone, or another one."""
    links, read_at = reader(api).links(), api.now()
    link = next((each for each in links if (each.name, each.site_id) == (begun.name, begun.site_id)), None)
    if link is None:
        raise removed_meanwhile(api.place, begun.name)
    network = attribute(reader(api).network(begun.own_id), links, read_at)
    observed = Observed(links, network, api.now())
    own = OwnSite(begun.own_id)
    situation = LinkSituation(api, source, Issuer(begun.site_id), observed, (begun.own_id,), waiting, own, resumed=True)
    if observed.unaccounted() and not situation.lingering():
        situation = with_aliases(situation)
    if link.claim is not None:
        # Its record is removed in the end. Who has issued it need not be asked again.
        situation = replace(
            situation, issuer=replace(situation.issuer, reachable=True) if begun.claim else source.issuer()
        )
    kept = keep_existing(situation, Change(), judge(link, None, situation.observed))
    return replace(kept, made_here=begun.made, changed=begun.changed, issued=begun.claim)


def _finished(
    api: NamespaceApi, written: Sequence[Written | Failure], waiting: Waiting, insist: bool = False
) -> list[Result]:
    """Wait for those links that are to be waited for, then leave nothing of their claims behind."""
    awaited: dict[int, Awaited] = {}
    for number, each in enumerate(written):
        if isinstance(each, Failure) or each.verdict is None or each.before is None:
            continue
        if waiting.wait or (insist and each.former is not None):
            watch = each.situation.watch(each.before)
            awaited[number] = Awaited(watch, each.verdict.link, each.made_here)
    await_links(api, list(awaited.values()), waiting)
    return side_by_side(
        lambda pair: _finish(pair[1], awaited.get(pair[0])),
        [each if isinstance(each, Failure) else (number, each) for number, each in enumerate(written)],
    )


def _finish(written: Written, awaited: Awaited | None) -> LinkOutcome:
    situation, verdict = written.situation, written.verdict if awaited is None else awaited.outcome
    if isinstance(verdict, Failure):
        raise _failed(written, verdict)
    if verdict is None:
        return LinkOutcome(written.change, None, written.warnings)
    verdict = _settle(situation, verdict, written.issued)
    begun = _begun(written, verdict.link) if awaited is None and written.before is not None else None
    seen = awaited.connected_at if awaited is not None else situation.api.now() if verdict.connected else None
    since = seen if written.changed else None
    return LinkOutcome(written.change, verdict, written.warnings, since, begun, written.kind)


def _failed(written: Written, failure: Failure) -> Failure:
    """Return the failure of a link. Restore the one that it replaces, if that worked."""
    if written.former is None:
        return failure
    return link_store(written.situation.api).put_back(written.former, failure, written.situation.waiting)


def _begun(written: Written, link: Link) -> Begun:
    return Begun(
        link.name,
        written.situation.issuer.site_id,
        written.situation.own_ids[0],
        written.made_here,
        written.changed,
        written.issued,
    )


def _settle(situation: LinkSituation, verdict: Verdict, issued: Issued | None) -> Verdict:
    """Remove the spent claim record of a link, and the note about it."""
    link = verdict.link
    if issued is not None and link.kind is LinkKind.CERTIFICATE:
        situation.source.discard(issued)
    elif link.claim is not None and has_leftover(link, situation.issuer):
        situation.source.settle(link.claim, purpose_of(situation, own_site(situation), link.name))
    if has_leftover(link, situation.issuer):
        link_store(situation.api).forget_claim(link)
    return verdict
