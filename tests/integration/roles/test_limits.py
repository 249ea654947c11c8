# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook link_sites with --limit, once for every host of an inventory."""

from __future__ import annotations

import pytest

from testbed import Site
from tests.harness import Ansible, SitePool, hosts

pytestmark = pytest.mark.exhaustive

PUBLIC, PRIVATE = 4, 26


def plan(ansible: Ansible, sites: list[Site], *arguments: str) -> list[str]:
    """The lines of a plan, each of which begins with a sign and the name of the host that it is for."""
    options = ["--check", "--diff", "-e", "skupper_hosts=all", "-e", "skupper_topology=hubs", *arguments]
    told = (
        ansible.start("sitemesh.skupper.link_sites", options, inventory=hosts(sites))
        .wait()
        .succeeded()["Check the plan"]
    )
    return str(told.diff["prepared"]).splitlines()[1:] if told.changed else []


@pytest.mark.slow
def test_every_host_alone_is_given_its_part_of_the_whole(ansible: Ansible, site_pool: SitePool) -> None:
    """Thirty runs for one host each plan what one run for all does, with the same reasons."""
    sites = [*(site_pool.public(n % 2) for n in range(PUBLIC)), *(site_pool.private(n % 2) for n in range(PRIVATE))]
    whole = plan(ansible, sites)
    assert len(whole) == PUBLIC * (PUBLIC - 1) // 2 + PRIVATE * 2
    for site in sites:
        part = [line for line in whole if line.startswith(f"+ {site.name} -> ")]
        assert plan(ansible, sites, "--limit", site.name) == part
