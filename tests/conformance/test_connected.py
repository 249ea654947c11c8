# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A link is reported as connected by every tool as soon as it is, and never before."""

from __future__ import annotations

import pytest

from testbed import Site, Testbed
from tests import probes
from tests.conformance.shared_sites import PATIENCE, LendSite
from tests.harness import Ansible, SitePool, tasks

# Seconds in which the network status of a site that has just been linked learns whose router it has connected to.
INTRODUCTION = 15
LOOKS = 8


def test_everybody_says_the_same(ansible: Ansible, hub: Site, lend_site: LendSite) -> None:
    """From the moment on at which a task has said so, a second run and the readers say it, too."""
    east = lend_site()
    join = tasks.issued_link(east, hub)
    run = ansible.play(
        tasks.named("made", join),
        tasks.named("again", join),
        tasks.named("meshed", tasks.task("mesh_info", **tasks.where(east))),
        {
            **tasks.named("listed", tasks.task("link_info", **tasks.where(east))),
            "loop": list(range(LOOKS)),
            "loop_control": {"pause": INTRODUCTION / LOOKS},
        },
    ).succeeded()
    assert [result.task for result in run.changed] == ["made"]
    assert run["made"]["link"] == run["again"]["link"]
    assert run["made"]["link"]["connected"]
    assert [each["site_id"] for each in run["meshed"]["member"]["connections"]] == [hub.site_id]
    assert [look["links"][0]["state"] for look in run["listed"]["results"]] == ["connected"] * LOOKS


def test_two_links_at_once(ansible: Ansible, hub: Site, west: Site, lend_site: LendSite) -> None:
    """Both are reported as connected when both are; made by one task and waited for by another one."""
    east = lend_site()
    wanted = [{"peer": site.name, "issuer": {**tasks.where(site), "type": "auto"}} for site in (hub, west)]
    first = tasks.links(east, *wanted, wait=False, register="first")
    later = ({**each, "earlier": f"{{{{ first.links[{number}] }}}}"} for number, each in enumerate(wanted))
    run = ansible.play(tasks.named("made", first), tasks.named("waited", tasks.links(east, *later))).succeeded()
    assert [each["link"]["connected"] for each in run["made"]["links"]] == [False, False]
    assert [(each["peer"], each["link"]["connected"], each["issued"]) for each in run["waited"]["links"]] == [
        (hub.name, True, "cert"),
        (west.name, True, "cert"),
    ]
    assert sorted(each.peer for each in probes.connections(east)) == sorted((hub.site_id, west.site_id))


def test_one_of_two_links_stays_down(ansible: Ansible, hub: Site, west: Site, lend_site: LendSite) -> None:
    """The connection of the one is never taken for the other's, and is recognized by its name when that is known."""
    east = lend_site()
    lost = {"peer": west.name, "token": west.lost_token()}
    run = ansible.play(
        tasks.links(east, {"peer": hub.name, "issuer": tasks.where(hub)}, lost, wait_timeout=INTRODUCTION * 2)
    )
    good, bad = run.results[-1]["links"]
    assert (good["link"]["connected"], bad["reason"], bad["link"]["connected"]) == (True, "link_timeout", False)
    assert [each.peer for each in probes.connections(east)] == [hub.site_id]


@pytest.mark.thorough("simulated")
def test_lying_router(bed: Testbed, ansible: Ansible, site_pool: SitePool) -> None:
    """A site whose router calls itself as the issuing site's does is not taken for that one when it connects."""
    west, east = site_pool.public(0), site_pool.private(1)
    (known,) = west.routers()
    liar = bed.add_site("liar", 0)
    liar.call_router(known)
    east.link(liar.token(), "to-the-liar")
    east.wait(lambda: known in east.peer_routers(), "the connection to the liar", PATIENCE)
    west.pause()
    # A certificate that is signed directly needs no router of the issuing site.
    link = tasks.link(east, issuer={**tasks.where(west), "type": "cert"}, wait_timeout=40)
    playing = ansible.start([{"hosts": "all", "gather_facts": False, "tasks": [link]}])
    playing.until(lambda: east.get("secrets", "link1"), "the link to be made")
    liar.restart_router()
    east.wait(lambda: known in east.peer_routers(), "the connection to the liar to be back", PATIENCE)
    assert playing.wait().results[-1].reason == "link_timeout"
    west.resume()
    for site in (liar, east, west):
        site.delete()
