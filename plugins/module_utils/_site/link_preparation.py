# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse, before anything is written, all that can be refused of a link that is to be made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .._kube.api import NamespaceApi
from .._model.errors import Failure, Warnings
from .._model.issuing import Offer
from .._model.link import Link
from .._model.new_link import Anchor, NewLink
from .._model.reasons import Reason
from .._model.site import OwnSite, SiteIds
from .._pki.certificate import is_signed_by
from .._pki.trust import issuer_name
from .._plan.link import LinkPlan, LinkStep, LinkWish
from .credentials import Credential
from .generations.links import link_store
from .generations.readers import reader
from .identity import refuse_claimed_id, refuse_evicted, refuse_restored
from .link_situation import LinkSituation, own_site, refuse_itself


@dataclass(frozen=True)
class Ready:
    """A linking site that has been found fit for a new link."""

    own: OwnSite
    anchor: Anchor
    connectors: tuple[str, ...]
    warnings: Warnings


@dataclass(frozen=True)
class Planned:
    """What is to be done about one link."""

    situation: LinkSituation
    wish: LinkWish
    plan: LinkPlan
    ready: Ready | None = None
    """Only of a link that is to be made."""


def prepared(planned: Planned) -> Planned:
    """Return a plan with what was found fit for a new link. Only links that are to be made are looked at; raises Failure."""
    if planned.plan.step not in (LinkStep.CREATE, LinkStep.REPLACE):
        return planned
    return replace(planned, ready=prepare(planned))


def prepare(planned: Planned, check_mode: bool = False) -> Ready:
    """Refuse, before anything is written, all that can be refused. Only links that are to be made come here."""
    situation, plan = planned.situation, planned.plan
    if plan.step is LinkStep.CREATE and (check_mode or planned.wish.name is not None):
        refuse_taken_name(situation.api, plan.name)
    own, router = own_site(situation), reader(situation.api).router()
    ids = SiteIds(reader(situation.api).config().site_id, router.site_id)
    refuse_itself(situation.api, (own.site_id, *ids.all), situation.issuer)
    refuse_restored(situation.api.place, ids)
    refuse_claimed_id(situation.api.place, plan.remove, situation.issuer, situation.source.locate)
    unknown = refuse_evicted(situation.api, own, situation.issuer, situation.source.locate)
    offer = situation.source.check(situation.api.now())
    if plan.step is LinkStep.CREATE and offer is not None:
        _refuse_twin(situation, offer)
    anchor = reader(situation.api).anchor()
    warnings = (*unknown, *link_store(situation.api).vet(router, offer))
    ready = Ready(own, anchor, router.connectors, warnings)
    return replace(ready, warnings=(*ready.warnings, *_check_admission(planned, ready, check_mode)))


def _refuse_twin(situation: LinkSituation, offer: Offer) -> None:
    """Raise Failure(site_restored) if a link leads to a site of another id, in the same place and with the same CA.

    A CA that signed itself is no company's that several sites may share.
    """
    ca = situation.issuer.ca
    twins = [
        link for link in situation.observed.links if link.site_id is not None and link.host in offer.hosts.values()
    ]
    for link in twins:
        if not issuer_name(ca) and is_signed_by(link.certificate, ca):
            raise Failure(
                Reason.SITE_RESTORED,
                f"The issuing site has the id {situation.issuer.site_id}, and link {link.name} in {situation.api.place}, which its CA has "
                f"signed and which leads to the same host, has {link.site_id}: the issuing site was restored from a "
                "backup, or created again with its former CA, and a second link would be made. Remove that link if it is "
                "not to be kept.",
            )


def _check_admission(planned: Planned, ready: Ready, check_mode: bool) -> Warnings:
    """Raise what would keep a successor from being made, before the link in its place goes and a claim is issued."""
    situation, plan = planned.situation, planned.plan
    token = situation.source.sample(situation.api.now()) if plan.step is LinkStep.REPLACE else None
    if token is None:
        return ()
    return link_store(situation.api).check_admission(new_link(planned, Credential(token), ready), check_mode)


def refuse_taken_name(api: NamespaceApi, name: str) -> None:
    """Raise Failure(name_taken) if an object has the name of a link that is to be made."""
    taken, link = link_store(api).holder(name)
    if not taken:
        return
    raise Failure(
        Reason.NAME_TAKEN, f"The name {name} is taken by {_holder(link)} in {api.place}: choose another name."
    )


def _holder(link: Link | None) -> str:
    if link is None:
        return "another Secret"
    return "a link that does not say where it leads" if link.site_id is None else f"the link to site {link.site_id}"


def managed(api: NamespaceApi, links: Iterable[Link]) -> Warnings:
    """Name the tools that manage links which are changed or removed: they would put back what they have written."""
    return tuple(
        f"link_managed: {owner.name} manages link {link.name} in {api.place} ({owner.fact}), and may undo this: change the link "
        "there, too."
        for link, owner in ((link, link.manager) for link in links)
        if owner is not None
    )


def new_link(planned: Planned, credential: Credential, ready: Ready) -> NewLink:
    """Return the link to be made, and the one that it replaces."""
    plan = planned.plan
    return NewLink(
        plan.name,
        credential.token,
        planned.wish.cost,
        ready.own.site_id,
        ready.anchor,
        claim=None if credential.issued is None else credential.issued.name,
        issuer=planned.situation.source.locate(),
        former=None if plan.current is None else plan.current.link,
    )
