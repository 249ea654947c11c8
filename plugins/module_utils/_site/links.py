# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make, change and remove links on the linking site."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Callable

from .._kube.port import CONFIG_MAP, SECRET, Port
from .._kube.retry import Clock, poll
from .._model.errors import Failure
from .._model.link import Link, LinkKind, LinkState, NetworkView
from .._model.names import check_link_name
from .._model.reasons import Reason
from .._model.redemption import final_reason
from .._plan.changes import UNKNOWN, Change
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
)
from .._wire import v1_keys as keys
from .._wire.v1_link import forget_claim_patch, park_patch, read_link, unpark_patch, write_link
from .._wire.v1_network import read_network
from .._wire.v1_site import read_router_config
from . import gather
from .credentials import Credential, Source, claim_expired, claim_used_up

# The network status may still list a connection that is gone, and be written half a minute late; what stays
# listed for longer than this belongs to another link to the same site.
LINGER_SECONDS = 45


@dataclass(frozen=True)
class Waiting:
    """Whether and how long to wait for a link, and by which clock."""

    wait: bool
    timeout: int
    """Seconds."""
    clock: Clock


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
    if not plan.change.changed and plan.current is not None:
        return LinkOutcome(plan.change, link_view(plan.current))
    future = dict.fromkeys(("state", "connected", "reason", "url", "not_after"), UNKNOWN)
    known = {key: plan.change.after[key] for key in ("name", "site_id", "cost")}
    return LinkOutcome(plan.change, {**future, **known})


def _keep(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    verdict = plan.current
    if verdict is None:
        return LinkOutcome(plan.change, None)
    if verdict.state is not LinkState.CONNECTED and scene.waiting.wait:
        verdict = _await_connection(scene, verdict.link, frozenset(), made_here=False)
    verdict = _settle(scene, verdict)
    return LinkOutcome(plan.change, link_view(verdict))


def _create(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    router = gather.router_deployment(scene.port)
    credential = scene.source.obtain(plan.name, scene.own_site_id, scene.port.now())
    _await_disconnection(scene.port, [plan.name], scene.waiting)
    return _connect(scene, plan, wish, credential, router, frozenset())


def _replace(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    router = gather.router_deployment(scene.port)
    # Nothing is taken away before the new credential is in hand.
    credential = scene.source.obtain(plan.name, scene.own_site_id, scene.port.now())
    _delete(scene.port, plan.remove, scene.waiting)
    return _connect(scene, plan, wish, credential, router, scene.lingering())


def _connect(
    scene: _Scene,
    plan: LinkPlan,
    wish: LinkWish,
    credential: Credential,
    router: dict[str, Any] | Any,
    lingering: frozenset[str],
) -> LinkOutcome:
    manifest = write_link(plan.name, credential.token, wish.cost, router, scene.own_site_id, credential.record)
    try:
        link = _read(scene.port.create(SECRET, manifest), scene.port, plan.name)
    except Failure as failure:
        if failure.reason is not Reason.CONFLICT:
            raise
        raise Failure(
            Reason.NAME_TAKEN,
            f"The name {plan.name} is taken by another Secret in {scene.port.place}: choose another name.",
        ) from None
    return _finish(scene, plan, link, lingering, made_here=True)


def _recost(scene: _Scene, plan: LinkPlan, wish: LinkWish) -> LinkOutcome:
    """Give a link another cost.

    The router takes neither cost nor certificate from a connector it already has (cmd/config-sync), so the link
    leaves the controllers' sight, its connector goes, and it comes back; the certificate stays in its Secret.
    """
    link = plan.remove[0]
    if link.kind is not LinkKind.PARKED:
        link = _read(scene.port.patch(SECRET, link.name, park_patch(link, wish.cost)), scene.port, link.name)
    _await_disconnection(scene.port, [link.name], scene.waiting)
    link = _read(scene.port.patch(SECRET, link.name, unpark_patch(link, wish.cost)), scene.port, link.name)
    return _finish(scene, plan, link, scene.lingering(), made_here=False)


_STEPS: dict[LinkStep, Callable[[_Scene, LinkPlan, LinkWish], LinkOutcome]] = {
    LinkStep.KEEP: _keep,
    LinkStep.CREATE: _create,
    LinkStep.REPLACE: _replace,
    LinkStep.RECOST: _recost,
}


def _read(manifest: dict[str, Any], port: Port, name: str) -> Link:
    link = read_link(manifest)
    if link is None:
        raise _vanished(port, name)
    return link


def _vanished(port: Port, name: str) -> Failure:
    return Failure(
        Reason.CONFLICT, f"Link {name} in {port.place} was removed by someone else while this task waited for it."
    )


def _finish(scene: _Scene, plan: LinkPlan, link: Link, lingering: frozenset[str], made_here: bool) -> LinkOutcome:
    if scene.waiting.wait:
        verdict = _settle(scene, _await_connection(scene, link, lingering, made_here))
    else:
        verdict = judge(link, None, replace(scene.observed, network=NetworkView()))
    return LinkOutcome(plan.change, link_view(verdict))


def _settle(scene: _Scene, verdict: Verdict) -> Verdict:
    """Remove the spent claim record of a link, and the note about it."""
    link = verdict.link
    if link.claim is not None and has_leftover(link, scene.issuer):
        scene.source.settle(link.claim)
        scene.port.patch(SECRET, link.name, forget_claim_patch())
    return verdict


def _await_connection(scene: _Scene, link: Link, lingering: frozenset[str], made_here: bool) -> Verdict:
    """Wait until the network status lists a connection that was not there before.

    Raises Failure at once when the claim has failed for good, then without the link if this run made it, and
    Failure(link_timeout) when time is over; the link stays and may still come up.
    """
    clock = scene.waiting.clock
    trusted_from = clock.monotonic() + LINGER_SECONDS
    latest = [link]

    def look() -> Verdict | None:
        if latest[0].kind is LinkKind.CLAIM:
            latest[0] = _redeemed_so_far(scene, latest[0].name, made_here)
        if latest[0].kind is LinkKind.CLAIM:
            return None
        network = gather.network(scene.port, scene.own_site_id)
        old = lingering if clock.monotonic() < trusted_from else frozenset()
        if not network.outgoing_to(scene.issuer.site_id) - old:
            return None
        return Verdict(latest[0], LinkState.CONNECTED)

    verdict = poll(look, scene.waiting.timeout, clock)
    if verdict is None:
        raise _timed_out(scene, latest[0])
    return verdict


def _redeemed_so_far(scene: _Scene, name: str, made_here: bool) -> Link:
    manifest = scene.port.get(SECRET, name)
    if manifest is None:
        raise _vanished(scene.port, name)
    link = _read(manifest, scene.port, name)
    if link.kind is LinkKind.CLAIM and final_reason(link) is not None:
        if made_here:
            scene.port.delete(SECRET, link.name, link.uid)
        raise _claim_failure(scene, link, made_here)
    return link


def _claim_failure(scene: _Scene, link: Link, removed: bool) -> Failure:
    """Say what became of a claim that can't be redeemed any more."""
    reason = final_reason(link) or Reason.CLAIM_REJECTED
    what = str(link.url).rsplit("/", 1)[-1]
    verdict = Verdict(link, LinkState.CLAIM_FAILED, link.status or "given up")
    details: dict[str, Any] = {"link": link_view(verdict), "link_removed": removed}
    if reason is Reason.CLAIM_USED_UP:
        now = scene.port.now()
        over = link.expires is not None and link.expires <= now
        known = claim_expired(what, link.expires) if over else claim_used_up(what)
        return Failure(known.reason, known.message, **details)
    advice = {
        Reason.CLAIM_REFUSED: "its password is not the claim's; issue a new token",
        Reason.ISSUER_UNTRUSTED: "the issuing site's certificate does not fit the token; issue a new token",
    }.get(reason, "issue a new token")
    return Failure(
        reason,
        f"Link {link.name} in {scene.port.place} could not be made: {link.url} does not accept the claim ({link.status}): {advice}.",
        **details,
    )


def _timed_out(scene: _Scene, link: Link) -> Failure:
    verdict = judge(link, None, replace(scene.observed, network=NetworkView()))
    return Failure(
        Reason.LINK_TIMEOUT,
        "Link %s in %s is not connected after %d seconds (wait_timeout): %s. It stays and connects when the issuing "
        "site can be reached." % (link.name, scene.port.place, scene.waiting.timeout, verdict.why),
        link=link_view(verdict),
    )


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
        _delete(port, plan.remove, waiting)
    return LinkOutcome(plan.change, None)


def _delete(port: Port, links: tuple[Link, ...], waiting: Waiting) -> None:
    for link in links:
        port.delete(SECRET, link.name, link.uid)
    if links:
        _await_disconnection(port, [link.name for link in links], waiting)


def _await_disconnection(port: Port, names: Iterable[str], waiting: Waiting) -> None:
    """Wait until the router's configuration has no connector of these names any more.

    A link made under the name of a connector that is still there would be taken for it, old certificate and all.
    """
    wanted = frozenset(names)

    def gone() -> bool | None:
        config = read_router_config(port.get(CONFIG_MAP, keys.ROUTER_CONFIG) or {})
        return True if not wanted.intersection(config.connectors) else None

    if poll(gone, waiting.timeout, waiting.clock) is None:
        raise Failure(
            Reason.LINK_REMOVAL_TIMEOUT,
            "The connector of link %s is still in the router's configuration in %s after %d seconds (wait_timeout): "
            "check that the site's service-controller runs." % (", ".join(sorted(wanted)), port.place, waiting.timeout),
        )
