# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Create, again, modify, again, delete, again: each in check mode first, which predicts the result and writes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from testbed import Site, Testbed
from tests import probes
from tests.harness import NEWEST, NEWEST_AT_LEAST, OLDEST, Ansible, RequestLog, SharedUser, SitePool, Task, keep, tasks
from tests.harness.check_mode import UNKNOWN, differences


class Steps:
    """Runs tasks as a reader in check mode and then for real, and compares."""

    def __init__(
        self, ansible: Ansible, reader: SharedUser, request_log: Callable[[SharedUser | None], RequestLog]
    ) -> None:
        self._ansible = ansible
        self._reader = reader
        self._request_log = request_log

    def __call__(self, task: Task, changed: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        """Run one step; returns what check mode said and what the run returned."""
        reading, working = self._request_log(self._reader), self._request_log(None)
        predicted, actual = self._twice(task)
        assert reading.writes() == []
        assert predicted["changed"] == actual["changed"] == changed
        assert bool(working.writes()) == changed
        assert (predicted["diff"]["before"] != predicted["diff"]["after"]) == changed
        pending = any((result.get("site") or {}).get("linked_sites", 0) is None for result in (predicted, actual))
        assert differences(_comparable(predicted, pending), _comparable(actual, pending)) == []
        return predicted, actual

    def _twice(self, task: Task) -> tuple[dict[str, Any], dict[str, Any]]:
        run = self._ansible.play(
            {**as_user(task, self._reader), "check_mode": True, "register": "predicted"},
            keep("predicted", "predicted"),
            {**task, "register": "actual"},
            keep("actual", "actual"),
        ).succeeded()
        return run.kept["predicted"], run.kept["actual"]


def as_user(task: Task, user: SharedUser) -> Task:
    """Return the task with another user's credentials."""
    (module,) = [name for name in task if name.startswith(tasks.PREFIX)]
    return {**task, module: {**task[module], "kubeconfig": str(user.kubeconfig)}}


def _comparable(result: dict[str, Any], pending: bool) -> dict[str, Any]:
    # Check mode hands out a placeholder instead of a token, which it must not make or show.
    compared = {name: value for name, value in result.items() if name != "token"}
    if pending:
        # A router that has just started says how many sites it is linked to when it likes, perhaps between two looks.
        compared["site"] = {name: value for name, value in result["site"].items() if name != "linked_sites"}
    return compared


@pytest.fixture
def step(ansible: Ansible, reader: SharedUser, bed: Testbed, operator: SharedUser) -> Steps:
    """Runs one step of the matrix."""
    return Steps(ansible, reader, lambda user: RequestLog(bed, user or operator))


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_claim(step: Steps, hub: Site, site_pool: SitePool) -> None:
    """The twelve steps of a claim."""
    name = site_pool.name("claim")
    predicted, made = step(tasks.token(hub, name), changed=True)
    assert predicted["expires_at"] == UNKNOWN
    assert (made["usable"], made["uses_remaining"], made["uses_made"]) == (True, 1, 0)
    assert predicted["token"].get("data") == {}
    first = probes.records(hub)[name]
    assert probes.unwrap(made["token"]).data["password"] == first.data["password"]

    _predicted, again = step(tasks.token(hub, name), changed=False)
    assert again["token"] == made["token"]

    predicted, modified = step(tasks.token(hub, name, expiry="1h", uses=3), changed=True)
    assert predicted["expires_at"] == modified["expires_at"]
    second = probes.records(hub)[name]
    assert second.annotations["skupper.io/claims-remaining"] == "3"
    assert second.annotations["skupper.io/claim-expiration"] == modified["expires_at"] > made["expires_at"]
    assert (second.uid, second.data) == (first.uid, first.data)
    step(tasks.token(hub, name, expiry="1h", uses=3), changed=False)

    step(tasks.token(hub, name, state="absent"), changed=True)
    assert name not in probes.records(hub)
    step(tasks.token(hub, name, state="absent"), changed=False)


@pytest.mark.parametrize(
    ("core", "way"), [(NEWEST, "issuer"), pytest.param(OLDEST, "token", marks=pytest.mark.thorough)]
)
def test_link(step: Steps, way: str, hub: Site, east: Site, site_pool: SitePool) -> None:
    """The twelve steps of a link; a new cost has to reach the router, and the connection that it keeps open."""
    passed = {"token": hub.token(site_pool.name("claim"))} if way == "token" else {"issuer": tasks.where(hub)}

    predicted, made = step(tasks.link(east, **passed), changed=True)
    assert (predicted["link"]["state"], predicted["link"]["url"]) == (UNKNOWN, UNKNOWN)
    assert (made["link"]["name"], made["link"]["site_id"]) == ("link1", hub.site_id)
    assert made["link"]["connected"]
    check_cost(east, hub, 1)
    first = probes.links(east)["link1"]
    step(tasks.link(east, **passed), changed=False)

    _predicted, modified = step(tasks.link(east, cost=5, **passed), changed=True)
    assert modified["link"]["connected"]
    check_cost(east, hub, 5)
    second = probes.links(east)["link1"]
    assert second.annotations["skupper.io/cost"] == "5"
    assert (second.uid, second.data, second.kind) == (first.uid, first.data, "connection-token")
    step(tasks.link(east, cost=5, **passed), changed=False)

    step(tasks.link(east, state="absent", name="link1"), changed=True)
    assert probes.links(east) == {}
    assert probes.connectors(east) == {}
    step(tasks.link(east, state="absent", name="link1"), changed=False)


def check_cost(site: Site, issuer: Site, cost: int) -> None:
    """The one link has this cost, in the router's configuration and on the connection that is open."""
    assert {name: each.get("cost") for name, each in probes.connectors(site).items()} == {"link1": cost}
    assert [(each.peer, each.cost) for each in probes.connections(site)] == [(issuer.site_id, cost)]


def test_unequal_predictions_are_noticed() -> None:
    """The comparison itself finds what it is for."""
    assert differences({"a": UNKNOWN, "b": {"c": 1}}, {"a": 5, "b": {"c": 1}}) == []
    assert differences({"b": {"c": 1}}, {"b": {"c": 2}})
    assert differences({"b": 1}, {})
    assert differences({}, {"b": 1})
    assert differences({"b": 1}, {"b": UNKNOWN})
