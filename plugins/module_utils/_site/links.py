# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make, change and remove links on the linking site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Callable, Optional

from .._kube.port import CONFIG_MAP, SECRET, Port
from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.link import Link, LinkKind, NetworkView
from .._model.location import Location
from .._model.names import check_link_name
from .._model.reasons import Reason
from .._model.site import Mode, OwnSite, SiteIds
from .._model.token import Purpose
from .._pki.certificate import is_signed_by
from .._pki.trust import issuer_name
from .._plan.changes import UNKNOWN, Change
from .._plan.identity import is_one_to
from .._plan.link import (
    Issuer,
    LinkPlan,
    LinkStep,
    LinkWish,
    Observed,
    Verdict,
    has_leftover,
    judge,
    link_view,
    plan_link,
    plan_removal,
    why_removable,
)
from .._plan.openings import attribute
from .._wire import v1_keys as keys
from .._wire.managed import link_owner
from .._wire.v1_link import LinkMarks, forget_claim_patch, park_patch, read_link, unpark_patch, write_link
from .._wire.v1_network import read_network
from . import gather
from .credentials import Credential, Source
from .identity import refuse_claimed_id, refuse_evicted, refuse_restored, seems_claimed
from .locate import locate
from .policies import Warnings
from .rehearsal import rehearse
from .successor import make_surely, patch_surely, put_back
from .vetting import Offer, vet
from .waiting import Before, Waiting, Watch, as_link, await_disconnection


@dataclass(frozen=True)
class LinkOutcome:
    """A link after a run, or as check mode predicts it."""

    change: Change
    view: dict[str, Any] | None
    warnings: Warnings = ()
    connected_at: str | None = None
    """When this run saw the link that it made connected."""


@dataclass(frozen=True)
class _Ready:
    """A linking site that has been found fit for a new link."""

    own: OwnSite
    deployment: Mapping[str, Any]
    connectors: tuple[str, ...]
    warnings: Warnings


@dataclass(frozen=True)
class _Scene:
    """The linking site and the site it is to be linked to, as one run found them."""

    port: Port
    source: Source
    issuer: Issuer
    observed: Observed
    own_ids: tuple[str, ...]
    """As a link of this collection says, if there is one that works; two of a site that was restored from a backup."""
    waiting: Waiting
    own: OwnSite | None
    """The linking site by its own objects; None if these were not read."""
    aliases: tuple[str, ...] = ()
    """Ids that mean the issuing site, if it has more than one."""

    def lingering(self) -> frozenset[str]:
        return self.observed.network.outgoing_to(self.issuer.site_id)

    def watch(self, before: Before | None = None) -> Watch:
        return Watch(
            self.port,
            self.own_ids,
            self.issuer.site_id,
            self.waiting,
            self.aliases,
            present_ca=self.issuer.ca if self.issuer.authority else None,
            before=before or Before(),
            routers=self.source.routers,
        )

    def before(self, network: NetworkView | None = None, removed: Iterable[Link] = ()) -> Before:
        names = {link.name for link in self.observed.links} - {link.name for link in removed}
        return Before(frozenset(names), network or self.observed.network)


def ensure_link(port: Port, source: Source, wish: LinkWish, waiting: Waiting, check_mode: bool) -> LinkOutcome:
    """Bring the link to an issuing site to what is wished for, and wait until it works."""
    if wish.name is not None:
        check_link_name(wish.name)
    scene = _survey(port, source, waiting)
    if seems_claimed(scene.observed.links, scene.issuer):
        refuse_claimed_id(port.place, scene.observed.links, scene.issuer, source.locate)
    plan = plan_link(wish, scene.issuer, scene.observed)
    if _deserves_a_closer_look(plan):
        scene = _with_endpoints(scene)
        plan = plan_link(wish, scene.issuer, scene.observed)
    if check_mode:
        return _prediction(scene, plan, wish)
    outcome = _STEPS[plan.step](scene, plan, wish)
    return replace(outcome, warnings=(*outcome.warnings, *_managed(port, plan.remove)))


def _survey(port: Port, source: Source, waiting: Waiting) -> _Scene:
    """Read both sites; a link of ours that is up tells the own site's id and spares reading it."""
    issuer = source.issuer()
    links, read_at = gather.links(port), port.now()
    issuer = _as_linked(issuer, links, source)
    mine = [link for link in links if link.site_id == issuer.site_id]
    # A link that does not say where it leads may be to this issuing site, too.
    candidates = mine or [link for link in links if link.site_id is None]
    status = (port.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}) if candidates else {}
    own = next((link.owner for link in mine if link.owner), "")
    network = attribute(read_network(status, own), links, read_at) if own else NetworkView()
    own_site: OwnSite | None = None
    own_ids: tuple[str, ...] = (own,)
    if not network.outgoing_to(issuer.site_id):
        own_site = gather.own_site(port)
        own_ids = (own_site.site_id,)
        network = attribute(gather.network_of(port, status, *own_ids), links, read_at)
    _refuse_itself(port, own_ids, issuer)
    observed = Observed(links, network, port.now())
    aliases: tuple[str, ...] = ()
    if mine and observed.unaccounted() and not network.outgoing_to(issuer.site_id):
        aliases = (issuer.site_id, *source.other_ids())
        observed = replace(observed, network=network.alike(aliases))
    return _Scene(port, source, issuer, observed, own_ids, waiting, own_site, aliases)


def _as_linked(issuer: Issuer, links: Iterable[Link], source: Source) -> Issuer:
    """The issuing site by the id that links have of it; one that was restored from a backup has another one as well."""
    known = {link.site_id for link in links if link.site_id is not None}
    if not known or issuer.site_id in known:
        return issuer
    return next((replace(issuer, site_id=other) for other in source.other_ids() if other in known), issuer)


def _refuse_itself(port: Port, own_ids: tuple[str, ...], issuer: Issuer) -> None:
    if issuer.site_id in own_ids:
        raise Failure(
            Reason.TOKEN_OWN_SITE,
            f"The site in {port.place} cannot be linked to itself: use the token on another site.",
        )


def _own(scene: _Scene) -> OwnSite:
    """The linking site by its own objects: whatever is written, here or there, is not written for what a note says."""
    return gather.own_site(scene.port) if scene.own is None else scene.own


def _purpose(scene: _Scene, own: OwnSite, link_name: str) -> Purpose:
    return Purpose(own.site_id, link_name, locate(scene.port, read=True))


def _deserves_a_closer_look(plan: LinkPlan) -> bool:
    """Whether it matters where the issuing site can be reached now; for a link that works it does not."""
    verdict = plan.current
    if verdict is None or verdict.link.kind is LinkKind.CLAIM:
        return False
    return plan.step is LinkStep.RECOST or (plan.step is LinkStep.KEEP and not verdict.connected)


def _with_endpoints(scene: _Scene) -> _Scene:
    endpoints = scene.source.endpoints()
    if endpoints is None:
        return scene
    edge = gather.site_config(scene.port).mode is Mode.EDGE
    issuer, observed = replace(scene.issuer, endpoints=endpoints), replace(scene.observed, edge=edge)
    return replace(scene, issuer=issuer, observed=observed)


def _prediction(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    warnings = _managed(scene.port, plan.remove)
    if plan.step in (LinkStep.CREATE, LinkStep.REPLACE):
        warnings = (*_prepare(scene, plan, wish, check_mode=True).warnings, *warnings)
    if plan.step is LinkStep.KEEP and plan.current is not None:
        return LinkOutcome(plan.change, link_view(plan.current))
    unknown = ("state", "connected", "reason", "cause", "url", "not_after")
    future = dict.fromkeys(unknown, UNKNOWN)
    known = {key: plan.change.after[key] for key in ("name", "site_id", "cost")}
    return LinkOutcome(plan.change, {**future, **known}, warnings, connected_at=UNKNOWN)


def _managed(port: Port, links: Iterable[Link]) -> Warnings:
    """Name the tools that manage links which are changed or removed: they would put back what they have written."""
    found = ((link, link_owner(link.manifest)) for link in links)
    return tuple(
        f"link_managed: {owner.name} manages link {link.name} in {port.place} ({owner.fact}), and may undo this: change the link "
        "there, too."
        for link, owner in found
        if owner is not None
    )


def _prepare(scene: _Scene, plan: LinkPlan, wish: LinkWish, check_mode: bool = False) -> _Ready:
    """Refuse, before anything is written, all that can be refused; only links that are to be made come here."""
    if plan.step is LinkStep.CREATE:
        _refuse_taken_name(scene.port, plan.name)
    own, router = _own(scene), gather.router_config(scene.port)
    ids = SiteIds(gather.site_config(scene.port).site_id, router.site_id)
    _refuse_itself(scene.port, (own.site_id, *ids.all), scene.issuer)
    refuse_restored(scene.port.place, ids)
    refuse_claimed_id(scene.port.place, plan.remove, scene.issuer, scene.source.locate)
    unknown = refuse_evicted(scene.port, own, scene.issuer, scene.source.locate)
    offer = scene.source.check(scene.port.now())
    if plan.step is LinkStep.CREATE and offer is not None:
        _refuse_twin(scene, offer)
    deployment = gather.router_deployment(scene.port)
    ready = _Ready(own, deployment, router.connectors, (*unknown, *vet(scene.port, router, offer)))
    return replace(ready, warnings=(*ready.warnings, *_rehearse(scene, plan, wish, ready, check_mode)))


def _refuse_twin(scene: _Scene, offer: Offer) -> None:
    """Raise Failure(site_restored) if a link leads to a site of another id, in the same place and with the same CA.

    A CA that signed itself is no company's that several sites may share.
    """
    ca = scene.issuer.ca
    twins = [link for link in scene.observed.links if link.site_id is not None and link.host in offer.hosts.values()]
    for link in twins:
        if not issuer_name(ca) and is_signed_by(link.certificate, ca):
            raise Failure(
                Reason.SITE_RESTORED,
                f"The issuing site has the id {scene.issuer.site_id}, and link {link.name} in {scene.port.place}, which its CA has "
                f"signed and which leads to the same host, has {link.site_id}: the issuing site was restored from a backup, or made "
                "anew with the CA of before, and a second link would be made. Remove that link if it is not to be kept.",
            )


def _rehearse(scene: _Scene, plan: LinkPlan, wish: LinkWish, ready: _Ready, check_mode: bool) -> Warnings:
    """Raise what would keep a successor from being made, before the link in its place goes and a claim is issued."""
    token = scene.source.sample(scene.port.now()) if plan.step is LinkStep.REPLACE else None
    if token is None:
        return ()
    return rehearse(scene.port, _manifest(scene, plan, wish, Credential(token), ready), f"Link {plan.name}", check_mode)


def _keep(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    verdict = plan.current
    if verdict is None:
        return LinkOutcome(plan.change, None)
    undecided = verdict.unknown and bool(scene.lingering())
    if not verdict.connected and not undecided and scene.waiting.wait:
        mine = scene.observed.connections(verdict.link)
        before = scene.before(replace(scene.observed.network.without(mine), openings=frozenset()))
        verdict = scene.watch(before).until_connected(verdict.link, made_here=False)
    verdict = _settle(scene, verdict)
    return LinkOutcome(plan.change, link_view(verdict))


def _create(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    ready = _prepare(scene, plan, wish)
    if plan.name in ready.connectors:
        await_disconnection(scene.port, [plan.name], scene.waiting)
    network = scene.observed.network
    if scene.waiting.wait and not network.known:
        found = gather.network(scene.port, ready.own.site_id)
        network = attribute(found, scene.observed.links, scene.observed.now)
    credential = scene.source.obtain(_purpose(scene, ready.own, plan.name), scene.port.now())
    link = as_link(scene.port.create(SECRET, _manifest(scene, plan, wish, credential, ready)), scene.port, plan.name)
    before = scene.before(network)
    return replace(_finish(scene, plan, link, before, made_here=True), warnings=ready.warnings)


def _refuse_taken_name(port: Port, name: str) -> None:
    manifest = port.get(SECRET, name)
    if manifest is None:
        return
    link = read_link(manifest)
    raise Failure(
        Reason.NAME_TAKEN, f"The name {name} is taken by {_holder(link)} in {port.place}: choose another name."
    )


def _holder(link: Link | None) -> str:
    if link is None:
        return "another Secret"
    return "a link that does not say where it leads" if link.site_id is None else f"the link to site {link.site_id}"


def _replace(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    ready = _prepare(scene, plan, wish)
    # Nothing is taken away before the new credential is in hand.
    credential = scene.source.obtain(_purpose(scene, ready.own, plan.name), scene.port.now())
    former = plan.current
    try:
        _delete(scene.port, plan.remove)
        await_disconnection(scene.port, [link.name for link in plan.remove], scene.waiting)
        link = make_surely(scene.port, _manifest(scene, plan, wish, credential, ready), scene.waiting)
    except Failure as failure:
        if former is None:
            raise
        raise put_back(scene.port, former.link, failure, scene.waiting) from None
    try:
        before = scene.before(removed=plan.remove)
        return replace(_finish(scene, plan, link, before, made_here=True), warnings=ready.warnings)
    except Failure as failure:
        if former is None or former.dead:
            raise
        raise put_back(scene.port, former.link, failure, scene.waiting) from None


def _manifest(scene: _Scene, plan: LinkPlan, wish: LinkWish, credential: Credential, ready: _Ready) -> dict[str, Any]:
    """The link Secret to be made, with what others have written on the one that it replaces."""
    marks = LinkMarks(ready.own.site_id, credential.record, scene.source.locate())
    former = None if plan.current is None else plan.current.link.manifest
    return write_link(plan.name, credential.token, wish.cost, ready.deployment, marks, former)


def _recost(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    """Give a link another cost.

    The router takes neither cost nor certificate from a connector it already has (cmd/config-sync), so the link
    leaves the controllers' sight, its connector goes, and it comes back; the certificate stays in its Secret.
    """
    former = link = plan.remove[0]
    if link.kind is not LinkKind.PARKED:
        parked = replace(link, kind=LinkKind.PARKED, cost=wish.cost)
        link = patch_surely(scene.port, link, lambda found: park_patch(found, wish.cost), parked, scene.waiting)
    try:
        await_disconnection(scene.port, [link.name], scene.waiting)
    except Failure:
        # Its connector is still there, with the cost that it had.
        if former.kind is not LinkKind.PARKED:
            patch_surely(scene.port, link, lambda found: unpark_patch(found, former.cost), former, scene.waiting)
        raise
    shown = replace(link, kind=LinkKind.CERTIFICATE, cost=wish.cost)
    link = patch_surely(scene.port, link, lambda found: unpark_patch(found, wish.cost), shown, scene.waiting)
    return _finish(scene, plan, link, scene.before(), made_here=False)


_STEPS: dict[LinkStep, Callable[[_Scene, LinkPlan, LinkWish], LinkOutcome]] = {
    LinkStep.KEEP: _keep,
    LinkStep.CREATE: _create,
    LinkStep.REPLACE: _replace,
    LinkStep.RECOST: _recost,
}


def _finish(scene: _Scene, plan: LinkPlan, link: Link, before: Before, made_here: bool) -> LinkOutcome:
    if not scene.waiting.wait:
        return LinkOutcome(plan.change, link_view(scene.watch().unconnected(link)))
    verdict = scene.watch(before).until_connected(link, made_here)
    since = format_instant(scene.port.now())
    return LinkOutcome(plan.change, link_view(_settle(scene, verdict)), connected_at=since)


def _settle(scene: _Scene, verdict: Verdict) -> Verdict:
    """Remove the spent claim record of a link, and the note about it."""
    link = verdict.link
    if link.claim is not None and has_leftover(link, scene.issuer):
        scene.source.settle(link.claim, _purpose(scene, _own(scene), link.name))
        scene.port.patch(SECRET, link.name, forget_claim_patch())
    return verdict


@dataclass(frozen=True)
class Removal:
    """Which links should be absent; what is None narrows nothing down."""

    name: str | None = None
    site_id: str | None = None
    """Id of the issuing site."""
    source: Source | None = None
    """The issuing site, to be asked who it is and whether it still honours a link."""
    stale: bool = False
    """Only links that will not work again."""
    location: Location | None = None
    """Where the site with the id is seen."""

    def names(self, link: Link, site_id: str | None) -> bool:
        """Return whether a link is one of those, as far as its name and its issuing site tell."""
        if self.name not in (None, link.name):
            return False
        return site_id is None or is_one_to(link, site_id, self.location)


@dataclass(frozen=True)
class RemovalOutcome:
    """Links that were taken away, or would be, with the reason for each."""

    change: Change
    removed: tuple[dict[str, Any], ...]
    warnings: Warnings = ()


def remove_links(port: Port, removal: Removal, waiting: Waiting, check_mode: bool) -> RemovalOutcome:
    """Take away links by name, by issuing site, or those that are of no use any more."""
    issuer = removal.source.issuer() if removal.source else None
    issuer, chosen, warnings = _chosen(port, removal, issuer)
    if issuer is not None and removal.source is not None:
        refuse_claimed_id(port.place, [link for link, _why in chosen], issuer, removal.source.locate)
    plan = plan_removal(
        tuple(link for link, _why in chosen), "it will not work again" if removal.stale else "it should be absent"
    )
    removed = tuple({"name": link.name, "site_id": link.site_id, "reason": why} for link, why in chosen)
    if not check_mode:
        _delete(port, plan.remove)
        _withdraw(port, removal.source, plan.remove)
    if not check_mode and plan.remove and waiting.wait:
        await_disconnection(port, [link.name for link in plan.remove], waiting)
    return RemovalOutcome(plan.change, removed, (*warnings, *_managed(port, plan.remove)))


_Chosen = tuple[Optional[Issuer], "list[tuple[Link, str]]", Warnings]


def _chosen(port: Port, removal: Removal, issuer: Issuer | None) -> _Chosen:
    """The issuing site by the id that links have of it, the links that a removal is about, and what is to be said of others.

    Each link has the reason. Only for stale ones more than the links is read.
    """
    observed = gather.observed(port, gather.site_config(port)) if removal.stale else None
    found = gather.links(port) if observed is None else observed.links
    if issuer is not None and removal.source is not None:
        issuer = _as_linked(issuer, found, removal.source)
    site_id = issuer.site_id if issuer else removal.site_id
    named = [link for link in found if removal.names(link, site_id)]
    spared = tuple(
        _spared(port, removal, link)
        for link in found
        if removal.name is None and link.site_id is not None and link.site_id == site_id and link not in named
    )
    if observed is None and any(map(_may_be_request, named)):
        named = list(gather.without_requests(named, gather.site_ids(port)))
    if not named and observed is None:
        # A mistyped namespace would otherwise pass for a link that is gone.
        gather.site_config(port)
    if observed is None:
        return issuer, [(link, _why_absent(link, site_id)) for link in named], spared
    judged = [(link, why_removable(judge(link, issuer, observed), observed)) for link in named]
    return issuer, [(link, why) for link, why in judged if why], spared


def _may_be_request(link: Link) -> bool:
    """Whether a link may be a token that was made for a request on this site, which takes reading who the site is."""
    return link.kind is LinkKind.CERTIFICATE and link.owner is None and link.site_id is not None


def _why_absent(link: Link, site_id: str | None) -> str:
    return "it should be absent" if site_id in (None, link.site_id) else "it was made to where that site is"


def _spared(port: Port, removal: Removal, link: Link) -> str:
    return (
        f"Link {link.name} in {port.place} has the id {link.site_id}, and was made to the site in {link.issuer}, not to the one "
        f"in {removal.location}: it is left as it is."
    )


def _withdraw(port: Port, source: Source | None, links: tuple[Link, ...]) -> None:
    """Leave no claim behind that was issued for links that are gone."""
    noted = [(link, link.claim) for link in links if link.claim is not None]
    if source is None or not noted:
        return
    own_site_id, location = gather.own_site(port).site_id, locate(port, read=True)
    for link, claim in noted:
        source.settle(claim, Purpose(own_site_id, link.name, location))


def _delete(port: Port, links: tuple[Link, ...]) -> None:
    for link in links:
        port.delete(SECRET, link.name, link.uid)
