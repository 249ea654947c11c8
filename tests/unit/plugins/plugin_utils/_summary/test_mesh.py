# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The summary of role mesh, as a whole, after a run and in check mode."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sitemesh.skupper.plugins.filter.mesh_lacks import FilterModule as Lacks
from ansible_collections.sitemesh.skupper.plugins.filter.mesh_summary import FilterModule

summary = FilterModule().filters()["mesh_summary"]
lacks = Lacks().filters()["mesh_lacks"]
PUBLIC = "hub is public (ingress loadbalancer at 203.0.113.7)"
EVICTED = "kiosk was evicted and is not linked again: name it in skupper_readmit to readmit it, or take it out of the inventory."


def step(peer: str, act: str = "add", why: str = PUBLIC, link: str = "") -> dict[str, Any]:
    """Make a step of a plan."""
    return {"act": act, "peer": peer, "why": why, "link": link, "cost": 1}


def made(of: dict[str, Any], name: str = "link1", **more: Any) -> dict[str, Any]:
    """Make the result of a step."""
    return {"mesh_step": of, "changed": True, "link": {"name": name, "connected": True, "reason": None}, **more}


def failed(of: dict[str, Any], why: str) -> dict[str, Any]:
    """Make the result of a step that failed."""
    return {"mesh_step": of, "failed": True, "msg": why}


def text(*arguments: Any, **more: Any) -> str:
    """Return a summary as text."""
    return "\n".join(summary(*arguments, **more))


ADD, AGAIN, DOWN = (
    step("hub"),
    step("yard", "relink", "its certificate was not signed by the issuing site's current CA", "link2"),
    step("hub", "await", "the router has not been told of the link", "link1"),
)
OLD, STRANGER = (
    step("old-hub", "remove", "old-hub leaves the mesh (skupper_state)", "link3"),
    step("a04a1f0c", "remove", "it leads to a site that the inventory does not know", "by-hand"),
)
UNREAD = {"lost": "context_unknown: There is no context nowhere in /k"}


def plan(**more: Any) -> dict[str, Any]:
    """Make a plan with nothing to do."""
    return {"steps": {}, "pending": {}, "unread": {}, "refusals": [], **more}


@pytest.mark.parametrize(
    ("check_mode", "expected"),
    [
        (
            False,
            f"""
            kiosk: linked to hub by link1 ({PUBLIC})
            shop: linked to hub by link1 ({PUBLIC})
            shop: linked to yard by link2 (its certificate was not signed by the issuing site's current CA)
            shop: link3 to old-hub was removed
            shop: by-hand to a04a1f0c is gone
            till: is linked to hub by link1
            """,
        ),
        (
            True,
            f"""
            kiosk: would be linked to hub by link1 ({PUBLIC})
            shop: would be linked to hub by link1 ({PUBLIC})
            shop: would be linked to yard by link2 (its certificate was not signed by the issuing site's current CA)
            shop: link3 to old-hub would be removed
            shop: by-hand to a04a1f0c is gone
            till: is linked to hub by link1
            """,
        ),
    ],
    ids=["run", "check mode"],
)
def test_all_is_well(check_mode: bool, expected: str) -> None:
    """Links that are made, made again, handed over, removed, gone by themselves, up again by themselves."""
    steps = {"kiosk": [ADD], "shop": [ADD, AGAIN, OLD, STRANGER], "till": [DOWN]}
    told = text(
        plan(steps=steps),
        hosts=["kiosk", "shop", "till"],
        links=[
            {"skipped": True, "results": []},
            {"results": [made(ADD), made(AGAIN, "link2")]},
            {"results": [made(DOWN, changed=False)]},
        ],
        handovers=[[made(ADD)], [], []],
        removals=[{}, {"results": [made(OLD), made(STRANGER, changed=False)]}, {}],
        check_mode=check_mode,
    )
    assert told == textwrap.dedent(expected).strip()


@pytest.mark.parametrize(
    ("check_mode", "expected"),
    [
        (
            False,
            f"""
            kiosk: not linked to hub: kiosk failed before
            kiosk: link3 to old-hub was not removed: kiosk failed before
            shop: not linked to hub: The API server did not answer.
            shop: link3 to old-hub was not removed, since a link could not be made
            shop: its link to lost was not looked at, since lost could not be read
            stall: by-hand to a04a1f0c was not removed: Forbidden.
            till: link1 to hub is down: its router is not ready
            lost: could not be read: {UNREAD["lost"]}
            {EVICTED}
            """,
        ),
        (
            True,
            f"""
            kiosk: would not be linked to hub: kiosk failed before
            kiosk: link3 to old-hub would not be removed: kiosk failed before
            shop: would not be linked to hub: The API server did not answer.
            shop: link3 to old-hub would not be removed, since a link could not be made
            shop: its link to lost was not looked at, since lost could not be read
            stall: by-hand to a04a1f0c would not be removed: Forbidden.
            till: link1 to hub is down: its router is not ready
            lost: could not be read: {UNREAD["lost"]}
            {EVICTED}
            """,
        ),
    ],
    ids=["run", "check mode"],
)
def test_nothing_is_well(check_mode: bool, expected: str) -> None:
    """Links that could not be made or removed, or were not tried; sites that were not read; one that is evicted."""
    steps = {"kiosk": [ADD, OLD], "shop": [ADD, OLD], "stall": [STRANGER], "till": [DOWN]}
    down = made(DOWN, changed=False, link={"name": "link1", "connected": False, "reason": "its router is not ready"})
    told = text(
        plan(
            steps=steps, pending={"shop": ["lost"]}, unread=UNREAD, refusals=[{"message": EVICTED, "hosts": ["kiosk"]}]
        ),
        hosts=["kiosk", "shop", "stall", "till"],
        links=[{}, {"results": [failed(ADD, "The API server did not answer.")]}, {}, {"results": [down]}],
        removals=[
            {},
            {"results": [{"mesh_step": OLD, "skipped": True}]},
            {"results": [failed(STRANGER, "Forbidden.")]},
            {},
        ],
        check_mode=check_mode,
    )
    assert told == textwrap.dedent(expected).strip()


def test_nothing_to_say() -> None:
    """No step, no line; results may be missing altogether."""
    assert summary(plan(), hosts=[]) == []
    assert summary(plan(), hosts=["shop"]) == []
    assert summary({}, hosts=["shop"], links=[None], handovers=[None], removals=[None]) == []


def test_names_from_sites_stay_in_their_line() -> None:
    """Neither line ends nor control characters of a name or a message get through."""
    told = text(plan(steps={"shop": [ADD]}), ["shop"], [{"results": [failed(ADD, "first\nlost: all is well\x1b[2J")]}])
    assert told == "shop: not linked to hub: first lost: all is well\ufffd[2J"


@pytest.mark.parametrize(
    ("check_mode", "expected"),
    [
        (False, "kiosk: not linked to hub: kiosk failed before"),
        (True, f"kiosk: would be linked to hub ({PUBLIC})"),
    ],
    ids=["run", "check mode"],
)
def test_readmitted(check_mode: bool, expected: str) -> None:
    """In check mode nobody is asked to link a site that is evicted as yet."""
    readmits = {**ADD, "readmits": True}
    assert text(plan(steps={"kiosk": [readmits]}), ["kiosk"], check_mode=check_mode) == expected


def test_not_as_many_results_as_hosts() -> None:
    """Is refused, since results would be told of wrong hosts."""
    with pytest.raises(AnsibleFilterError, match="mesh_summary: there must be as many results as hosts"):
        summary(plan(), ["a", "b"], [{}])


def linked(peer: str, name: str = "link1", **more: Any) -> dict[str, Any]:
    """Make what skupper_links returns for a link."""
    return {"peer": peer, "changed": True, "link": {"name": name, "connected": True, "reason": None}, **more}


def test_made_and_waited_for() -> None:
    """A second task knows better what became of a link; those that it did not wait for are told as the first one did."""
    began = linked(
        "hub", link={"name": "link1", "connected": False, "reason": "no connection"}, begun={"name": "link1"}
    )
    late = {"peer": "yard", "changed": True, "failed": True, "msg": "Link link2 is not connected."}
    told = text(
        plan(steps={"shop": [ADD, AGAIN]}),
        hosts=["shop"],
        links=[{"results": [{"mesh_steps": [ADD, AGAIN], "links": [began, linked("yard", "link2")]}]}],
        waits=[{"results": [{"failed": True, "links": [linked("hub"), late]}]}],
    )
    assert told.splitlines() == [
        f"shop: linked to hub by link1 ({PUBLIC})",
        "shop: not linked to yard: Link link2 is not connected.",
    ]


def test_task_that_came_to_no_link() -> None:
    """Its message stands for each of the links."""
    lost = {"results": [{"failed": True, "msg": "There is no context nowhere.", "mesh_steps": [ADD, AGAIN]}]}
    told = text(plan(steps={"shop": [ADD, AGAIN]}), hosts=["shop"], links=[lost], waits=[{"skipped": True}])
    assert told.splitlines() == [
        "shop: not linked to hub: There is no context nowhere.",
        "shop: not linked to yard: There is no context nowhere.",
    ]


def test_lacks() -> None:
    """What a host fails with: links, removals, sites that were not read. A refusal is nothing that a second run mends."""
    late = {"peer": "yard", "failed": True, "msg": "Link link2 is not connected."}
    made = [{"mesh_steps": [ADD, AGAIN], "links": [linked("hub"), linked("yard")]}]
    pending = plan(pending={"shop": ["lost"]})
    assert lacks(plan(), "shop", links=made) == []
    assert lacks(
        pending,
        "shop",
        links=made,
        waits=[{"links": [linked("hub"), late]}],
        removals=[failed(OLD, "Forbidden."), made_again()],
    ) == [
        "not linked to yard: Link link2 is not connected.",
        "link link3 was not removed: Forbidden.",
        "its link to lost was not looked at, since lost could not be read.",
        "The next run makes up for it.",
    ]
    refused = plan(refusals=[{"message": EVICTED, "hosts": ["shop"]}])
    assert lacks(refused, "shop", handovers=[late]) == ["not linked to yard: Link link2 is not connected.", EVICTED]


def made_again() -> dict[str, Any]:
    """Make the result of a removal that went well."""
    return {"mesh_step": OLD, "changed": True}


def test_lacks_of_a_task_that_came_to_no_link() -> None:
    """All of its links are named."""
    lost = {"failed": True, "msg": "There is no context nowhere.", "mesh_steps": [ADD, AGAIN]}
    assert lacks({}, "shop", links=[lost]) == [
        "not linked to hub, yard: There is no context nowhere.",
        "The next run makes up for it.",
    ]


BEGUN = linked("hub", link={"name": "link1", "connected": False, "reason": "no connection"}, begun={"name": "link1"})
MADE = {"mesh_steps": [ADD], "links": [BEGUN]}


@pytest.mark.parametrize(
    ("waits", "why"),
    [
        pytest.param(
            [{"failed": True, "msg": "The credentials have ended."}], "The credentials have ended.", id="failed"
        ),
        pytest.param(
            [{"skipped": True}], "it was not waited for, so that it is not known whether it works.", id="skipped"
        ),
        pytest.param([], "it was not waited for, so that it is not known whether it works.", id="none"),
    ],
)
def test_link_that_nobody_has_seen_working(waits: list[dict[str, Any]], why: str) -> None:
    """A task that was to wait for it failed as a whole, or was left out: the link has failed, here and in the summary."""
    assert lacks(plan(), "shop", links=[MADE], waits=waits) == [
        f"not linked to hub: {why}",
        "The next run makes up for it.",
    ]
    told = text(plan(steps={"shop": [ADD]}), ["shop"], links=[{"results": [MADE]}], waits=[{"results": waits}])
    assert told == f"shop: not linked to hub: {why}"


def test_link_that_was_handed_over_and_not_waited_for() -> None:
    """The same goes for one that was made with a token from elsewhere."""
    assert lacks(plan(), "shop", handovers=[BEGUN])[0].startswith("not linked to hub: it was not waited for")
