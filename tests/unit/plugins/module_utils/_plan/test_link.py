# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The link planner: situation to verdict, step and reason, and what holds for all situations."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.link import (
    Link,
    LinkKind,
    LinkState,
    NetworkView,
    Peering,
    Replace,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.changes import UNKNOWN
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.link import (
    RENEW_BEFORE,
    Issuer,
    LinkPlan,
    LinkStep,
    LinkWish,
    Observed,
    best_verdict,
    judge,
    link_view,
    plan_link,
    plan_removal,
)
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
    return replace(link, **changes)


def claim(name: str = "link1", **changes: Any) -> Link:
    """A link whose claim has not been redeemed yet."""
    expires = NOW + timedelta(minutes=15)
    link = Link(name, LinkKind.CLAIM, WEST, 1, "203.0.113.7", "https://203.0.113.7:8081/claim", expires=expires)
    return replace(link, **changes)


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
        pytest.param(cert(days=29), ASKED, UP, State.STALE, "ends soon", id="ends soon"),
        pytest.param(cert(days=30), ASKED, UP, State.CONNECTED, "", id="does not end soon"),
        pytest.param(cert(days=29), TOKEN, UP, State.CONNECTED, "", id="ends soon, but a token can't tell"),
        pytest.param(cert(days=29), None, UP, State.CONNECTED, "", id="ends soon, issuer unknown"),
        pytest.param(cert(disabled=True), ASKED, DOWN, State.DISABLED, "policy", id="forbidden by policy"),
        pytest.param(
            cert(disabled=True, signer="before"), ASKED, DOWN, State.STALE, "signed", id="forbidden and stale"
        ),
        pytest.param(cert(certificate=None), ASKED, DOWN, State.STALE, "not signed", id="certificate is missing"),
        pytest.param(cert(certificate=None), None, UP, State.CONNECTED, "", id="unreadable certificate, but up"),
        pytest.param(cert(status="No such claim", given_up=True), ASKED, UP, State.CONNECTED, "", id="old note"),
        pytest.param(cert(site_id=None), ASKED, UP, State.CONNECTING, "no connection", id="leads nowhere known"),
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
            (cert(site_id=None),), wish(), ASKED, DOWN, CREATE, "link2", "there is no link", id="to nobody knows where"
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
        pytest.param((cert(),), wish(cost=5), TOKEN, DOWN, RECOST, "link1", "no connection", id="cost while down"),
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
    """A link that is down and was made before a revocation is replaced for the token of the present CA."""
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
            assert verdict.dead or link.cost != wanted.cost or verdict.state is State.PARKED


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
    assert at(end - RENEW_BEFORE + second) is State.STALE
    assert at(end - second) is State.STALE
    assert at(end) is State.EXPIRED


def test_best_of_none() -> None:
    """Without a link to the site there is no verdict."""
    assert best_verdict(ASKED, Observed((cert(site_id=NORTH),), UP, NOW)) is None
