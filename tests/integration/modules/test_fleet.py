# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One public site and five private ones in two clusters: linked by one task each, and idle when that is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from testbed import Site, Testbed
from tests import probes
from tests.harness import Ansible, RequestLog, Run, SharedUser, SitePool, rule, tasks

PRIVATE = 5
MOST_REQUESTS = 3  # of a linking task that has nothing to do, to both sites together

# All that a run needs as long as it changes nothing.
IDLE = (
    rule("secrets", "list"),
    rule("configmaps", "get", names=["skupper-network-status"]),
)


@dataclass(frozen=True)
class Fleet:
    """A public site and the private ones that belong to it."""

    hub: Site
    private: list[Site]

    def link(self, ansible: Ansible, kubeconfig: SharedUser) -> Run:
        """Run one linking task on each private site."""
        task = tasks.task("link", context="{{ context }}", namespace="{{ namespace }}", issuer=tasks.where(self.hub))
        inventory = {site.name: tasks.where(site) for site in self.private}
        return ansible.play(task, inventory=inventory, kubeconfig=kubeconfig.kubeconfig)


@pytest.fixture
def fleet(west: Site, site_pool: SitePool) -> Fleet:
    """Three sites in the issuing site's cluster, two in the other."""
    return Fleet(west, [site_pool.private(number % 2) for number in range(PRIVATE)])


def test_fleet(
    ansible: Ansible,
    fleet: Fleet,
    bed: Testbed,
    operator: SharedUser,
    request_log: Callable[[], RequestLog],
    record_property: Callable[[str, object], None],
) -> None:
    """All are linked; again, nothing is changed or issued, few requests are made, and few rights are needed."""
    making = request_log()
    first = fleet.link(ansible, operator).succeeded()
    assert len(first.changed) == PRIVATE
    assert all(result["link"]["connected"] for result in first.of("link"))
    assert all([each.peer for each in probes.connections(site)] == [fleet.hub.site_id] for site in fleet.private)
    assert probes.records(fleet.hub) == {}
    record_property("requests per site when linking", len(making.requests()) / PRIVATE)

    watched = request_log()
    again = fleet.link(ansible, operator).succeeded()
    assert again.changed == []
    assert watched.writes() == []
    requests = watched.requests()
    record_property("requests per site when idle", len(requests) / PRIVATE)
    record_property("seconds linking", round(first.seconds, 1))
    record_property("seconds idle", round(again.seconds, 1))
    each = Counter(request.namespace for request in requests)
    to_hub = each.pop(fleet.hub.namespace)
    assert max(each.values()) + to_hub / PRIVATE <= MOST_REQUESTS

    idle = SharedUser.make(bed, "idle", IDLE)
    with_least = fleet.link(ansible, idle).succeeded()
    assert with_least.changed == []


def test_grown_fleet(
    ansible: Ansible, fleet: Fleet, operator: SharedUser, site_pool: SitePool, request_log: Callable[[], RequestLog]
) -> None:
    """Of a fleet that has grown by one, only the new site is linked."""
    fleet.link(ansible, operator).succeeded()
    newcomer = site_pool.private()
    watched = request_log()
    run = Fleet(fleet.hub, [*fleet.private, newcomer]).link(ansible, operator).succeeded()
    assert [result.host for result in run.changed] == [newcomer.name]
    assert watched.writes(*fleet.private) == []
    claims = [write for write in watched.writes(fleet.hub) if write.startswith("create")]
    assert len(claims) == 1
