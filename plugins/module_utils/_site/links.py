# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make, change and remove links on the linking site."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Callable, Union

from .._kube.api import NamespaceApi
from .._kube.snapshot import Snapshot
from .._model.change import Change
from .._model.errors import Failure, Warnings
from .._model.issuing import Offer
from .._model.link import Link, LinkKind, NetworkView, removed_meanwhile
from .._model.names import check_link_name, next_link_name
from .._model.new_link import Anchor, NewLink
from .._model.observed import Foreseen, Issuer, Observed, Verdict
from .._model.openings import attribute
from .._model.reasons import Reason
from .._model.site import OwnSite, SiteIds, dials
from .._model.token import Purpose
from .._model.wait import Waiting
from .._pki.certificate import is_signed_by
from .._pki.trust import issuer_name
from .._plan.link import LinkPlan, LinkStep, LinkWish, has_leftover, plan_link
from .._plan.link_verdict import judge
from .._plan.site_identity import seems_claimed
from .credentials import Credential, Issued, Source
from .generations.links import link_store
from .generations.readers import reader
from .identity import refuse_claimed_id, refuse_evicted, refuse_restored
from .locate import locate
from .side_by_side import side_by_side
from .waiting import Awaited, Before, Watch, await_links


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


@dataclass(frozen=True)
class _Ready:
    """A linking site that has been found fit for a new link."""

    own: OwnSite
    anchor: Anchor
    connectors: tuple[str, ...]
    warnings: Warnings


@dataclass(frozen=True)
class _Scene:
    """The linking site and the site it is to be linked to, as one run found them."""

    api: NamespaceApi
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
    resumed: bool = False
    """Whether another run has begun the link, so that the issuing site was not asked in this one."""

    def lingering(self) -> frozenset[str]:
        return self.observed.network.outgoing_to(self.issuer.site_id)

    def watch(self, before: Before | None = None) -> Watch:
        site_id = self.issuer.site_id
        return Watch(
            self.api,
            self.own_ids,
            site_id,
            self.waiting,
            self.aliases,
            before=before or Before(),
            authority=self.authority,
            routers=lambda: self.source.routers(site_id),
        )

    def authority(self) -> bytes | None:
        """Return the issuing site's CA certificates. They are read again only to say what is wrong with a link."""
        issuer = self.issuer
        if self.resumed and not issuer.authority:
            try:
                issuer = self.source.issuer()
            except Failure:
                return None
        return issuer.ca if issuer.authority else None

    def before(self, network: NetworkView | None = None, removed: Iterable[Link] = ()) -> Before:
        names = {link.name for link in self.observed.links} - {link.name for link in removed}
        return Before(frozenset(names), network or self.observed.network)


@dataclass(frozen=True)
class _Planned:
    """What is to be done about one link."""

    scene: _Scene
    wish: LinkWish
    plan: LinkPlan
    ready: _Ready | None = None
    """Only of a link that is to be made."""


@dataclass(frozen=True)
class _Written:
    """A link as it was left when nothing more had to be written, but for what is left over from its claim."""

    scene: _Scene
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
    ready = side_by_side(_prepared, planned)
    written = side_by_side(lambda each: _WRITES[each.plan.step](_on(api, each)), ready)
    return _finished(api, written, waiting, insist)


def finish_links(api: NamespaceApi, begun: Sequence[tuple[Source, Begun]], waiting: Waiting) -> list[Result]:
    """Wait for links that another run has begun, all of them together."""
    once = Snapshot(api)
    found = side_by_side(lambda each: _resumed(once, *each, waiting), begun)
    on_port = [
        each if isinstance(each, Failure) else replace(each, scene=replace(each.scene, api=api)) for each in found
    ]
    return _finished(api, on_port, waiting)


def _on(api: NamespaceApi, planned: _Planned) -> _Planned:
    """Return the same for a site that is read as it is from now on."""
    return replace(planned, scene=replace(planned.scene, api=api))


def _planned(api: NamespaceApi, wanted: Wanted, waiting: Waiting) -> _Planned:
    """Read both sites and decide; raises Failure for what can't be."""
    wish = wanted.wish
    if wish.name is not None:
        check_link_name(wish.name)
    scene = _survey(api, wanted.source, waiting)
    if seems_claimed(scene.observed.links, scene.issuer):
        refuse_claimed_id(api.place, scene.observed.links, scene.issuer, scene.source.locate)
    plan = plan_link(wish, scene.issuer, scene.observed)
    if _deserves_a_closer_look(plan):
        scene = _with_endpoints(scene)
        plan = plan_link(wish, scene.issuer, scene.observed)
    return _Planned(scene, wish, plan)


def _named(planned: Sequence[_Planned | Failure]) -> list[_Planned | Failure]:
    """Give each link that is to be made a name of its own; refuse a second one to the same site."""
    named: list[_Planned | Failure] = []
    sites: set[str] = set()
    taken: set[str] = set()
    for each in planned:
        if isinstance(each, Failure):
            named.append(each)
            continue
        scene, plan = each.scene, each.plan
        if scene.issuer.site_id in sites:
            named.append(_named_twice(scene.api, scene.issuer))
            continue
        sites.add(scene.issuer.site_id)
        if plan.step is LinkStep.CREATE and each.wish.name is None and plan.name in taken:
            name = next_link_name([*(link.name for link in scene.observed.links), *taken])
            plan = plan_link(replace(each.wish, name=name), scene.issuer, scene.observed)
        taken.add(plan.name)
        named.append(replace(each, plan=plan))
    return named


def _named_twice(api: NamespaceApi, issuer: Issuer) -> Failure:
    return Failure(
        Reason.INVALID_OPTION,
        f"Two of the desired links of the site in {api.place} lead to site {issuer.site_id}: name each issuing site "
        "once.",
    )


def _survey(api: NamespaceApi, source: Source, waiting: Waiting) -> _Scene:
    """Read both sites. A link between them that is up has the own site's id, which then need not be read."""
    issuer = source.issuer()
    links, read_at = reader(api).links(), api.now()
    issuer = as_linked(issuer, links, source)
    mine = [link for link in links if link.site_id == issuer.site_id]
    # A link that does not say where it leads may be to this issuing site, too.
    candidates = mine or [link for link in links if link.site_id is None]
    own = next((link.owner for link in mine if link.owner), "")
    network = NetworkView()
    if candidates and own:
        network = attribute(reader(api).network_by(own), links, read_at)
    own_site: OwnSite | None = None
    own_ids: tuple[str, ...] = (own,)
    if not network.outgoing_to(issuer.site_id):
        own_site = reader(api).own()
        own_ids = (own_site.site_id,)
        if candidates:
            network = attribute(reader(api).network(*own_ids), links, read_at)
    _refuse_itself(api, own_ids, issuer)
    observed = Observed(links, network, api.now())
    scene = _Scene(api, source, issuer, observed, own_ids, waiting, own_site)
    return _with_aliases(scene) if mine and observed.unaccounted() and not scene.lingering() else scene


def _with_aliases(scene: _Scene) -> _Scene:
    """Return the same with all ids of the issuing site, which has two if it was restored from a backup."""
    aliases = (scene.issuer.site_id, *scene.source.other_ids())
    observed = replace(scene.observed, network=scene.observed.network.with_aliases(aliases))
    return replace(scene, observed=observed, aliases=aliases)


def as_linked(issuer: Issuer, links: Iterable[Link], source: Source) -> Issuer:
    """Return the issuing site by the id that links have of it. One that was restored from a backup has another one as well."""
    known = {link.site_id for link in links if link.site_id is not None}
    if not known or issuer.site_id in known:
        return issuer
    return next((replace(issuer, site_id=other) for other in source.other_ids() if other in known), issuer)


def _refuse_itself(api: NamespaceApi, own_ids: tuple[str, ...], issuer: Issuer) -> None:
    if issuer.site_id in own_ids:
        raise Failure(
            Reason.TOKEN_OWN_SITE,
            f"The site in {api.place} cannot be linked to itself: use the token on another site.",
        )


def _own(scene: _Scene) -> OwnSite:
    """Return the linking site as its own objects describe it. No write relies on a note alone."""
    return reader(scene.api).own() if scene.own is None else scene.own


def _purpose(scene: _Scene, own: OwnSite, link_name: str) -> Purpose:
    return Purpose(own.site_id, link_name, locate(scene.api, read=True))


def _deserves_a_closer_look(plan: LinkPlan) -> bool:
    """Return whether it matters where the issuing site can be reached now. For a link that works it does not."""
    verdict = plan.current
    if verdict is None or verdict.link.kind is LinkKind.CLAIM:
        return False
    return plan.step is LinkStep.RECOST or (plan.step is LinkStep.KEEP and not verdict.connected)


def _with_endpoints(scene: _Scene) -> _Scene:
    endpoints = scene.source.endpoints()
    if endpoints is None:
        return scene
    endpoint = dials(reader(scene.api).config().mode)
    issuer, observed = replace(scene.issuer, endpoints=endpoints), replace(scene.observed, dials=endpoint)
    return replace(scene, issuer=issuer, observed=observed)


def _prediction(planned: _Planned) -> LinkOutcome:
    scene, plan = planned.scene, planned.plan
    warnings, kind = managed(scene.api, plan.remove), None
    if plan.step in (LinkStep.CREATE, LinkStep.REPLACE):
        warnings = (*_prepare(planned, check_mode=True).warnings, *warnings)
        kind = scene.source.kind()
    if plan.step is LinkStep.KEEP and plan.current is not None:
        return LinkOutcome(plan.change, plan.current)
    after = plan.change.after
    future = Foreseen(after["name"], after["site_id"], after["cost"])
    return LinkOutcome(plan.change, future, warnings, issued=kind)


def _prepared(planned: _Planned) -> _Planned:
    if planned.plan.step not in (LinkStep.CREATE, LinkStep.REPLACE):
        return planned
    return replace(planned, ready=_prepare(planned))


def managed(api: NamespaceApi, links: Iterable[Link]) -> Warnings:
    """Name the tools that manage links which are changed or removed: they would put back what they have written."""
    return tuple(
        f"link_managed: {owner.name} manages link {link.name} in {api.place} ({owner.fact}), and may undo this: change the link "
        "there, too."
        for link, owner in ((link, link.manager) for link in links)
        if owner is not None
    )


def _prepare(planned: _Planned, check_mode: bool = False) -> _Ready:
    """Refuse, before anything is written, all that can be refused. Only links that are to be made come here."""
    scene, plan = planned.scene, planned.plan
    if plan.step is LinkStep.CREATE and (check_mode or planned.wish.name is not None):
        _refuse_taken_name(scene.api, plan.name)
    own, router = _own(scene), reader(scene.api).router()
    ids = SiteIds(reader(scene.api).config().site_id, router.site_id)
    _refuse_itself(scene.api, (own.site_id, *ids.all), scene.issuer)
    refuse_restored(scene.api.place, ids)
    refuse_claimed_id(scene.api.place, plan.remove, scene.issuer, scene.source.locate)
    unknown = refuse_evicted(scene.api, own, scene.issuer, scene.source.locate)
    offer = scene.source.check(scene.api.now())
    if plan.step is LinkStep.CREATE and offer is not None:
        _refuse_twin(scene, offer)
    anchor = reader(scene.api).anchor()
    warnings = (*unknown, *link_store(scene.api).vet(router, offer))
    ready = _Ready(own, anchor, router.connectors, warnings)
    return replace(ready, warnings=(*ready.warnings, *_check_admission(planned, ready, check_mode)))


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
                f"The issuing site has the id {scene.issuer.site_id}, and link {link.name} in {scene.api.place}, which its CA has "
                f"signed and which leads to the same host, has {link.site_id}: the issuing site was restored from a "
                "backup, or created again with its former CA, and a second link would be made. Remove that link if it is "
                "not to be kept.",
            )


def _check_admission(planned: _Planned, ready: _Ready, check_mode: bool) -> Warnings:
    """Raise what would keep a successor from being made, before the link in its place goes and a claim is issued."""
    scene, plan = planned.scene, planned.plan
    token = scene.source.sample(scene.api.now()) if plan.step is LinkStep.REPLACE else None
    if token is None:
        return ()
    return link_store(scene.api).check_admission(_new(planned, Credential(token), ready), check_mode)


def _keep(planned: _Planned) -> _Written:
    if planned.plan.current is None:
        return _Written(planned.scene, planned.plan.change, None)
    return _kept(planned.scene, planned.plan.change, planned.plan.current)


def _kept(scene: _Scene, change: Change, verdict: Verdict) -> _Written:
    """Keep an existing link. Wait for it if it is not connected, unless that could not be seen even if it were."""
    undecided = verdict.unknown and bool(scene.lingering())
    if verdict.connected or undecided:
        return _Written(scene, change, verdict)
    mine = scene.observed.connections(verdict.link)
    before = scene.before(replace(scene.observed.network.without(mine), openings=frozenset()))
    return _Written(scene, change, verdict, before)


def _create(planned: _Planned) -> _Written:
    scene, plan, ready = planned.scene, planned.plan, _ready(planned)
    if plan.name in ready.connectors:
        link_store(scene.api).await_gone([plan.name], scene.waiting)
    network = scene.observed.network
    if scene.waiting.wait and not network.known:
        found = reader(scene.api).network(ready.own.site_id)
        network = attribute(found, scene.observed.links, scene.observed.now)
    credential = scene.source.obtain(_purpose(scene, ready.own, plan.name), scene.api.now())
    link = _created(planned, credential, ready)
    return _made(planned, link, credential, scene.before(network))


def _created(planned: _Planned, credential: Credential, ready: _Ready) -> Link:
    """Create a link; raises Failure(name_taken), then without the claim that was issued for it.

    A name that this collection chose itself hardly ever belongs to another Secret. It is therefore not looked up before.
    """
    api, name = planned.scene.api, planned.plan.name
    try:
        return link_store(api).create(_new(planned, credential, ready))
    except Failure as failure:
        if failure.reason is Reason.CONFLICT:
            if credential.issued is not None:
                planned.scene.source.discard(credential.issued)
            _refuse_taken_name(api, name)
        raise


def _made(planned: _Planned, link: Link, credential: Credential, before: Before) -> _Written:
    scene, plan, ready = planned.scene, planned.plan, _ready(planned)
    former = None if plan.current is None or plan.current.dead else plan.current.link
    return _Written(
        replace(scene, own=ready.own),
        plan.change,
        scene.watch().unconnected(link),
        before,
        made_here=True,
        changed=True,
        issued=credential.issued,
        kind=scene.source.kind(),
        former=former,
        warnings=(*ready.warnings, *managed(scene.api, plan.remove)),
    )


def _ready(planned: _Planned) -> _Ready:
    if planned.ready is None:
        raise Failure(Reason.INTERNAL, "A link was to be made on a site that had not been looked at.")
    return planned.ready


def _refuse_taken_name(api: NamespaceApi, name: str) -> None:
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


def _replace(planned: _Planned) -> _Written:
    scene, plan, ready = planned.scene, planned.plan, _ready(planned)
    # Nothing is taken away before the new credential is in hand.
    credential = scene.source.obtain(_purpose(scene, ready.own, plan.name), scene.api.now())
    links = link_store(scene.api)
    try:
        for link in plan.remove:
            links.remove(link)
        links.await_gone([link.name for link in plan.remove], scene.waiting)
        made = links.create_surely(_new(planned, credential, ready), scene.waiting)
    except Failure as failure:
        if plan.current is None:
            raise
        raise links.put_back(plan.current.link, failure, scene.waiting) from None
    return _made(planned, made, credential, scene.before(removed=plan.remove))


def _new(planned: _Planned, credential: Credential, ready: _Ready) -> NewLink:
    """Return the link to be made, and the one that it replaces."""
    plan = planned.plan
    return NewLink(
        plan.name,
        credential.token,
        planned.wish.cost,
        ready.own.site_id,
        ready.anchor,
        claim=None if credential.issued is None else credential.issued.name,
        issuer=planned.scene.source.locate(),
        former=None if plan.current is None else plan.current.link,
    )


def _recost(planned: _Planned) -> _Written:
    scene, plan, wish = planned.scene, planned.plan, planned.wish
    link = link_store(scene.api).set_cost(plan.remove[0], wish.cost, scene.waiting)
    verdict = scene.watch().unconnected(link)
    warnings = managed(scene.api, plan.remove)
    return _Written(scene, plan.change, verdict, scene.before(), changed=True, warnings=warnings)


_WRITES: dict[LinkStep, Callable[[_Planned], _Written]] = {
    LinkStep.KEEP: _keep,
    LinkStep.CREATE: _create,
    LinkStep.REPLACE: _replace,
    LinkStep.RECOST: _recost,
}


def _resumed(api: NamespaceApi, source: Source, begun: Begun, waiting: Waiting) -> _Written:
    """Return a link that another run has begun, as it is now; raises Failure(conflict) if it is gone, or another one."""
    links, read_at = reader(api).links(), api.now()
    link = next((each for each in links if (each.name, each.site_id) == (begun.name, begun.site_id)), None)
    if link is None:
        raise removed_meanwhile(api.place, begun.name)
    network = attribute(reader(api).network(begun.own_id), links, read_at)
    observed = Observed(links, network, api.now())
    own = OwnSite(begun.own_id)
    scene = _Scene(api, source, Issuer(begun.site_id), observed, (begun.own_id,), waiting, own, resumed=True)
    if observed.unaccounted() and not scene.lingering():
        scene = _with_aliases(scene)
    if link.claim is not None:
        # Its record is removed in the end. Who has issued it need not be asked again.
        scene = replace(scene, issuer=replace(scene.issuer, reachable=True) if begun.claim else source.issuer())
    kept = _kept(scene, Change(), judge(link, None, scene.observed))
    return replace(kept, made_here=begun.made, changed=begun.changed, issued=begun.claim)


def _finished(
    api: NamespaceApi, written: Sequence[_Written | Failure], waiting: Waiting, insist: bool = False
) -> list[Result]:
    """Wait for those links that are to be waited for, then leave nothing of their claims behind."""
    awaited: dict[int, Awaited] = {}
    for number, each in enumerate(written):
        if isinstance(each, Failure) or each.verdict is None or each.before is None:
            continue
        if waiting.wait or (insist and each.former is not None):
            watch = each.scene.watch(each.before)
            awaited[number] = Awaited(watch, each.verdict.link, each.made_here)
    await_links(api, list(awaited.values()), waiting)
    return side_by_side(
        lambda pair: _finish(pair[1], awaited.get(pair[0])),
        [each if isinstance(each, Failure) else (number, each) for number, each in enumerate(written)],
    )


def _finish(written: _Written, awaited: Awaited | None) -> LinkOutcome:
    scene, verdict = written.scene, written.verdict if awaited is None else awaited.outcome
    if isinstance(verdict, Failure):
        raise _failed(written, verdict)
    if verdict is None:
        return LinkOutcome(written.change, None, written.warnings)
    verdict = _settle(scene, verdict, written.issued)
    begun = _begun(written, verdict.link) if awaited is None and written.before is not None else None
    seen = awaited.connected_at if awaited is not None else scene.api.now() if verdict.connected else None
    since = seen if written.changed else None
    return LinkOutcome(written.change, verdict, written.warnings, since, begun, written.kind)


def _failed(written: _Written, failure: Failure) -> Failure:
    """Return the failure of a link. Restore the one that it replaces, if that worked."""
    if written.former is None:
        return failure
    return link_store(written.scene.api).put_back(written.former, failure, written.scene.waiting)


def _begun(written: _Written, link: Link) -> Begun:
    return Begun(
        link.name,
        written.scene.issuer.site_id,
        written.scene.own_ids[0],
        written.made_here,
        written.changed,
        written.issued,
    )


def _settle(scene: _Scene, verdict: Verdict, issued: Issued | None) -> Verdict:
    """Remove the spent claim record of a link, and the note about it."""
    link = verdict.link
    if issued is not None and link.kind is LinkKind.CERTIFICATE:
        scene.source.discard(issued)
    elif link.claim is not None and has_leftover(link, scene.issuer):
        scene.source.settle(link.claim, _purpose(scene, _own(scene), link.name))
    if has_leftover(link, scene.issuer):
        link_store(scene.api).forget_claim(link)
    return verdict
