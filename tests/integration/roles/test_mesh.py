# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook link_sites, as a user runs it on an inventory of sites."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests import probes
from tests.harness import CORES, Ansible, Run, Stock, Witness
from tests.testbed import Site

PLAYBOOK = "sitemesh.skupper.link_sites"
LINK = "Link the site to a public one"


def play(ansible: Ansible, sites: list[Site], *arguments: str, **variables: dict[str, Any]) -> Run:
    """Run the playbook; `variables` are further ones of a host, by the site's name with underscores."""
    inventory = {
        site.name: {
            "skupper_context": site.cluster.name,
            "skupper_namespace": site.namespace,
            **variables.get(site.name.replace("-", "_"), {}),
        }
        for site in sites
    }
    return ansible.start(PLAYBOOK, ["-e", "skupper_hosts=all", *arguments], inventory=inventory).wait()


def key(site: Site) -> str:
    """A site's name as a keyword for `play`."""
    return site.name.replace("-", "_")


def peers(site: Site) -> list[str]:
    """Ids of the sites that a site has open links to, as it says itself."""
    return sorted(connection.peer for connection in probes.connections(site))


@pytest.mark.parametrize("core", CORES, ids=str)
def test_every_private_site_is_linked(ansible: Ansible, stock: Stock, witness: Callable[[], Witness]) -> None:
    """Check mode tells what comes, the run links in the only direction that works, and the next one changes nothing."""
    public = [stock.public(0), stock.public(1)]
    private = [stock.private(0), stock.private(1)]
    sites = [*private, *public]
    looking = witness()
    predicted = play(ansible, sites, "--check", "--diff").succeeded()
    assert looking.writes() == []

    made = play(ansible, sites, "--diff").succeeded()
    assert len(predicted.of(LINK)) == len(made.of(LINK)) == len(private)
    assert all(result.changed for result in (*predicted.of(LINK), *made.of(LINK)))
    assert all(peers(site) == sorted(issuer.site_id for issuer in public) for site in private)
    assert all(peers(site) == [] for site in public)
    assert all(probes.records(site) == {} for site in public)

    watched = witness()
    again = play(ansible, sites).succeeded()
    assert again.changed == []
    assert watched.writes() == []


def test_limit(ansible: Ansible, stock: Stock, west: Site) -> None:
    """A host alone is linked as it would be among all; the others are only read."""
    chosen, other = stock.private(), stock.private()
    play(ansible, [west, chosen, other], "--limit", chosen.name).succeeded()
    assert peers(chosen) == [west.site_id]
    assert peers(other) == []


def test_site_that_cannot_be_read(ansible: Ansible, west: Site, east: Site, stock: Stock) -> None:
    """The other links are made; what could not be judged is named, and the next run makes up for it."""
    lost = stock.public(1)
    run = play(ansible, [west, east, lost], **{key(lost): {"skupper_context": "no-such-context"}})
    assert run.code != 0
    assert peers(east) == [west.site_id]
    (failure,) = [result for result in run.failed if result.host == east.name]
    assert lost.name in failure.msg
    play(ansible, [west, east, lost]).succeeded()
    assert peers(east) == sorted([west.site_id, lost.site_id])


def test_exposure_that_the_inventory_knows(ansible: Ansible, west: Site, east: Site, stock: Stock) -> None:
    """A site that is called private is linked to public ones, whatever its ingress."""
    called_private = stock.public(1)
    play(ansible, [west, east, called_private], **{key(called_private): {"skupper_exposure": "private"}}).succeeded()
    assert peers(called_private) == [west.site_id]
    assert peers(east) == [west.site_id]


def test_nothing_public(ansible: Ansible, east: Site, stock: Stock) -> None:
    """A private site that could not be linked to anything is refused in a sentence."""
    run = play(ansible, [east, stock.private()])
    assert run.code != 0
    assert all("has no public site" in result.msg for result in run.failed)


def test_connection_options(ansible: Ansible, west: Site, east: Site) -> None:
    """skupper_connection takes any option of the modules and wins over the others, for the issuing site, too."""
    right = {"skupper_context": "wrong", "skupper_connection": {"context": west.cluster.name}}
    play(ansible, [west, east], **{key(west): right}).succeeded()
    assert peers(east) == [west.site_id]
