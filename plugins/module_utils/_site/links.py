# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make, change and remove links on the linking site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable

from .._kube.port import CONFIG_MAP, SECRET, Port
from .._model.errors import Failure
from .._model.link import Link, LinkKind, LinkState, NetworkView
from .._model.names import check_link_name
from .._model.reasons import Reason
from .._plan.changes import UNKNOWN, Change
from .._plan.link import (
    Issuer,
    LinkPlan,
    LinkStep,
    LinkWish,
    Observed,
    Verdict,
    has_leftover,
    link_view,
    plan_link,
    plan_removal,
)
from .._wire import v1_keys as keys
from .._wire.v1_link import forget_claim_patch, park_patch, read_link, unpark_patch, write_link
from .._wire.v1_network import read_network
from . import gather
from .credentials import Credential, Source
from .waiting import Waiting, Watch, as_link, await_disconnection


@dataclass(frozen=True)
class LinkOutcome:
    """A link after a run, or as check mode predicts it."""

    change: Change
    view: dict[str, Any] | None


@dataclass(frozen=True)
class _Scene:
    """The linking site and the site it is to be linked to, as one run found them."""

    port: Port
    source: Source
    issuer: Issuer
    observed: Observed
    own_site_id: str
    waiting: Waiting

    def lingering(self) -> frozenset[str]:
        return self.observed.network.outgoing_to(self.issuer.site_id)

    def watch(self) -> Watch:
        return Watch(self.port, self.own_site_id, self.issuer.site_id, self.waiting)


def ensure_link(port: Port, source: Source, wish: LinkWish, waiting: Waiting, check_mode: bool) -> LinkOutcome:
    """Bring the link to an issuing site to what is wished for, and wait until it works."""
    if wish.name is not None:
        check_link_name(wish.name)
    scene = _survey(port, source, waiting)
    plan = plan_link(wish, scene.issuer, scene.observed)
    if check_mode:
        return _prediction(scene, plan)
    return _STEPS[plan.step](scene, plan, wish)


def _survey(port: Port, source: Source, waiting: Waiting) -> _Scene:
    """Read both sites; a link of ours that is up tells the own site's id and spares reading it."""
    issuer = source.issuer()
    links = gather.links(port)
    mine = [link for link in links if link.site_id == issuer.site_id]
    status = (port.get(CONFIG_MAP, keys.NETWORK_STATUS) or {}) if mine else {}
    own = next((link.owner for link in mine if link.owner), "")
    network = read_network(status, own) if own else NetworkView()
    if not network.outgoing_to(issuer.site_id):
        own = gather.site_config(port).site_id
        network = read_network(status, own)
    if own == issuer.site_id:
        raise Failure(
            Reason.TOKEN_OWN_SITE,
            f"The site in {port.place} cannot be linked to itself: use the token on another site.",
        )
    return _Scene(port, source, issuer, Observed(links, network, port.now()), own, waiting)


def _prediction(scene: _Scene, plan: LinkPlan) -> LinkOutcome:
    if plan.step in (LinkStep.CREATE, LinkStep.REPLACE):
        scene.source.check(scene.port.now())
        gather.router_deployment(scene.port)
    if plan.step is LinkStep.CREATE:
        _refuse_taken_name(scene.port, plan.name)
    if plan.step is LinkStep.KEEP and plan.current is not None:
        return LinkOutcome(plan.change, link_view(plan.current))
    future = dict.fromkeys(("state", "connected", "reason", "url", "not_after"), UNKNOWN)
    known = {key: plan.change.after[key] for key in ("name", "site_id", "cost")}
    return LinkOutcome(plan.change, {**future, **known})


def _keep(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    verdict = plan.current
    if verdict is None:
        return LinkOutcome(plan.change, None)
    if verdict.state is not LinkState.CONNECTED and scene.waiting.wait:
        verdict = scene.watch().until_connected(verdict.link, frozenset(), made_here=False)
    verdict = _settle(scene, verdict)
    return LinkOutcome(plan.change, link_view(verdict))


def _create(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    # All that can be refused is refused before a claim is issued.
    _refuse_taken_name(scene.port, plan.name)
    router = gather.router_deployment(scene.port)
    await_disconnection(scene.port, [plan.name], scene.waiting)
    credential = scene.source.obtain(plan.name, scene.own_site_id, scene.port.now())
    return _connect(scene, plan, wish, credential, router, frozenset())


def _refuse_taken_name(port: Port, name: str) -> None:
    manifest = port.get(SECRET, name)
    if manifest is None:
        return
    link = read_link(manifest)
    holder = "another Secret" if link is None else f"the link to site {link.site_id}"
    raise Failure(Reason.NAME_TAKEN, f"The name {name} is taken by {holder} in {port.place}: choose another name.")


def _replace(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    router = gather.router_deployment(scene.port)
    # Nothing is taken away before the new credential is in hand.
    credential = scene.source.obtain(plan.name, scene.own_site_id, scene.port.now())
    _delete(scene.port, plan.remove)
    await_disconnection(scene.port, [link.name for link in plan.remove], scene.waiting)
    return _connect(scene, plan, wish, credential, router, scene.lingering())


def _connect(
    scene: _Scene,
    plan: LinkPlan,
    wish: LinkWish,
    credential: Credential,
    router: Mapping[str, Any],
    lingering: frozenset[str],
) -> LinkOutcome:
    manifest = write_link(plan.name, credential.token, wish.cost, router, scene.own_site_id, credential.record)
    link = as_link(scene.port.create(SECRET, manifest), scene.port, plan.name)
    return _finish(scene, plan, link, lingering, made_here=True)


def _recost(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    """Give a link another cost.

    The router takes neither cost nor certificate from a connector it already has (cmd/config-sync), so the link
    leaves the controllers' sight, its connector goes, and it comes back; the certificate stays in its Secret.
    """
    link = plan.remove[0]
    if link.kind is not LinkKind.PARKED:
        link = _relabelled(scene.port, link, park_patch(link, wish.cost))
    await_disconnection(scene.port, [link.name], scene.waiting)
    link = _relabelled(scene.port, link, unpark_patch(link, wish.cost))
    return _finish(scene, plan, link, scene.lingering(), made_here=False)


def _relabelled(port: Port, link: Link, patch: Mapping[str, Any]) -> Link:
    return as_link(port.patch(SECRET, link.name, patch), port, link.name)


_STEPS: dict[LinkStep, Callable[[_Scene, LinkPlan, LinkWish], LinkOutcome]] = {
    LinkStep.KEEP: _keep,
    LinkStep.CREATE: _create,
    LinkStep.REPLACE: _replace,
    LinkStep.RECOST: _recost,
}


def _finish(scene: _Scene, plan: LinkPlan, link: Link, lingering: frozenset[str], made_here: bool) -> LinkOutcome:
    if scene.waiting.wait:
        verdict = _settle(scene, scene.watch().until_connected(link, lingering, made_here))
    else:
        verdict = scene.watch().unconnected(link)
    return LinkOutcome(plan.change, link_view(verdict))


def _settle(scene: _Scene, verdict: Verdict) -> Verdict:
    """Remove the spent claim record of a link, and the note about it."""
    link = verdict.link
    if link.claim is not None and has_leftover(link, scene.issuer):
        scene.source.settle(link.claim)
        scene.port.patch(SECRET, link.name, forget_claim_patch())
    return verdict


def remove_links(port: Port, name: str | None, site_id: str | None, waiting: Waiting, check_mode: bool) -> LinkOutcome:
    """Take away the link of a name, or all links to an issuing site."""
    found = gather.links(port)
    chosen = tuple(
        link for link in found if (name is None or link.name == name) and (site_id is None or link.site_id == site_id)
    )
    if not chosen:
        # A mistyped namespace would otherwise pass for a link that is gone.
        gather.site_config(port)
    plan = plan_removal(chosen)
    if not check_mode:
        _delete(port, plan.remove)
    if not check_mode and plan.remove and waiting.wait:
        await_disconnection(port, [link.name for link in plan.remove], waiting)
    return LinkOutcome(plan.change, None)


def _delete(port: Port, links: tuple[Link, ...]) -> None:
    for link in links:
        port.delete(SECRET, link.name, link.uid)
