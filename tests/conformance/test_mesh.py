# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A mesh made by one playbook: in the right direction, healed after a revocation by hand and after a hub is made again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from testbed import Site, Testbed
from tests import probes
from tests.conformance.shared_sites import PATIENCE, Settle
from tests.harness import Ansible, Run, hosts

# tests/integration/roles shows much of this on simulated sites.
pytestmark = pytest.mark.thorough("simulated")

PLAN, LINK = "Check the plan", "Link the site"
LONG = 560.0  # seconds, for a whole playbook on many sites


@pytest.fixture
def mesh(bed: Testbed, request: pytest.FixtureRequest) -> Iterator[tuple[list[str], list[Site]]]:
    """Names of public sites, and private sites, as many as the command line asks for, over both clusters."""
    public, private = request.config.getoption("mesh")
    names = [f"mesh-hub-{number}" for number in range(public)]
    wanted = [{"name": name, "cluster": number % 2} for number, name in enumerate(names)]
    others = [{"name": f"mesh-shop-{n}", "cluster": 1 - n % 2, "ingress": "none"} for n in range(private)]
    made = bed.add_sites(*wanted, *others)
    yield names, made[public:]
    for site in [*(bed.sites[name] for name in names), *made[public:]]:
        site.delete()


def play(ansible: Ansible, sites: list[Site], *arguments: str) -> Run:
    """Link the sites."""
    extra = ["-e", "skupper_hosts=all", "--forks", "10", *arguments]
    return ansible.start("sitemesh.skupper.link_sites", extra, inventory=hosts(sites)).wait(LONG).succeeded()


def uids(site: Site) -> dict[str, str]:
    """The links of a site, by the ids of the sites that they lead to."""
    return {link.annotations["skupper.io/generated-by"]: link.uid for link in probes.links(site).values()}


def complete(hubs: list[Site], shops: list[Site]) -> None:
    """Every private site is linked to every public one, and these among each other once, all from the right end."""
    ids = [hub.site_id for hub in hubs]
    for shop in shops:
        for hub in hubs:
            shop.wait_linked(hub, timeout=PATIENCE)
            hub.wait_linked(shop, "incoming", PATIENCE)
    for number, hub in enumerate(hubs):
        assert set(uids(hub)) <= set(ids[:number])
        for earlier in hubs[:number]:
            hub.wait_linked(earlier, timeout=PATIENCE)


@pytest.mark.slow
def test_mesh(
    ansible: Ansible,
    bed: Testbed,
    settle: Settle,
    mesh: tuple[list[str], list[Site]],
    request: pytest.FixtureRequest,
    record_property: Callable[[str, Any], None],
) -> None:
    """From nothing to a whole mesh, and back to one after each mishap; what was not hit by it keeps its links."""
    names, shops = mesh
    hubs = [bed.sites[name] for name in names]
    made = play(ansible, [*shops, *hubs])
    complete(hubs, shops)
    again = play(ansible, [*shops, *hubs])
    assert again.changed == []
    record_property("seconds to make a mesh and to look at it again", f"{made.seconds:.0f} and {again.seconds:.0f}")

    first, *others = hubs
    before = [uids(site) for site in shops]
    settle()
    if bed.kind == "real":
        request.getfixturevalue("cli").run(first, "revoke-access").succeeded()
        # The command does not wait: claims made now would carry a CA that the former router does not know.
        first.wait_rollout()
        first.wait_ready()
    else:
        first.revoke_access()
    healed = play(ansible, [*shops, *hubs], "--diff")
    lines = [line for line in healed[PLAN].diff["prepared"].splitlines()[1:] if not line.startswith("!")]
    assert len(lines) == len(shops) + len(others)
    assert all(f" -> {first.name} [" in line for line in lines)
    complete(hubs, shops)
    for old, site in zip(before, shops, strict=True):
        new = uids(site)
        assert set(new) == set(old)
        assert {hub.site_id for hub in hubs if new[hub.site_id] != old[hub.site_id]} == {first.site_id}

    last = hubs[-1]
    former = last.site_id
    last.delete()
    hubs[-1] = bed.add_site(last.name, names.index(last.name) % 2)
    assert hubs[-1].site_id != former
    play(ansible, [*shops, *hubs], "-e", "skupper_prune=true")
    complete(hubs, shops)
    assert all(former not in uids(site) for site in shops)
    final = play(ansible, [*shops, *hubs])
    assert final.changed == []
    record_property("seconds to heal after a revocation", f"{healed.seconds:.0f}")


def test_site_that_could_not_be_read(ansible: Ansible, west: Site, east: Site) -> None:
    """Where all others have nothing to do, a site that could not be read fails the run all the same (F1)."""
    play(ansible, [west, east])
    inventory = hosts([west, east], {east.name: {"skupper_context": "no-such-context"}})
    run = ansible.start("sitemesh.skupper.link_sites", ["-e", "skupper_hosts=all"], inventory=inventory).wait(LONG)
    assert run.code != 0
    assert run.changed == []
    assert [result.host for result in run.failed] == [east.name]
