# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links that take a while: what may still come is waited for, within limits, and reported as what it is."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from testbed import Site
from tests import probes
from tests.harness import Ansible, RequestLog, RunningPlaybook, Task, tasks

OUTAGE = 4.0  # seconds; a task looks more often than that, and tries a single look for less
STATUS = "internal.skupper.io/status"


def start(ansible: Ansible, task: Task) -> RunningPlaybook:
    """Start a play of one task."""
    return ansible.start([{"hosts": "all", "gather_facts": False, "tasks": [task]}])


def status(site: Site) -> str:
    """What the site's controller noted about the claim of its only link."""
    return "".join(kept.annotations.get(STATUS, "") for kept in probes.links(site).values())


@pytest.mark.parametrize("trouble", ["unreachable", "503"])
def test_trouble_that_passes(ansible: Ansible, west: Site, east: Site, trouble: str) -> None:
    """An issuing site that can't be reached at first, or whose claim server has trouble, is waited for."""
    west.fault(**({"paused": "true"} if trouble == "unreachable" else {"claims": "503"}))
    playing = start(ansible, tasks.issued_link(east, west))
    playing.until(lambda: status(east), "a note that the claim could not be redeemed yet")
    (before,) = probes.links(east).values()
    west.fault(paused=None, claims=None)

    run = playing.wait().succeeded()
    assert run["link"]["link"]["connected"]
    assert run["link"]["link"]["reason"] is None
    (after,) = probes.links(east).values()
    assert after.uid == before.uid
    assert not ansible.run(tasks.issued_link(east, west)).changed


def test_time_is_over(ansible: Ansible, west: Site, east: Site) -> None:
    """When the time is over the task fails and the link stays; it comes up when the issuing site does."""
    west.pause()
    task = tasks.issued_link(east, west)
    late = tasks.issued_link(east, west, wait_timeout=1)
    run = ansible.play(tasks.named("late", late), tasks.named("again", late), ignore_errors=True)
    assert [result.reason for result in run.results] == ["link_timeout", "link_timeout"]
    assert "wait_timeout" in run["late"].msg
    assert run["late"]["link"]["state"] == "claim_waiting"
    assert not run["again"].changed
    (before,) = probes.links(east).values()

    west.resume()
    result = ansible.run(task)
    assert result["link"]["connected"]
    (after,) = probes.links(east).values()
    assert after.uid == before.uid
    assert probes.records(west) == {}


def test_without_waiting(ansible: Ansible, west: Site, east: Site, request_log: Callable[[], RequestLog]) -> None:
    """With wait: false the link is made and left to itself; a later run sees to the rest."""
    east.fault(redeemer="stopped")
    task = tasks.issued_link(east, west, wait=False)
    run = ansible.play(tasks.named("made", task), tasks.named("again", task)).succeeded()
    assert [result.task for result in run.changed] == ["made"]
    assert [result["link"]["state"] for result in run.results] == ["claim_waiting", "claim_waiting"]
    assert len(probes.records(west)) == 1

    east.fault(redeemer=None)
    east.wait_linked(west)
    settled = ansible.run(tasks.issued_link(east, west))
    assert settled["link"]["connected"]
    assert probes.records(west) == {}
    watched = request_log()
    assert not ansible.run(tasks.issued_link(east, west)).changed
    assert watched.writes() == []


def test_link_that_is_down(ansible: Ansible, west: Site, east: Site) -> None:
    """A link that is down for the moment is not made again, but waited for."""
    ansible.run(tasks.issued_link(east, west))
    (before,) = probes.links(east).values()
    west.pause()
    east.wait(lambda: not east.linked(west), "the link to be down")
    down = ansible.run(tasks.issued_link(east, west, wait_timeout=1))
    assert down.reason == "link_timeout"
    assert down["link"]["state"] == "connecting"
    assert not down.changed

    playing = start(ansible, tasks.issued_link(east, west))
    west.resume()
    run = playing.wait().succeeded()
    assert run.changed == []
    assert run["link"]["link"]["connected"]
    assert list(probes.links(east).values()) == [before]


def test_api_server_that_restarts(ansible: Ansible, west: Site, east: Site) -> None:
    """A linking site's API server may go away for a moment while the task waits."""
    west.pause()
    playing = start(ansible, tasks.issued_link(east, west))
    playing.until(lambda: status(east), "a note that the claim could not be redeemed yet")
    east.cluster.stop()
    time.sleep(OUTAGE)
    east.cluster.start()
    west.resume()
    run = playing.wait().succeeded()
    assert run["link"]["link"]["connected"]
