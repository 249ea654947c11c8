# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The link planner: situation to verdict, step and reason, and what holds for all situations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.change import UNKNOWN
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import (
    Cause,
    Link,
    LinkKind,
    LinkState,
    NetworkView,
    Peering,
    Replace,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.observed import LINGER, Issuer, Observed
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Endpoint, Service
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import RENEW_BEFORE, ClaimRecord
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.link import (
    LinkPlan,
    LinkStep,
    LinkWish,
    best_verdict,
    plan_link,
    plan_removal,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.link_verdict import (
    ends_soon,
    is_orphan,
    judge,
    why_removable,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.redemption import redemption
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.link import link_report, link_view
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support.certificates import NOW, authority, known, leaf
from tests.unit.support.outcomes import attempt, failure_of

WEST, NORTH = "west-id", "north-id"
CREATE, KEEP, RECOST = LinkStep.CREATE, LinkStep.KEEP, LinkStep.RECOST
REPLACE, DELETE = LinkStep.REPLACE, LinkStep.DELETE
State = LinkState

UP = NetworkView(frozenset({Peering("1:1", WEST, "west", outgoing=True)}), known=True)
DOWN = NetworkView(frozenset(), known=True)
ELSEWHERE = NetworkView(
    frozenset({Peering("1:2", NORTH, "north", outgoing=True), Peering("1:3", WEST, "west", outgoing=False)}), known=True
)

# The issuing site as its API server shows it, as a token file of today or of the time before a revocation shows it,
# and as an account without the right to read its CA sees it.
ASKED = Issuer(WEST, known("now").pem, authority=True, reachable=True)
TOKEN = Issuer(WEST, known("now").pem)
OLD_TOKEN = Issuer(WEST, known("before").pem)
CLOSED = Issuer(WEST, reachable=True)
ISSUERS = (ASKED, TOKEN, OLD_TOKEN, CLOSED)


def cert(name: str = "link1", signer: str = "now", days: int = 1825, **changes: Any) -> Link:
    """A link that has its certificate."""
    link = Link(
        name,
        LinkKind.CERTIFICATE,
        WEST,
        1,
        "203.0.113.7",
        "amqps://203.0.113.7:55671",
        certificate=leaf(signer, days),
        ca=known(signer).pem,
    )
    return replace(link, **noted(**changes))


def noted(status: str | None = None, given_up: bool = False, **changes: Any) -> dict[str, Any]:
    """Changes of a link, with what its site has noted of its claim."""
    return {**changes, "redemption": redemption(status or "", given_up)}


def claim(name: str = "link1", **changes: Any) -> Link:
    """A link whose claim has not been redeemed yet."""
    expires = NOW + timedelta(minutes=15)
    link = Link(
        name,
        LinkKind.CLAIM,
        WEST,
        1,
        "203.0.113.7",
        "https://203.0.113.7:8081/claim",
        claim_name="claim",
        expires=expires,
    )
    return replace(link, **noted(**changes))


def parked(name: str = "link1", **changes: Any) -> Link:
    """A link whose change of cost was interrupted."""
    return cert(name, kind=LinkKind.PARKED, **changes)


REFUSED = claim(status="Claim refused")
USED_UP = claim(status="No such claim", given_up=True)


@pytest.mark.parametrize(
    ("link", "issuer", "network", "state", "why"),
    [
        pytest.param(cert(), ASKED, UP, State.CONNECTED, "", id="up"),
        pytest.param(cert(), None, UP, State.CONNECTED, "", id="up, nothing known of the issuer"),
        pytest.param(cert(), CLOSED, UP, State.CONNECTED, "", id="up, CA can't be read"),
        pytest.param(cert(), ASKED, DOWN, State.CONNECTING, "no connection", id="down"),
        pytest.param(cert(), None, DOWN, State.CONNECTING, "no connection", id="down, issuer unknown"),
        pytest.param(cert(), ASKED, NetworkView(), State.CONNECTING, "no connection", id="network status missing"),
        pytest.param(cert(), ASKED, ELSEWHERE, State.CONNECTING, "no connection", id="other and incoming links are up"),
        pytest.param(cert(signer="before"), ASKED, UP, State.STALE, "not signed by", id="stale although still up"),
        pytest.param(cert(signer="before"), ASKED, DOWN, State.STALE, "not signed by", id="stale"),
        pytest.param(cert(signer="before"), TOKEN, DOWN, State.STALE, "not signed by", id="stale by a token"),
        pytest.param(cert(), OLD_TOKEN, UP, State.CONNECTED, "", id="up, old token"),
        pytest.param(cert(signer="before"), TOKEN, UP, State.CONNECTED, "", id="up, whatever a token says"),
        pytest.param(cert(signer="before"), None, DOWN, State.CONNECTING, "no connection", id="down, CA unknown"),
        pytest.param(
            cert(signer="before"), CLOSED, DOWN, State.CONNECTING, "no connection", id="down, CA can't be read"
        ),
        pytest.param(cert(days=0), ASKED, UP, State.EXPIRED, "ended at 2026-11-24T12:00:00Z", id="ended now"),
        pytest.param(cert(days=-1), None, DOWN, State.EXPIRED, "ended at", id="ended, issuer unknown"),
        pytest.param(cert(days=29), ASKED, UP, State.ENDING, "ends soon", id="ends soon"),
        pytest.param(cert(days=30), ASKED, UP, State.CONNECTED, "", id="does not end soon"),
        pytest.param(cert(days=29), TOKEN, UP, State.ENDING, "ends soon", id="ends soon, beside a token"),
        pytest.param(cert(days=29), None, UP, State.ENDING, "ends soon", id="ends soon, issuer unknown"),
        pytest.param(cert(days=29), ASKED, DOWN, State.CONNECTING, "no connection", id="ends soon and down"),
        pytest.param(cert(disabled=True), ASKED, DOWN, State.DISABLED, "policy", id="forbidden by policy"),
        pytest.param(
            cert(disabled=True, signer="before"), ASKED, DOWN, State.STALE, "signed", id="forbidden and stale"
        ),
        pytest.param(cert(certificate=None), ASKED, DOWN, State.STALE, "not signed", id="certificate is missing"),
        pytest.param(cert(certificate=None), None, UP, State.CONNECTED, "", id="unreadable certificate, but up"),
        pytest.param(cert(status="No such claim", given_up=True), ASKED, UP, State.CONNECTED, "", id="old note"),
        pytest.param(cert(site_id=None), ASKED, UP, State.UNKNOWN, "does not say", id="leads nowhere known"),
        pytest.param(parked(), ASKED, DOWN, State.PARKED, "not finished", id="parked"),
        pytest.param(parked(), TOKEN, UP, State.PARKED, "not finished", id="parked, old connection lingers"),
        pytest.param(parked(signer="before"), ASKED, DOWN, State.STALE, "signed", id="parked and stale"),
        pytest.param(claim(), ASKED, DOWN, State.CLAIM_WAITING, "not been redeemed yet", id="claim"),
        pytest.param(claim(status="Internal error"), ASKED, DOWN, State.CLAIM_WAITING, "Internal error", id="503"),
        pytest.param(REFUSED, ASKED, DOWN, State.CLAIM_FAILED, "Claim refused", id="claim refused"),
        pytest.param(USED_UP, ASKED, DOWN, State.CLAIM_FAILED, "No such claim", id="claim used up"),
        pytest.param(claim(given_up=True), ASKED, DOWN, State.CLAIM_FAILED, "given up", id="claim given up"),
        pytest.param(claim(expires=NOW), ASKED, DOWN, State.CLAIM_FAILED, "expired at", id="claim expired"),
        pytest.param(claim(expires=None), ASKED, DOWN, State.CLAIM_WAITING, "not been redeemed", id="endless claim"),
        pytest.param(claim(), ASKED, UP, State.CLAIM_WAITING, "not been redeemed", id="claim beside another link"),
    ],
)
def test_verdict(link: Link, issuer: Issuer | None, network: NetworkView, state: LinkState, why: str) -> None:
    """How a link is doing, and why it is not doing well."""
    verdict = judge(link, issuer, Observed((link,), network, NOW))
    assert verdict.state is state
    assert why in verdict.why
    assert bool(verdict.why) is (state is not State.CONNECTED)


def record(name: str = "claim", **changes: Any) -> ClaimRecord:
    """A claim as its issuing site keeps it."""
    made = ClaimRecord(name, SecretBytes(b""), NOW, NOW + timedelta(minutes=15), 1, 0)
    return replace(made, **changes)


def asked(*records: ClaimRecord) -> Issuer:
    """The issuing site, asked for its claims, too."""
    return replace(ASKED, claims={each.name: each for each in records})


NETWORK_ERROR = 'Post "https://203.0.113.7:8081/claim": dial tcp 203.0.113.7:8081: connect: connection refused'
X509 = 'Post "https://203.0.113.7:8081/claim": tls: failed to verify certificate: x509: unknown authority'
GONE: dict[str, Any] = {"status": "No such claim", "given_up": True}
HERE = {Service.INTER_ROUTER: Endpoint("203.0.113.7", 55671), Service.EDGE: Endpoint("e", 45671)}
MOVED = replace(ASKED, endpoints={**HERE, Service.INTER_ROUTER: Endpoint("203.0.113.9", 55671)})
MOVED_EDGE = replace(ASKED, endpoints={**HERE, Service.EDGE: Endpoint("e", 443)})


@pytest.mark.parametrize(
    ("link", "issuer", "state", "cause", "why"),
    [
        pytest.param(claim(), ASKED, State.CLAIM_WAITING, Cause.CLAIM_NOT_TRIED, "redeemed yet", id="not tried"),
        pytest.param(
            claim(status=NETWORK_ERROR),
            ASKED,
            State.CLAIM_WAITING,
            Cause.ISSUER_UNREACHABLE,
            "connection refused",
            id="unreachable",
        ),
        pytest.param(
            claim(status="Internal error"), ASKED, State.CLAIM_WAITING, Cause.ISSUER_TROUBLE, "Internal", id="503"
        ),
        pytest.param(
            claim(status="Corrupted claim"), ASKED, State.CLAIM_WAITING, Cause.CLAIM_CORRUPT, "Corrupted", id="500"
        ),
        pytest.param(claim(status=X509), ASKED, State.CLAIM_FAILED, Cause.ISSUER_UNTRUSTED, "x509", id="old CA"),
        pytest.param(REFUSED, asked(), State.CLAIM_FAILED, Cause.CLAIM_REFUSED, "refused", id="wrong password"),
        pytest.param(
            claim(status="minimum version required 0.8.0"),
            ASKED,
            State.CLAIM_FAILED,
            Cause.CLAIM_REJECTED,
            "0.8.0",
            id="rejected",
        ),
        pytest.param(claim(**GONE), ASKED, State.CLAIM_FAILED, Cause.CLAIM_UNKNOWN, "No such claim", id="404"),
        pytest.param(
            claim(**GONE), None, State.CLAIM_FAILED, Cause.CLAIM_UNKNOWN, "No such claim", id="404, no issuer"
        ),
        pytest.param(
            claim(**GONE), asked(), State.CLAIM_FAILED, Cause.CLAIM_REMOVED, "has no claim claim", id="removed"
        ),
        pytest.param(
            claim(**GONE),
            asked(record(remaining=0, made=1)),
            State.CLAIM_FAILED,
            Cause.CLAIM_USED_UP,
            "it is used up",
            id="used up",
        ),
        pytest.param(
            claim(**GONE),
            asked(record(expires=NOW)),
            State.CLAIM_FAILED,
            Cause.CLAIM_EXPIRED,
            "it expired at",
            id="expired, says the issuer",
        ),
        pytest.param(
            claim(**GONE), asked(record()), State.CLAIM_FAILED, Cause.CLAIM_GIVEN_UP, "not try again", id="usable again"
        ),
        pytest.param(claim(expires=NOW), ASKED, State.CLAIM_FAILED, Cause.CLAIM_EXPIRED, "unredeemed", id="expired"),
        pytest.param(
            claim(), asked(), State.CLAIM_WAITING, Cause.CLAIM_REMOVED, "has no claim", id="removed before it was tried"
        ),
        pytest.param(claim(), asked(record()), State.CLAIM_WAITING, Cause.CLAIM_NOT_TRIED, "yet", id="usable"),
        pytest.param(
            claim(status="Corrupted claim"),
            asked(record(corrupt="it says so")),
            State.CLAIM_WAITING,
            Cause.CLAIM_CORRUPT,
            "it says so",
            id="corrupt, says the issuer",
        ),
        pytest.param(cert(signer="before"), ASKED, State.STALE, Cause.CA_CHANGED, "current CA", id="CA changed"),
        pytest.param(cert(days=-1), None, State.EXPIRED, Cause.CERTIFICATE_ENDED, "ended", id="ended"),
        pytest.param(
            cert(site_id=None),
            None,
            State.UNKNOWN,
            Cause.AUTHOR_UNKNOWN,
            "note the id of its issuing site",
            id="no author",
        ),
        pytest.param(cert(), ASKED, State.CONNECTING, Cause.NO_CONNECTION, "no connection", id="down"),
        pytest.param(cert(disabled=True), ASKED, State.DISABLED, Cause.POLICY_FORBIDS, "policy", id="policy"),
        pytest.param(parked(), ASKED, State.PARKED, Cause.CHANGE_UNFINISHED, "not finished", id="parked"),
        pytest.param(
            cert(endpoints=HERE),
            MOVED,
            State.STALE,
            Cause.ENDPOINT_CHANGED,
            "leads to 203.0.113.7:55671, and the issuing site is now reached at 203.0.113.9:55671",
            id="moved",
        ),
        pytest.param(
            cert(endpoints=HERE), MOVED_EDGE, State.CONNECTING, Cause.NO_CONNECTION, "", id="moved for others"
        ),
        pytest.param(
            cert(), MOVED, State.CONNECTING, Cause.NO_CONNECTION, "", id="leads nowhere it could have moved from"
        ),
    ],
)
def test_causes(link: Link, issuer: Issuer | None, state: LinkState, cause: Cause, why: str) -> None:
    """Each state has its cause, and the more is known of the issuing site the better it is."""
    verdict = judge(link, issuer, Observed((link,), DOWN, NOW))
    assert (verdict.state, verdict.cause) == (state, cause)
    assert why in verdict.why
    assert not verdict.connected


def test_every_cause_is_shown() -> None:
    """The tables here leave none out."""
    told = {mark.values[3] for mark in test_causes.pytestmark[0].args[1]}  # type: ignore[attr-defined]
    assert set(Cause) - told == {
        Cause.CERTIFICATE_ENDS_SOON,
        Cause.CONNECTOR_MISSING,
        Cause.ROUTER_DOWN,
    }


def test_edge_sites_dial_other_endpoints() -> None:
    """What moved for interior routers did not for edge ones, and the other way round."""
    here = cert(endpoints=HERE)
    observed = Observed((here,), DOWN, NOW, dials=Service.EDGE)
    assert judge(here, MOVED, observed).cause is Cause.NO_CONNECTION
    assert judge(here, MOVED_EDGE, observed).cause is Cause.ENDPOINT_CHANGED


@pytest.mark.parametrize(
    ("known", "state", "cause"),
    [
        pytest.param({}, State.CONNECTED, None, id="nothing more is known"),
        pytest.param(
            {"connectors": frozenset({"link1"}), "router_runs": True}, State.CONNECTED, None, id="all is well"
        ),
        pytest.param({"connectors": frozenset()}, State.CONNECTING, Cause.CONNECTOR_MISSING, id="no connector"),
        pytest.param({"router_runs": False}, State.CONNECTING, Cause.ROUTER_DOWN, id="no router"),
    ],
)
def test_what_a_status_can_not_outweigh(known: dict[str, Any], state: LinkState, cause: Cause | None) -> None:
    """The network status stays as it is when nobody writes it any more."""
    verdict = judge(cert(), ASKED, replace(Observed((cert(),), UP, NOW), **known))
    assert (verdict.state, verdict.cause) == (state, cause)


@pytest.mark.parametrize(
    ("made", "opened", "state"),
    [
        pytest.param(timedelta(seconds=10), timedelta(hours=1), State.CONNECTING, id="of a predecessor"),
        pytest.param(timedelta(seconds=10), timedelta(seconds=12), State.CONNECTED, id="clocks differ by little"),
        pytest.param(timedelta(seconds=10), timedelta(seconds=5), State.CONNECTED, id="its own"),
        pytest.param(timedelta(seconds=10), None, State.CONNECTED, id="nobody knows since when"),
        pytest.param(LINGER + timedelta(seconds=1), timedelta(days=1), State.CONNECTED, id="clocks differ by much"),
    ],
)
def test_lingering_connections(made: timedelta, opened: timedelta | None, state: LinkState) -> None:
    """A link that was just made is not connected because its predecessor was."""
    link = cert(created=NOW - made)
    started = None if opened is None else NOW - opened
    network = NetworkView(frozenset({Peering("1:1", WEST, "west", True, started)}), known=True)
    assert judge(link, ASKED, Observed((link,), network, NOW)).state is state


@pytest.mark.parametrize(
    ("uids", "owners", "orphan"),
    [
        pytest.param(None, frozenset({"r"}), None, id="not known"),
        pytest.param((), None, True, id="no owner"),
        pytest.param((), frozenset({"r"}), True, id="no owner, router known"),
        pytest.param(("r",), None, None, id="router not known"),
        pytest.param(("r",), frozenset({"r", "s"}), False, id="the router"),
        pytest.param(("s",), frozenset({"r", "s"}), False, id="the site"),
        pytest.param(("old",), frozenset({"r", "s"}), True, id="a router that is gone"),
    ],
)
def test_orphans(uids: tuple[str, ...] | None, owners: frozenset[str] | None, orphan: bool | None) -> None:
    """Who owns a link decides what becomes of it when the site goes."""
    link = cert(owner_uids=uids)
    assert is_orphan(link, Observed((link,), DOWN, NOW, owners=owners)) is orphan


# Each state of a link, and what becomes of it when it should be present, by each value of replace.
STATES: dict[str, tuple[Link, NetworkView, Issuer]] = {
    "connected": (cert(), UP, ASKED),
    "ending, the issuer can be asked": (cert(days=5), UP, ASKED),
    "ending, with a token": (cert(days=5), UP, TOKEN),
    "connecting": (cert(), DOWN, ASKED),
    "connecting and ending": (cert(days=5), DOWN, ASKED),
    "moved": (cert(endpoints=HERE), DOWN, MOVED),
    "claim waiting": (claim(), DOWN, ASKED),
    "claim refused": (REFUSED, DOWN, ASKED),
    "claim used up": (USED_UP, DOWN, TOKEN),
    "claim expired": (claim(expires=NOW), DOWN, ASKED),
    "stale": (cert(signer="before"), DOWN, ASKED),
    "stale but up": (cert(signer="before"), UP, ASKED),
    "expired": (cert(days=-1), DOWN, ASKED),
    "disabled": (cert(disabled=True), DOWN, ASKED),
    "parked": (parked(), DOWN, ASKED),
    "orphan that is up": (cert(owner_uids=()), UP, ASKED),
    "orphan that is down": (cert(owner_uids=()), DOWN, ASKED),
}
REFUSAL = "refused"
REPLACING: dict[str, tuple[LinkStep | str, LinkStep | str]] = {
    "connected": (KEEP, KEEP),
    "ending, the issuer can be asked": (REPLACE, KEEP),
    "ending, with a token": (KEEP, KEEP),
    "connecting": (KEEP, KEEP),
    "connecting and ending": (REPLACE, KEEP),
    "moved": (REPLACE, REFUSAL),
    "claim waiting": (KEEP, KEEP),
    "claim refused": (REPLACE, REFUSAL),
    "claim used up": (REPLACE, REFUSAL),
    "claim expired": (REPLACE, REFUSAL),
    "stale": (REPLACE, REFUSAL),
    "stale but up": (REPLACE, REFUSAL),
    "expired": (REPLACE, REFUSAL),
    "disabled": (KEEP, KEEP),
    "parked": (RECOST, RECOST),
    "orphan that is up": (KEEP, KEEP),
    "orphan that is down": (KEEP, KEEP),
}
# What works, or waits, is kept as against a token in hand.
KEPT_UNLESS_DOWN = {"ending, the issuer can be asked", "connecting and ending", "stale but up"}


@pytest.mark.parametrize("replacement", list(Replace))
@pytest.mark.parametrize("situation", STATES)
def test_state_by_replace(situation: str, replacement: Replace) -> None:
    """Every state with every value of replace."""
    link, network, issuer = STATES[situation]
    found = attempt(lambda: plan(wish(replace=replacement), issuer, link, network=network))
    step = REFUSAL if isinstance(found, Failure) else found.step
    stale, never = REPLACING[situation]
    down = KEEP if situation in KEPT_UNLESS_DOWN else stale
    expected = {Replace.STALE: stale, Replace.DOWN: down, Replace.NEVER: never, Replace.ALWAYS: REPLACE}
    assert step == expected[replacement]
    if isinstance(found, Failure):
        assert found.reason is Reason.LINK_STALE
    elif step is REPLACE:
        assert link in found.remove


def test_every_state_is_planned_for() -> None:
    """The table leaves none out."""
    told = {judge(link, issuer, Observed((link,), network, NOW)).state for link, network, issuer in STATES.values()}
    assert told == set(State) - {State.UNKNOWN}


NO_AUTHOR = cert(site_id=None, owner_uids=())
SAME_PLACE = {Service.INTER_ROUTER: Endpoint("203.0.113.7", 55671)}
OTHER_PLACE = {Service.INTER_ROUTER: Endpoint("203.0.113.9", 55671)}


@pytest.mark.parametrize(
    ("links", "issuer", "network", "step", "state"),
    [
        pytest.param([NO_AUTHOR], ASKED, UP, KEEP, State.CONNECTED, id="signed and open"),
        pytest.param([NO_AUTHOR], ASKED, DOWN, KEEP, State.UNKNOWN, id="signed"),
        pytest.param(
            [replace(NO_AUTHOR, endpoints=SAME_PLACE)],
            replace(ASKED, endpoints=SAME_PLACE),
            DOWN,
            KEEP,
            State.CONNECTING,
            id="signed, in the same place",
        ),
        pytest.param(
            [replace(NO_AUTHOR, endpoints=OTHER_PLACE)],
            replace(ASKED, endpoints=SAME_PLACE),
            DOWN,
            KEEP,
            State.UNKNOWN,
            id="signed by a CA that sites may share, in another place",
        ),
        pytest.param([replace(NO_AUTHOR, certificate=b"")], ASKED, UP, KEEP, State.CONNECTED, id="the only one, open"),
        pytest.param([replace(NO_AUTHOR, certificate=b"")], ASKED, DOWN, KEEP, State.UNKNOWN, id="nothing is known"),
        pytest.param(
            [replace(NO_AUTHOR, certificate=b""), replace(NO_AUTHOR, name="b", certificate=b"")],
            ASKED,
            UP,
            KEEP,
            State.UNKNOWN,
            id="either of two",
        ),
        pytest.param([replace(NO_AUTHOR, certificate=b"")], ASKED, ELSEWHERE, CREATE, None, id="open elsewhere"),
        pytest.param([NO_AUTHOR, cert("known")], ASKED, DOWN, KEEP, State.CONNECTING, id="beside one that says so"),
        pytest.param(
            [cert(site_id=None, signer="before")], ASKED, UP, KEEP, State.CONNECTED, id="another CA, but open"
        ),
        pytest.param([cert(site_id=None, signer="before")], ASKED, DOWN, CREATE, None, id="another CA"),
        pytest.param([cert(site_id=None, signer="before")], CLOSED, DOWN, KEEP, State.UNKNOWN, id="CA not known"),
        pytest.param([cert(site_id=None)], OLD_TOKEN, DOWN, KEEP, State.UNKNOWN, id="an older token"),
        pytest.param([cert(site_id=None, days=-1)], ASKED, DOWN, CREATE, None, id="ended"),
        pytest.param([claim(site_id=None)], ASKED, DOWN, KEEP, State.CLAIM_WAITING, id="a claim"),
        pytest.param(
            [claim(site_id=None, ca=known("now").pem)], ASKED, DOWN, KEEP, State.CLAIM_WAITING, id="its claim"
        ),
        pytest.param([claim(site_id=None, ca=known("before").pem)], ASKED, DOWN, CREATE, None, id="another's claim"),
    ],
)
@pytest.mark.parametrize("replacement", list(Replace))
def test_a1_link_without_author(
    links: list[Link],
    issuer: Issuer,
    network: NetworkView,
    step: LinkStep,
    state: LinkState | None,
    replacement: Replace,
) -> None:
    """No second link as long as it may be the first, and it is itself never replaced for what others say."""
    found = plan(wish(replace=replacement), issuer, *links, network=network)
    known_now = state in (State.CONNECTED, State.CONNECTING) and found.step is REPLACE
    assert found.step is step or (replacement is Replace.ALWAYS and known_now), found
    if found.step is KEEP:
        assert found.current is not None
        assert found.current.state is state


@pytest.mark.parametrize("network", [UP, DOWN, NetworkView()])
@pytest.mark.parametrize("link", [NO_AUTHOR, replace(NO_AUTHOR, certificate=b""), cert(site_id=None, signer="before")])
def test_a1_nothing_is_stale_that_nobody_can_tell(link: Link, network: NetworkView) -> None:
    """Neither by its issuing site's CA, nor since nobody owns it."""
    for issuer in (None, *ISSUERS):
        observed = Observed((link,), network, NOW, owners=frozenset({"r"}), connectors=frozenset())
        assert why_removable(judge(link, issuer, observed), observed) == ""


def test_orphans_go_when_a_link_is_made_anew() -> None:
    """They would come back with the next site."""
    orphan = cert("b", signer="now", owner_uids=(), disabled=True)
    found = plan(wish(replace=Replace.ALWAYS), ASKED, cert("a", signer="before", owner_uids=("r",)), orphan)
    assert {link.name for link in found.remove} == {"a", "b"}


@pytest.mark.parametrize("situation", STATES)
def test_what_may_be_removed_as_stale(situation: str) -> None:
    """What is dead, and orphans that are not connected; nothing that works or may work again by itself."""
    link, network, issuer = STATES[situation]
    observed = Observed((link,), network, NOW, owners=frozenset({"r"}))
    removable = {name for name, (_stale, never) in REPLACING.items() if never == REFUSAL} | {"orphan that is down"}
    assert bool(why_removable(judge(link, issuer, observed), observed)) is (situation in removable)


def test_report() -> None:
    """A link as readers show it."""
    link = cert(days=5, owner_uids=("r",), owner="east-id")
    observed = Observed((link,), UP, NOW, owners=frozenset({"r"}))
    shown = link_report(judge(link, None, observed), observed, is_orphan(link, observed))
    assert (shown["state"], shown["connected"], shown["cause"]) == ("ending", True, "certificate_ends_soon")
    assert (shown["days_left"], shown["orphan"], shown["managed"], shown["type"]) == (5, False, True, "certificate")
    waiting = link_report(judge(claim(), None, observed), observed, None)
    assert (waiting["days_left"], waiting["type"], waiting["orphan"]) == (None, "claim", None)


def test_a_bundle_of_two_cas() -> None:
    """While a CA is being changed the site may hand out both; a link of either is good."""
    bundle = replace(ASKED, ca=known("next").pem + known("now").pem)
    assert judge(cert(), bundle, Observed((cert(),), DOWN, NOW)).state is State.CONNECTING


def wish(cost: int = 1, replace: Replace = Replace.STALE, name: str | None = None) -> LinkWish:
    """What a task asks for."""
    return LinkWish(name, cost, replace)


def plan(wanted: LinkWish, issuer: Issuer, *links: Link, network: NetworkView = DOWN) -> LinkPlan:
    """The plan for these links."""
    return plan_link(wanted, issuer, Observed(links, network, NOW))


@pytest.mark.parametrize(
    ("links", "wanted", "issuer", "network", "step", "name", "why"),
    [
        pytest.param((), wish(), ASKED, DOWN, CREATE, "link1", "there is no link", id="none"),
        pytest.param((), wish(name="to-west"), TOKEN, DOWN, CREATE, "to-west", "there is no link", id="none, named"),
        pytest.param(
            (cert(site_id=NORTH),), wish(), ASKED, ELSEWHERE, CREATE, "link2", "there is no link", id="to another site"
        ),
        pytest.param(
            (cert(site_id=None, signer="before"),),
            wish(),
            ASKED,
            DOWN,
            CREATE,
            "link2",
            "there is no link",
            id="no author, another CA",
        ),
        pytest.param(
            (), wish(replace=Replace.NEVER), ASKED, DOWN, CREATE, "link1", "no link", id="none, never replace"
        ),
        pytest.param((), wish(replace=Replace.ALWAYS), ASKED, DOWN, CREATE, "link1", "no link", id="none, always"),
        pytest.param((cert(),), wish(), ASKED, UP, KEEP, "link1", "", id="up"),
        pytest.param((cert("mine"),), wish(name="yours"), ASKED, UP, KEEP, "mine", "", id="up under another name"),
        pytest.param((cert(),), wish(), TOKEN, UP, KEEP, "link1", "", id="up, token"),
        pytest.param((cert(),), wish(), OLD_TOKEN, UP, KEEP, "link1", "", id="up, old token"),
        pytest.param((cert(),), wish(), CLOSED, UP, KEEP, "link1", "", id="up, CA can't be read"),
        pytest.param((cert(),), wish(), ASKED, DOWN, KEEP, "link1", "", id="down, will come back"),
        pytest.param((claim(),), wish(), ASKED, DOWN, KEEP, "link1", "", id="claim on its way"),
        pytest.param((cert(disabled=True),), wish(), ASKED, DOWN, KEEP, "link1", "", id="forbidden by policy"),
        pytest.param((cert(),), wish(cost=5), ASKED, UP, RECOST, "link1", "its cost differs", id="cost"),
        pytest.param((cert(),), wish(cost=5), TOKEN, DOWN, RECOST, "link1", "its cost differs", id="cost while down"),
        pytest.param((parked(cost=5),), wish(cost=5), ASKED, DOWN, RECOST, "link1", "not finished", id="parked"),
        pytest.param((claim(),), wish(cost=5), ASKED, DOWN, REPLACE, "link1", "cost differs", id="cost of a claim"),
        pytest.param((cert(signer="before"),), wish(), ASKED, UP, REPLACE, "link1", "not signed", id="stale but up"),
        pytest.param(
            (cert(signer="before"),), wish(), TOKEN, DOWN, REPLACE, "link1", "not signed", id="stale, new token"
        ),
        pytest.param((cert(signer="before"),), wish(), TOKEN, UP, KEEP, "link1", "", id="up, token of another CA"),
        pytest.param((cert(days=5),), wish(), ASKED, UP, REPLACE, "link1", "ends soon", id="ends soon"),
        pytest.param((cert(days=-5),), wish(), TOKEN, DOWN, REPLACE, "link1", "ended at", id="ended"),
        pytest.param((REFUSED,), wish(), ASKED, DOWN, REPLACE, "link1", "Claim refused", id="claim refused"),
        pytest.param((USED_UP,), wish(), TOKEN, DOWN, REPLACE, "link1", "No such claim", id="claim used up"),
        pytest.param((cert(),), wish(replace=Replace.ALWAYS), ASKED, UP, REPLACE, "link1", "asked for", id="always"),
        pytest.param((cert(),), wish(replace=Replace.NEVER), ASKED, UP, KEEP, "link1", "", id="never"),
        pytest.param((cert(),), wish(5, Replace.NEVER), ASKED, UP, RECOST, "link1", "cost", id="never, but cost"),
        pytest.param(
            (cert("a", signer="before"), cert("b")), wish(), ASKED, UP, KEEP, "b", "", id="one of two is good"
        ),
        pytest.param((REFUSED, cert("b")), wish(), ASKED, UP, KEEP, "b", "", id="failed claim beside a good link"),
        pytest.param((claim("a"), cert("b")), wish(), ASKED, DOWN, KEEP, "b", "", id="claim beside a certificate"),
        pytest.param(
            (cert("b", signer="before"), cert("a", signer="before")),
            wish(),
            ASKED,
            UP,
            REPLACE,
            "a",
            "signed",
            id="both stale",
        ),
    ],
)
def test_step(
    links: tuple[Link, ...],
    wanted: LinkWish,
    issuer: Issuer,
    network: NetworkView,
    step: LinkStep,
    name: str,
    why: str,
) -> None:
    """One step for each situation, and the reason for it."""
    found = plan(wanted, issuer, *links, network=network)
    assert (found.step, found.name) == (step, name)
    assert why in found.change.why
    assert found.change.changed is (step is not KEEP)


def test_token_older_than_the_link() -> None:
    """A link that is down for a moment is not given up for the token of a CA that is no longer."""
    earlier, later = (authority(starts=NOW - timedelta(days=days)) for days in (100, 10))
    link = cert(certificate=later.issue("client").pem, ca=later.pem)
    assert plan(wish(), Issuer(WEST, earlier.pem), link).step is KEEP


def test_token_newer_than_the_link() -> None:
    """A link that is down and was made before a revocation is replaced for the token of the current CA."""
    earlier, later = (authority(starts=NOW - timedelta(days=days)) for days in (100, 10))
    link = cert(certificate=earlier.issue("client").pem, ca=earlier.pem)
    assert plan(wish(), Issuer(WEST, later.pem), link).step is REPLACE


@pytest.mark.parametrize("link", [cert(signer="before"), cert(days=-1), REFUSED, claim(expires=NOW)])
def test_never_replace(link: Link) -> None:
    """A link that won't work again is then an error that says how to go on."""
    message = failure_of(lambda: plan(wish(replace=Replace.NEVER), ASKED, link), Reason.LINK_STALE).message
    assert link.name in message
    assert "replace: stale" in message


@pytest.mark.parametrize(
    ("replacement", "removed"),
    [(Replace.STALE, {"a", "c"}), (Replace.ALWAYS, {"a", "c", "d"})],
    ids=["stale", "always"],
)
def test_what_is_removed(replacement: Replace, removed: set[str]) -> None:
    """With the new credential in hand all dead links to the site go; living ones only if that is wished for."""
    dead = (cert("a", signer="before"), replace(REFUSED, name="c"))
    others = (cert("n", signer="before", site_id=NORTH), replace(USED_UP, name="x", site_id=NORTH))
    living = (cert("d"),) if replacement is Replace.ALWAYS else ()
    found = plan(wish(replace=replacement), ASKED, *dead, *others, *living)
    assert found.step is REPLACE
    assert {link.name for link in found.remove} == removed
    assert found.name in removed


def test_replacing_a_claim_for_its_cost_leaves_no_second_claim() -> None:
    """The claim that waits is taken away, though it is not dead."""
    assert [link.name for link in plan(wish(cost=5), ASKED, claim()).remove] == ["link1"]


def test_spent_claim() -> None:
    """A link whose claim record is still there is kept, and the record is shown as what will go."""
    left = cert(claim="link1-east")
    found = plan(wish(), ASKED, left, network=UP)
    assert (found.step, found.change.changed) == (KEEP, True)
    assert found.change.before["spent_claim"] == "link1-east"
    assert "spent_claim" not in found.change.after
    assert not plan(wish(), TOKEN, left, network=UP).change.changed, "a token's issuer can't be asked to remove it"
    assert not plan(wish(), ASKED, claim(claim="link1-east")).change.changed, "a claim that is not spent must stay"


def test_changes_hold_no_certificates() -> None:
    """A replacement is told by the end of the old certificate."""
    found = plan(wish(), ASKED, cert(signer="before"))
    assert found.change.before["credential"] == {"type": "certificate", "not_after": "2031-11-23T12:00:00Z"}
    assert found.change.after["credential"] == UNKNOWN
    assert plan(wish(), ASKED, REFUSED).change.before["credential"] == {"type": "claim"}
    assert "BEGIN" not in repr(found.change)


def test_removal() -> None:
    """All that was chosen goes; nothing chosen, nothing to do."""
    assert plan_removal(()).step is KEEP
    assert not plan_removal(()).change.changed
    both = plan_removal((cert("a", cost=3), claim("b", site_id=None)))
    assert (both.step, both.name, both.remove) == (DELETE, "a, b", (cert("a", cost=3), claim("b", site_id=None)))
    assert both.change.before == {
        "a": {"name": "a", "site_id": WEST, "cost": 3},
        "b": {"name": "b", "site_id": "", "cost": 1},
    }
    assert both.change.after == {}


def test_view() -> None:
    """A link as results show it."""
    observed = Observed((cert(),), UP, NOW)
    assert link_view(judge(cert(), ASKED, observed)) == {
        "name": "link1",
        "site_id": WEST,
        "state": "connected",
        "connected": True,
        "reason": None,
        "cause": None,
        "cost": 1,
        "url": "amqps://203.0.113.7:55671",
        "not_after": "2031-11-23T12:00:00Z",
    }
    waiting = link_view(judge(claim(), ASKED, observed))
    assert (waiting["connected"], waiting["not_after"]) == (False, None)
    assert waiting["reason"] == "its claim has not been redeemed yet"


# What holds for every set of links

names = st.lists(st.sampled_from(["a", "b", "c", "link1", "link2", "link9"]), unique=True, max_size=4)
shapes = st.builds(
    lambda make, changes: (make, changes),
    st.sampled_from([cert, claim, parked]),
    st.fixed_dictionaries(
        {
            "cost": st.integers(1, 3),
            "site_id": st.sampled_from([WEST, WEST, WEST, NORTH, None]),
            "disabled": st.booleans(),
            "claim": st.sampled_from([None, None, "record"]),
            "status": st.sampled_from([None, "Internal error", "Claim refused", "No such claim"]),
        }
    ),
)
credentials: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"signer": "before"}, {"days": -1}, {"days": 10}, {"certificate": None}, {"certificate": b"garbage"}]
)


@st.composite
def link_sets(draw: st.DrawFn) -> tuple[Link, ...]:
    """Links of all kinds, each with a name of its own."""
    found = []
    for name in draw(names):
        make, changes = draw(shapes)
        credential: dict[str, Any] = {} if make is claim else draw(credentials)
        found.append(make(name, **changes, **credential))
    return tuple(found)


wishes = st.builds(LinkWish, st.sampled_from([None, "new", "other"]), st.integers(1, 3), st.sampled_from(list(Replace)))
issuers = st.sampled_from(ISSUERS)
networks = st.sampled_from([UP, DOWN, ELSEWHERE, NetworkView()])


def fresh(name: str, cost: int) -> Link:
    """A link that was just made and has got its certificate, from the CA that the site has now."""
    return cert(name, cost=cost)


def settled(link: Link, issuer: Issuer) -> Link:
    """A link once it works: its claim redeemed, the record of it removed where that can be done."""
    if link.kind is LinkKind.CLAIM:
        link = replace(fresh(link.name, link.cost), claim=link.claim)
    return replace(link, claim=None) if issuer.reachable else link


def applied(found: LinkPlan, wanted: LinkWish, links: tuple[Link, ...], issuer: Issuer) -> tuple[Link, ...]:
    """The links after a plan was carried out and its outcome waited for."""
    gone = {link.name for link in found.remove}
    rest = tuple(link for link in links if link.name not in gone)
    if found.step in (CREATE, REPLACE):
        return (*rest, fresh(found.name, wanted.cost))
    if found.step is RECOST:
        (link,) = found.remove
        return (*rest, settled(replace(link, kind=LinkKind.CERTIFICATE, cost=wanted.cost), issuer))
    return tuple(settled(link, issuer) if link.name == found.name else link for link in links)


@given(link_sets(), wishes, st.sampled_from([ASKED, TOKEN, CLOSED]), networks)
def test_nothing_is_left_to_do(links: tuple[Link, ...], wanted: LinkWish, issuer: Issuer, network: NetworkView) -> None:
    """A plan that was carried out leaves nothing to do, unless replacement at every run is wished for."""
    # A policy is lifted or stays, which is nothing that a plan could bring about.
    links = tuple(replace(link, disabled=False) for link in links)
    first = attempt(lambda: plan_link(wanted, issuer, Observed(links, network, NOW)))
    if isinstance(first, Failure):
        assert first.reason is Reason.LINK_STALE
        assert wanted.replace is Replace.NEVER
        return
    after = applied(first, wanted, links, issuer)
    assert len({link.name for link in after}) == len(after)
    again = plan_link(wanted, issuer, Observed(after, UP, NOW))
    if wanted.replace is Replace.ALWAYS:
        assert again.step is REPLACE
    else:
        assert again.step is KEEP
        assert not again.change.changed


@given(link_sets(), wishes, issuers, networks, st.randoms(use_true_random=False))
def test_order_of_links_does_not_matter(
    links: tuple[Link, ...], wanted: LinkWish, issuer: Issuer, network: NetworkView, chance: Any
) -> None:
    """The API server may list them in any order."""
    shuffled = list(links)
    chance.shuffle(shuffled)
    one = attempt(lambda: plan_link(wanted, issuer, Observed(links, network, NOW)))
    other = attempt(lambda: plan_link(wanted, issuer, Observed(tuple(shuffled), network, NOW)))
    if isinstance(one, LinkPlan) and isinstance(other, LinkPlan):
        assert (one.step, one.name, one.change, one.current) == (other.step, other.name, other.change, other.current)
        assert {link.name for link in one.remove} == {link.name for link in other.remove}
    else:
        assert str(one) == str(other)


@given(link_sets(), st.integers(1, 3), st.sampled_from([TOKEN, OLD_TOKEN, Issuer(WEST), Issuer(WEST, b"garbage")]))
def test_what_works_is_not_replaced_for_a_token(links: tuple[Link, ...], cost: int, issuer: Issuer) -> None:
    """As long as a link is connected, a token file's word counts for nothing against it."""
    observed = Observed((*links, cert("works", cost=cost)), UP, NOW)
    found = plan_link(wish(cost), issuer, observed)
    assert found.step in (KEEP, RECOST)
    assert found.step is KEEP or found.name != "works"


@given(link_sets(), wishes, issuers, networks)
def test_links_to_other_sites_are_left_alone(
    links: tuple[Link, ...], wanted: LinkWish, issuer: Issuer, network: NetworkView
) -> None:
    """Nothing that leads elsewhere is ever removed, and it makes no difference to what is done."""
    links = tuple(link for link in links if link.site_id is not None)
    observed = Observed(links, network, NOW)
    found = attempt(lambda: plan_link(wanted, issuer, observed))
    if isinstance(found, LinkPlan):
        assert all(link.site_id == WEST for link in found.remove)
        ours = tuple(link for link in links if link.site_id == WEST)
        assert plan_link(wanted, issuer, Observed(ours, network, NOW)).step is found.step


@given(link_sets(), wishes, issuers, networks)
def test_living_links_are_removed_only_for_a_reason(
    links: tuple[Link, ...], wanted: LinkWish, issuer: Issuer, network: NetworkView
) -> None:
    """What is removed is dead, or replacement was asked for, or its cost has to change."""
    observed = Observed(links, network, NOW)
    found = attempt(lambda: plan_link(wanted, issuer, observed))
    if isinstance(found, LinkPlan) and wanted.replace is not Replace.ALWAYS:
        for link in found.remove:
            verdict = judge(link, issuer, observed)
            due = issuer.authority and ends_soon(link, NOW)
            assert verdict.dead or due or link.cost != wanted.cost or verdict.state is State.PARKED


@given(link_sets(), wishes, issuers, networks)
def test_steps_and_changes_agree(
    links: tuple[Link, ...], wanted: LinkWish, issuer: Issuer, network: NetworkView
) -> None:
    """Whatever writes is shown as a change with a reason."""
    found = attempt(lambda: plan_link(wanted, issuer, Observed(links, network, NOW)))
    if isinstance(found, LinkPlan):
        assert found.change.changed or found.step is KEEP
        assert bool(found.change.why) is found.change.changed


@given(link_sets(), issuers, networks, st.integers(-4000, 4000))
def test_links_get_no_better_with_time(
    links: tuple[Link, ...], issuer: Issuer, network: NetworkView, days: int
) -> None:
    """A link that is dead now is dead later, too."""
    now, then = sorted((NOW, NOW + timedelta(days=days)))
    for link in links:
        if judge(link, issuer, Observed(links, network, now)).dead:
            assert judge(link, issuer, Observed(links, network, then)).dead


def at(moment: datetime) -> LinkState:
    """How a link that ends a year from now is doing at another time."""
    link = cert(days=365)
    return judge(link, ASKED, Observed((link,), UP, moment)).state


def test_life_of_a_certificate() -> None:
    """Good, then due for renewal, then over."""
    end = NOW + timedelta(days=365)
    second = timedelta(seconds=1)
    assert at(end - RENEW_BEFORE) is State.CONNECTED
    assert at(end - RENEW_BEFORE + second) is State.ENDING
    assert at(end - second) is State.ENDING
    assert at(end) is State.EXPIRED


def test_best_of_none() -> None:
    """Without a link to the site there is no verdict."""
    assert best_verdict(ASKED, Observed((cert(site_id=NORTH),), UP, NOW)) is None
