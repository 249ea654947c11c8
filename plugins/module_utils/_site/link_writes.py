# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write what a plan says about a link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable

from .._model.change import Change
from .._model.errors import Failure, Warnings
from .._model.link import Link
from .._model.observed import Verdict
from .._model.openings import attribute
from .._model.reasons import Reason
from .._plan.link import LinkStep
from .credentials import Credential, Issued
from .generations.links import link_store
from .generations.readers import reader
from .link_preparation import Planned, Ready, managed, new_link, refuse_taken_name
from .link_situation import LinkSituation, purpose_of
from .waiting import Before


@dataclass(frozen=True)
class Written:
    """A link as it was left when nothing more had to be written, but for what is left over from its claim."""

    situation: LinkSituation
    change: Change
    verdict: Verdict | None
    """None if there is no link."""
    before: Before | None = None
    """What it is waited by; None if nothing is to be waited for."""
    made_here: bool = False
    changed: bool = False
    """Whether its connection is of this run's making."""
    issued: Issued | None = None
    """The claim that it was made with."""
    kind: str | None = None
    """What the issuing site was asked for."""
    former: Link | None = None
    """The link in whose place it is, if that worked: it is put back if this one fails."""
    warnings: Warnings = ()


def _keep(planned: Planned) -> Written:
    if planned.plan.current is None:
        return Written(planned.situation, planned.plan.change, None)
    return keep_existing(planned.situation, planned.plan.change, planned.plan.current)


def keep_existing(situation: LinkSituation, change: Change, verdict: Verdict) -> Written:
    """Keep an existing link. Wait for it if it is not connected, unless that could not be seen even if it were."""
    undecided = verdict.unknown and bool(situation.lingering())
    if verdict.connected or undecided:
        return Written(situation, change, verdict)
    mine = situation.observed.connections(verdict.link)
    before = situation.before(replace(situation.observed.network.without(mine), openings=frozenset()))
    return Written(situation, change, verdict, before)


def _create(planned: Planned) -> Written:
    situation, plan, ready = planned.situation, planned.plan, _ready(planned)
    if plan.name in ready.connectors:
        link_store(situation.api).await_gone([plan.name], situation.waiting)
    network = situation.observed.network
    if situation.waiting.wait and not network.known:
        found = reader(situation.api).network(ready.own.site_id)
        network = attribute(found, situation.observed.links, situation.observed.now)
    credential = situation.source.obtain(purpose_of(situation, ready.own, plan.name), situation.api.now())
    link = _created(planned, credential, ready)
    return _made(planned, link, credential, situation.before(network))


def _created(planned: Planned, credential: Credential, ready: Ready) -> Link:
    """Create a link; raises Failure(name_taken), then without the claim that was issued for it.

    A name that this collection chose itself hardly ever belongs to another Secret. It is therefore not looked up before.
    """
    api, name = planned.situation.api, planned.plan.name
    try:
        return link_store(api).create(new_link(planned, credential, ready))
    except Failure as failure:
        if failure.reason is Reason.CONFLICT:
            if credential.issued is not None:
                planned.situation.source.discard(credential.issued)
            refuse_taken_name(api, name)
        raise


def _made(planned: Planned, link: Link, credential: Credential, before: Before) -> Written:
    situation, plan, ready = planned.situation, planned.plan, _ready(planned)
    former = None if plan.current is None or plan.current.dead else plan.current.link
    return Written(
        replace(situation, own=ready.own),
        plan.change,
        situation.watch().unconnected(link),
        before,
        made_here=True,
        changed=True,
        issued=credential.issued,
        kind=situation.source.kind(),
        former=former,
        warnings=(*ready.warnings, *managed(situation.api, plan.remove)),
    )


def _ready(planned: Planned) -> Ready:
    if planned.ready is None:
        raise Failure(Reason.INTERNAL, "A link was to be made on a site that had not been looked at.")
    return planned.ready


def _replace(planned: Planned) -> Written:
    situation, plan, ready = planned.situation, planned.plan, _ready(planned)
    # Nothing is taken away before the new credential is in hand.
    credential = situation.source.obtain(purpose_of(situation, ready.own, plan.name), situation.api.now())
    links = link_store(situation.api)
    try:
        for link in plan.remove:
            links.remove(link)
        links.await_gone([link.name for link in plan.remove], situation.waiting)
        made = links.create_surely(new_link(planned, credential, ready), situation.waiting)
    except Failure as failure:
        if plan.current is None:
            raise
        raise links.put_back(plan.current.link, failure, situation.waiting) from None
    return _made(planned, made, credential, situation.before(removed=plan.remove))


def _recost(planned: Planned) -> Written:
    situation, plan, wish = planned.situation, planned.plan, planned.wish
    link = link_store(situation.api).set_cost(plan.remove[0], wish.cost, situation.waiting)
    verdict = situation.watch().unconnected(link)
    warnings = managed(situation.api, plan.remove)
    return Written(situation, plan.change, verdict, situation.before(), changed=True, warnings=warnings)


WRITES: dict[LinkStep, Callable[[Planned], Written]] = {
    LinkStep.KEEP: _keep,
    LinkStep.CREATE: _create,
    LinkStep.REPLACE: _replace,
    LinkStep.RECOST: _recost,
}
