# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revocations: what was issued before is worthless, what leads out stays, and the wanted sites come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from testbed import Site
from tests import probes
from tests.conformance.other_tool import OtherTool
from tests.conformance.shared_sites import PATIENCE, LendSite, Settle
from tests.harness import Ansible, RequestLog, Run, hosts, tasks

# tests/integration/roles/test_revoke.py shows much of this on simulated sites.
pytestmark = pytest.mark.thorough("simulated")

RELINK = "Link the site again"


@pytest.fixture
def linked_west(ansible: Ansible, west: Site, hub: Site, settle: Settle) -> Iterator[Site]:
    """The public site that may be harmed, linked to the other one."""
    assert ansible.run(tasks.issued_link(west, hub, name="to-hub"))["link"]["connected"]
    yield west
    settle()
    ansible.run(tasks.link(west, name="to-hub", state="absent"))


def count(ansible: Ansible, site: Site) -> int | None:
    """How many sites the site says it is linked with."""
    found: int | None = ansible.run(tasks.site_info(site))["site"]["linked_sites"]
    return found


def test_walk_through(
    ansible: Ansible,
    linked_west: Site,
    settle: Settle,
    hub: Site,
    lend_site: LendSite,
    other_tool: OtherTool,
    new_name: Callable[[], str],
    dial: probes.Dial,
    request_log: Callable[[], RequestLog],
) -> None:
    """One link out and three in, by one cert token of another tool: those in are dead, the one out is up."""
    west, east, late = linked_west, lend_site(), lend_site()
    claim, cert = other_tool.claim(west, new_name(), uses=0), other_tool.cert(west, new_name())
    assert ansible.run(tasks.link(east, src=str(cert), name="to-west"))["link"]["connected"]
    endpoint, stolen = west.endpoint("inter-router"), probes.read_file(cert).data
    assert probes.lets_in(endpoint, stolen, dial)
    west.wait(lambda: count(ansible, west) == 2, "two linked sites", PATIENCE)
    linked = [east, lend_site(), lend_site()]
    for site in linked[1:]:
        assert ansible.run(tasks.link(site, src=str(cert)))["link"]["connected"]
        west.wait_linked(site, "incoming", PATIENCE)

    settle()
    task = tasks.revoke(west, id="INC-1")
    run = ansible.play(tasks.checked("foreseen", task), tasks.named("done", task)).succeeded()
    assert [result.task for result in run.changed] == ["foreseen", "done"]
    for each in ("cut_off", "claims_removed", "ca_before"):
        assert run["foreseen"]["revocation"][each] == run["done"]["revocation"][each]
    assert {site["site_id"] for site in run["done"]["revocation"]["cut_off"]} == {site.site_id for site in linked}

    assert not probes.lets_in(endpoint, stolen, dial)
    assert probes.redeem(yaml.safe_load(claim.read_text()), dial=dial)[0] == 404
    assert ansible.run(tasks.link(late, src=str(claim))).reason == "issuer_untrusted"
    west.wait_linked(hub, timeout=PATIENCE)
    west.wait(lambda: count(ansible, west) == 1, "one linked site", PATIENCE)

    back = ansible.run(tasks.issued_link(east, west))
    assert (back["link"]["name"], back["link"]["connected"]) == ("to-west", True)
    watched = request_log()
    assert not ansible.run(task).changed
    assert watched.writes() == []


def play(ansible: Ansible, playbook: str, *sites: Site, **variables: Any) -> Run:
    """Run a playbook of the collection on sites, each a host of its own name."""
    given = {"skupper_hosts": "all", **variables}
    extra = [each for name, value in given.items() for each in ("-e", f"{name}={value}")]
    return ansible.start(f"sitemesh.skupper.{playbook}", extra, inventory=hosts(sites)).wait(300)


@pytest.mark.exhaustive("real")
def test_wanted_sites_come_back(
    ansible: Ansible,
    west: Site,
    lend_site: LendSite,
    settle: Settle,
    other_tool: OtherTool,
    new_name: Callable[[], str],
    dial: probes.Dial,
) -> None:
    """One play revokes, links the hosts of the inventory again and leaves the stranger out; once is enough."""
    private, stranger = [lend_site(), lend_site()], lend_site()
    for site in private:
        assert ansible.run(tasks.issued_link(site, west))["link"]["connected"]
    leaked = other_tool.cert(west, new_name())
    assert ansible.run(tasks.link(stranger, src=str(leaked)))["link"]["connected"]

    settle()
    asked = {"skupper_revoke_site": west.name, "skupper_revoke_id": "INC-2"}
    run = play(ansible, "revoke_access", west, *private, **asked).succeeded()
    assert len([result for result in run.of(RELINK) if result.changed]) == len(private)
    for site in private:
        site.wait_linked(west, timeout=PATIENCE)
        west.wait_linked(site, "incoming", PATIENCE)
    assert not probes.lets_in(west.endpoint("inter-router"), probes.read_file(leaked).data, dial)
    stranger.wait(lambda: not stranger.linked(west), "the stranger to be out", PATIENCE)
    assert play(ansible, "revoke_access", west, *private, **asked).succeeded().changed == []


def test_evicted_site_stays_out(
    ansible: Ansible, west: Site, lend_site: LendSite, settle: Settle, dial: probes.Dial
) -> None:
    """An evicted site is cut off and not let in before it is readmitted; the other one is back."""
    out, other = lend_site(), lend_site()
    for site in (out, other):
        assert ansible.run(tasks.issued_link(site, west))["link"]["connected"]
    (stolen,) = probes.links(out).values()
    settle()
    play(ansible, "evict_site", west, out, other, skupper_evict_site=out.name).succeeded()
    assert not probes.lets_in(west.endpoint("inter-router"), stolen.data, dial)
    other.wait_linked(west, timeout=PATIENCE)
    assert probes.links(out) == {}
    refused = ansible.run(tasks.issued_link(out, west))
    assert refused.reason == "site_evicted"
    assert probes.links(out) == {}
    run = ansible.play(tasks.revoke(west, scope="none", readmit=[out.site_id]), tasks.issued_link(out, west))
    assert run.succeeded()["link"]["link"]["connected"]
