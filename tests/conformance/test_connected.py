# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A link is told to be connected as soon as it is, by everybody, and never before."""

from __future__ import annotations

import pytest

from tests.conformance.cast import PATIENCE, Lend
from tests.harness import Ansible, Stock, tasks
from tests.testbed import Site, Testbed

# Seconds in which the network status of a site that has just been linked learns whose router it has connected to.
INTRODUCTION = 15
LOOKS = 8


def test_everybody_says_the_same(ansible: Ansible, hub: Site, lent: Lend) -> None:
    """From the moment on at which a task has said so, a second run and the readers say it, too."""
    east = lent()
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


@pytest.mark.thorough("simulated")
def test_lying_router(bed: Testbed, ansible: Ansible, stock: Stock) -> None:
    """A site whose router calls itself as the issuing site's does is not taken for that one when it connects."""
    west, east = stock.public(0), stock.private(1)
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
