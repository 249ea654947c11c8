# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that died on the way: what they began is continued, not begun again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from testbed import Site, Testbed
from testbed.clusters import merge_kubeconfigs, write_kubeconfig
from tests import probes
from tests.harness import TASK_RULES, Ansible, Gateway, SharedUser, Task, tasks


@dataclass(frozen=True)
class InterruptibleRuns:
    """Runs of tasks that can be stopped at any of their requests to the linking cluster."""

    gateway: Gateway
    ansible: Ansible
    kubeconfig: Path

    def kill_at(self, request: str, task: Task, skip: int = 0) -> None:
        """Run a task and kill it when it asks for this; the request never arrives."""
        self.gateway.hold(request, skip)
        play = {"hosts": "all", "gather_facts": False, "tasks": [task]}
        playing = self.ansible.start([play], kubeconfig=self.kubeconfig)
        playing.until(self.gateway.holds, request)
        run = playing.kill()
        self.gateway.release()
        assert run.results == ()


@pytest.fixture
def runs(bed: Testbed, ansible: Ansible, tmp_path: Path) -> Iterator[InterruptibleRuns]:
    """Runs that can be stopped at any request to the linking cluster."""
    user = SharedUser.make(bed, "interrupted", TASK_RULES, token=True)
    with Gateway.open(bed.clusters[1], tmp_path) as gateway:
        through = tmp_path / "through.kubeconfig"
        write_kubeconfig(through, gateway.kubeconfig(user.users[1]))
        both = tmp_path / "both.kubeconfig"
        write_kubeconfig(both, merge_kubeconfigs([user.users[0].kubeconfig, through]))
        yield InterruptibleRuns(gateway, ansible, both)


def test_between_claim_and_link(runs: InterruptibleRuns, ansible: Ansible, west: Site, east: Site) -> None:
    """Killed when the claim is issued and the link is not made yet: the next run makes it of the same claim."""
    task = tasks.issued_link(east, west)
    runs.kill_at("^POST .*/secrets", task)
    (claim,) = probes.records(west).values()
    assert probes.links(east) == {}

    run = ansible.play(tasks.named("continued", task), tasks.named("again", task)).succeeded()
    assert run["continued"]["link"]["connected"]
    assert not run["again"].changed
    (link,) = probes.links(east).values()
    assert link.annotations["skupper.io/url"].endswith(f"/{claim.name}")
    assert probes.records(west) == {}


def test_between_link_and_redemption(runs: InterruptibleRuns, ansible: Ansible, west: Site, east: Site) -> None:
    """Killed when the link is made: the next run waits for it and removes the spent claim."""
    task = tasks.issued_link(east, west)
    runs.kill_at("^GET .*/secrets/link1", task)
    east.wait_linked(west)
    (before,) = probes.links(east).values()
    assert len(probes.records(west)) == 1

    run = ansible.play(tasks.named("continued", task), tasks.named("again", task)).succeeded()
    assert run["continued"]["link"]["connected"]
    assert not run["again"].changed
    (after,) = probes.links(east).values()
    assert after.uid == before.uid
    assert probes.records(west) == {}


def test_refused_between_claim_and_link(
    bed: Testbed, ansible: Ansible, operator: SharedUser, west: Site, east: Site, tmp_path: Path
) -> None:
    """A user who may issue claims but not make links is told so; with the right granted, the same claim is used."""
    rules = [{**each, "verbs": [verb for verb in each["verbs"] if verb != "create"]} for each in TASK_RULES]
    halved = SharedUser.make(bed, "halved", rules)
    mixed = tmp_path / "mixed.kubeconfig"
    write_kubeconfig(mixed, merge_kubeconfigs([operator.users[0].kubeconfig, halved.users[1].kubeconfig]))
    refused = ansible.run(tasks.issued_link(east, west), kubeconfig=mixed)
    assert refused.reason == "forbidden"
    assert all(word in refused.msg for word in ("create", "secrets", east.namespace))
    claims = probes.records(west)
    assert len(claims) <= 1

    assert ansible.run(tasks.issued_link(east, west))["link"]["connected"]
    assert probes.records(west) == {}


@pytest.mark.parametrize("at", ["park", "unpark"])
def test_change_of_cost(runs: InterruptibleRuns, ansible: Ansible, hub: Site, east: Site, at: str) -> None:
    """Killed before or after the link is out of the controllers' sight: the next run gives it the new cost."""
    east.link(hub.token(f"for-{east.name}"))
    east.wait_linked(hub)
    (before,) = probes.links(east).values()
    task = tasks.link(east, issuer=tasks.where(hub), cost=9)
    runs.kill_at("^PATCH .*/secrets/link1", task, skip=int(at == "unpark"))
    (parked,) = probes.links(east).values()
    assert (parked.kind == "connection-token") == (at == "park")

    run = ansible.play(
        tasks.checked("foreseen", task), tasks.named("continued", task), tasks.named("again", task)
    ).succeeded()
    assert [result.task for result in run.changed] == ["foreseen", "continued"]
    assert run["continued"]["link"]["connected"]
    (after,) = probes.links(east).values()
    assert (after.uid, after.data, after.kind) == (before.uid, before.data, "connection-token")
    assert [each.cost for each in probes.connections(east)] == [9]


def test_gateway_passes_on(runs: InterruptibleRuns, west: Site) -> None:
    """What is not held arrives: the gateway itself delays nothing."""
    result = runs.ansible.run(tasks.site_info(west), kubeconfig=runs.kubeconfig)
    assert result.status == "ok", json.dumps(result.values)
