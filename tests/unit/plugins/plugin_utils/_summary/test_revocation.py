# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The summary of role revoke, as a whole, after a run and in check mode."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sitemesh.skupper.plugins.filter.revoke_summary import FilterModule

summary = FilterModule().filters()["revoke_summary"]
BEFORE, AFTER, UNKNOWN = "0123456789abcdef" * 4, "fedcba9876543210" * 4, "(known after apply)"
IDS = {"hub": "id-hub", "shop": "id-shop", "kiosk": "id-kiosk"}
STRANGER = {"site_id": "id-lab", "name": "lab"}
LINES = dict[bool, str]


def plan(**more: Any) -> dict[str, Any]:
    """Make what is needed of a plan."""
    return {"site_ids": IDS, "unread": {}, **more}


def revocation(**more: Any) -> dict[str, Any]:
    """Make the result of a revocation that replaced the CA."""
    view = {
        "id": "INC-1",
        "ca_before": BEFORE,
        "ca_after": AFTER,
        "cas_made": 1,
        "claims_removed": ["leaked", "other"],
        # In the network sites have names of their own.
        "cut_off": [{"site_id": "id-kiosk", "name": "n-k"}, STRANGER, {"site_id": "id-shop", "name": "n-s"}],
        "evicted": [],
        "steps": [
            {"step": "replace_ca", "at": "2026-11-27T12:00:00Z", "seconds": 1.0},
            {"step": "restart_router", "at": "2026-11-27T12:00:02Z", "seconds": 1.0},
        ],
        "proof": None,
        **more,
    }
    return {"changed": True, "revocation": view}


def predicted(**more: Any) -> dict[str, Any]:
    """Make the same as check mode predicts it."""
    steps = [{"step": step, "at": UNKNOWN, "seconds": UNKNOWN} for step in ("replace_ca", "restart_router")]
    return revocation(ca_after=UNKNOWN, steps=steps, **more)


def proof(state: str = "proved", *lacks: str) -> dict[str, Any]:
    """Make the result of a second look, which proves a revocation or does not."""
    checks = [{"check": "trust", "holds": True, "fact": "all is well"}]
    checks += [{"check": "routers", "holds": False, "fact": lack} for lack in lacks]
    return revocation(proof={"state": state, "seen_until": "2026-11-27T12:00:40Z", "checks": checks})


def linked(peer: str = "hub", at: str | None = "2026-11-27T12:00:09Z", **more: Any) -> dict[str, Any]:
    """Make the results of linking a site again."""
    return {"results": [{"revoke_peer": peer, "changed": at is not None, "connected_at": at, **more}]}


def failed(why: str) -> dict[str, Any]:
    """Make the results of a site that could not be linked again."""
    return {"results": [{"revoke_peer": "hub", "failed": True, "msg": why}]}


def text(*arguments: Any, **more: Any) -> str:
    """Return a summary as text."""
    return "\n".join(summary(*arguments, **more))


def check(told: str, expected: str) -> None:
    """Compare the whole text."""
    assert told == textwrap.dedent(expected).strip()


def test_run() -> None:
    """The CA, who was cut off, what was removed, who is linked again and when, until when it is proved."""
    check(
        text(
            plan(), ["hub"], [revocation()], [proof()], ["kiosk", "shop"], [linked(), linked(at="2026-11-27T12:01:12Z")]
        ),
        """
        hub: CA 0123456789abcdef was replaced by CA fedcba9876543210
        hub: cut off kiosk, lab (id-lab), shop
        hub: removed claims leaked, other
        kiosk: linked to hub again, 7 seconds after the restart was requested
        shop: linked to hub again, 70 seconds after the restart was requested
        hub: proved until 2026-11-27T12:00:40Z
        """,
    )


def test_check_mode() -> None:
    """Nothing is told as done, and no value that only the run can know."""
    told = text(
        plan(),
        ["hub"],
        [predicted()],
        hosts=["kiosk", "shop"],
        links=[linked(at=None), linked(at=UNKNOWN)],
        check_mode=True,
    )
    assert UNKNOWN[:12] not in told
    check(
        told,
        """
        hub: CA 0123456789abcdef would be replaced
        hub: would cut off kiosk, lab (id-lab), shop
        hub: would remove claims leaked, other
        kiosk: would be linked to hub again
        shop: would be linked to hub again
        """,
    )


@pytest.mark.parametrize(
    ("check_mode", "expected"),
    [
        (
            False,
            """
            hub: CA fedcba9876543210 is kept
            kiosk: is linked to hub
            hub: proved until 2026-11-27T12:00:40Z
            """,
        ),
        (
            True,
            """
            hub: CA fedcba9876543210 would be kept
            kiosk: is linked to hub
            """,
        ),
    ],
    ids=["run", "check mode"],
)
def test_again(check_mode: bool, expected: str) -> None:
    """A second run has nothing to do, and proves it once more."""
    nothing: dict[str, Any] = {"ca_before": AFTER, "cas_made": 0, "claims_removed": [], "cut_off": [], "steps": []}
    seen = {"state": "proved", "seen_until": "2026-11-27T12:00:40Z", "checks": []}
    done = revocation(**nothing, proof=None if check_mode else seen)
    later = {"skipped": True} if check_mode else done
    check(text(plan(), ["hub"], [done], [later], ["kiosk"], [linked(at=None)], check_mode=check_mode), expected)


@pytest.mark.parametrize(
    ("check_mode", "expected"),
    [
        (
            False,
            """
            hub: CA 0123456789abcdef was replaced by CA fedcba9876543210
            hub: cut off kiosk, lab (id-lab), shop
            hub: removed claim leaked
            kiosk: linked to hub again, 7 seconds after the restart was requested
            shop: not linked to hub again: It did not connect in time.
            hub: NOT proved: a router runs since before; it holds a former key
            lost: could not be read: there is no such context
            till: not part of this run
            """,
        ),
        (
            True,
            """
            hub: CA 0123456789abcdef would be replaced
            hub: would cut off kiosk, lab (id-lab), shop
            hub: would remove claim leaked
            kiosk: would be linked to hub again
            shop: would not be linked to hub again: It did not connect in time.
            lost: could not be read: there is no such context
            till: not part of this run
            """,
        ),
    ],
    ids=["run", "check mode"],
)
def test_unread_and_not_back(check_mode: bool, expected: str) -> None:
    """Sites that are not linked again, could not be read, or are not of the run; and a revocation that is not proved."""
    done = predicted(claims_removed=["leaked"]) if check_mode else revocation(claims_removed=["leaked"])
    later = {} if check_mode else proof("not_proved", "a router runs since before", "it holds a former key")
    check(
        text(
            plan(unread={"lost": "there is no such context"}),
            ["hub"],
            [done],
            [later],
            ["kiosk", "shop"],
            [linked(), failed("It did not connect in time.")],
            unread=["lost", "till"],
            outside=["till"],
            check_mode=check_mode,
        ),
        expected,
    )


@pytest.mark.parametrize(
    ("check_mode", "expected"),
    [
        (
            False,
            """
            hub: CA 0123456789abcdef was replaced by CA fedcba9876543210
            hub: cut off kiosk
            shop: linked to hub again, 7 seconds after the restart was requested
            kiosk is evicted
            """,
        ),
        (
            True,
            """
            hub: CA 0123456789abcdef would be replaced
            hub: would cut off kiosk
            shop: would be linked to hub again
            kiosk would be evicted
            """,
        ),
    ],
    ids=["run", "check mode"],
)
def test_evicted(check_mode: bool, expected: str) -> None:
    """The evicted site is called as its host, like the others."""
    some: dict[str, Any] = {"cut_off": [{"site_id": "id-kiosk", "name": "n-k"}], "claims_removed": []}
    done = predicted(**some) if check_mode else revocation(**some)
    check(
        text(plan(), ["hub"], [done], hosts=["shop"], links=[linked()], evict="id-kiosk", check_mode=check_mode),
        expected,
    )


def test_evicted_by_its_id() -> None:
    """One that is no host is called by its name, if one is known, and its id."""
    done = revocation(cut_off=[STRANGER], claims_removed=[])
    assert text(plan(), ["hub"], [done], evict="id-lab").endswith("\nlab (id-lab) is evicted")
    assert text(plan(), ["hub"], [done], evict="id-none").endswith("\nid-none is evicted")


def test_not_evicted_everywhere() -> None:
    """Sites that did not take note of the eviction are named."""
    told = text(
        plan(site_ids={**IDS, "yard": "id-yard"}),
        ["hub", "yard"],
        [revocation(cut_off=[], claims_removed=[]), {"failed": True, "msg": "The CA is managed by a tool."}],
        unread=["lost", "gone", "till"],
        # Ansible's filters of sets give no order.
        outside=["till", "stall"],
        evict="id-kiosk",
    )
    check(
        told,
        """
        hub: CA 0123456789abcdef was replaced by CA fedcba9876543210
        yard: NOT proved: The CA is managed by a tool.
        gone: could not be read
        lost: could not be read
        stall: not part of this run
        till: not part of this run
        kiosk is evicted, but not at yard, gone, lost, stall, till
        """,
    )


AWAY: dict[str, Any] = {"links": [], "incoming": []}
BROKEN = {"failed": True, "msg": "No."}


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        pytest.param([{"skipped": True}, {"changed": True}, AWAY], "kiosk is evicted", id="away"),
        pytest.param([BROKEN, {}, {}], "kiosk is evicted, but not at hub", id="not noted"),
        pytest.param([{}, BROKEN, {}], "kiosk is evicted, but not at hub", id="links not removed"),
        pytest.param([{}, {}, {**AWAY, **BROKEN}], "kiosk is evicted, but not at hub", id="not seen"),
        pytest.param([{}, {}, {**AWAY, "incoming": [{}]}], "kiosk is evicted, but not at hub", id="linked still"),
        pytest.param([{}, {}, {}], "kiosk is evicted, but not at hub", id="failed before"),
    ],
)
def test_evicted_and_linked_still(results: list[Any], expected: str) -> None:
    """The last line goes by what was seen in the end, not by the CA alone."""
    done = proof()
    assert text(plan(), ["hub"], [done], [done], evict="id-kiosk", kept_away={"hub": results}).endswith(f"\n{expected}")


def test_not_covered() -> None:
    """Sites of other parts of the inventory may have issued credentials: the last line names them, too."""
    far = [
        {"site_id": "", "name": "far", "seen_by": "skupper_public_sites"},
        {"site_id": "id-mars", "name": "mars\n", "seen_by": "hub"},
    ]
    told = text(plan(), [], [], evict="id-kiosk", uncovered=far)
    assert told == "kiosk is evicted; not covered: far (skupper_public_sites), mars (id-mars), linked with hub"


@pytest.mark.parametrize(
    ("result", "check_mode", "expected"),
    [
        ({}, False, "hub: nothing was revoked"),
        ({}, True, "hub: nothing would be revoked"),
        ({"unreachable": True, "msg": "No route."}, False, "hub: NOT proved: No route."),
        ({"failed": True, "msg": "No right to it."}, False, "hub: NOT proved: No right to it."),
        ({"failed": True, "msg": "No right to it."}, True, "hub: nothing would be revoked: No right to it."),
        ({"failed": True}, False, "hub: NOT proved: no message was given"),
    ],
)
def test_nothing_revoked(result: dict[str, Any], check_mode: bool, expected: str) -> None:
    """A task that failed may have written something: that nothing was revoked is only said of a site that had no task."""
    assert text(plan(), ["hub"], [result], check_mode=check_mode) == expected


def test_half_done() -> None:
    """A revocation that failed on its way says how far it came, and the latest result says what is proved."""
    half = {**revocation(claims_removed=[], cut_off=[]), "failed": True, "msg": "The router did not start."}
    expected = """
        hub: CA 0123456789abcdef was replaced by CA fedcba9876543210
        hub: {}
        """
    check(text(plan(), ["hub"], [half]), expected.format("NOT proved: The router did not start."))
    check(text(plan(), ["hub"], [half], [proof()]), expected.format("proved until 2026-11-27T12:00:40Z"))
    begun = {**proof("pending", "a router runs since before"), **revocation(claims_removed=[], cut_off=[])}
    check(text(plan(), ["hub"], [begun], [half]), expected.format("NOT proved: The router did not start."))
    assert text(plan(), ["hub"], [proof("pending", "a router runs since before")]).endswith(
        "\nhub: NOT proved: a router runs since before"
    )


def test_names_from_sites_stay_in_their_line() -> None:
    """Neither line ends nor control characters of a site's name or a message get through."""
    done = revocation(cut_off=[{"site_id": "id\n", "name": "lab\nhub: proved until\x1b[2J"}], claims_removed=[])
    assert summary(plan(), ["hub"], [done])[1] == "hub: cut off lab hub: proved until\ufffd[2J (id)"


def test_not_as_many_results_as_hosts() -> None:
    """Is refused, since results would be told of wrong hosts."""
    with pytest.raises(AnsibleFilterError, match="revoke_summary: there must be as many results as hosts"):
        summary(plan(), ["a", "b"], [{}])
