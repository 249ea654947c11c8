# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SkupperClusterPolicies on a cluster that enforces them: refused before anything is written, or said to be unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from testbed import Policies, Site, Testbed
from tests import probes
from tests.harness import NEWEST, TASK_RULES, Ansible, RequestLog, Result, SharedUser, tasks
from tests.harness.users import POLICIES

# One who may do everything but look at policies, as most people who run a site.
UNTOLD = [rule for rule in TASK_RULES if rule not in POLICIES]


@dataclass
class PolicyCluster:
    """A cluster with policies, and two sites on it."""

    bed: Testbed
    west: Site
    east: Site

    @property
    def policies(self) -> Policies:
        """Its policies."""
        return Policies(self.west.cluster)


@pytest.fixture(scope="module")
def policy_cluster() -> Iterator[PolicyCluster]:
    """A cluster of its own: policies are the whole cluster's."""
    with Testbed.up(clusters=1, pace=0.05) as bed:
        west, east = bed.add_sites({"name": "west"}, {"name": "east", "ingress": "none"})
        yield PolicyCluster(bed, west, east)


@pytest.fixture(scope="module")
def enforced(policy_cluster: PolicyCluster) -> PolicyCluster:
    """From now on policies are enforced."""
    policy_cluster.policies.enforce()
    return policy_cluster


@pytest.fixture(scope="module")
def informed(policy_cluster: PolicyCluster) -> SharedUser:
    """A user who may list policies."""
    return SharedUser.make(policy_cluster.bed, "informed")


@pytest.fixture(scope="module")
def untold(policy_cluster: PolicyCluster) -> SharedUser:
    """A user who may not list policies."""
    return SharedUser.make(policy_cluster.bed, "untold", UNTOLD)


def warnings(result: Result) -> list[str]:
    """What the task warned of."""
    found: list[str] = result.values.get("warnings") or []
    return found


def test_no_policies(policy_cluster: PolicyCluster, untold: SharedUser, tmp_path: Path) -> None:
    """Where no policies are enforced, no rights on them are needed, and there is no warning."""
    ansible = Ansible(NEWEST, tmp_path, untold.kubeconfig)
    result = ansible.run(tasks.token(policy_cluster.west, "before", dest=str(tmp_path / "token.yaml")))
    assert (result.changed, warnings(result)) == (True, [])


def test_denied(enforced: PolicyCluster, informed: SharedUser, tmp_path: Path) -> None:
    """Tokens, links and issuers, each with the policy that is lacking, and nothing is written."""
    west, east = enforced.west, enforced.east
    token = west.token("handed-out")
    enforced.policies.replace(
        incoming={"namespaces": ["^east$"], "allowIncomingLinks": True},
        outgoing={"namespaces": ["east"], "allowedOutgoingLinksHostnames": ["example.org$"]},
    )
    request_log = RequestLog(enforced.bed, informed)
    run = Ansible(NEWEST, tmp_path, informed.kubeconfig).play(
        tasks.named("claim", tasks.token(west, "denied")),
        tasks.named("cert", tasks.token(west, "denied", type="cert", dest=str(tmp_path / "cert.yaml"))),
        tasks.named("link", tasks.link(east, token=token)),
        tasks.named("issuer", tasks.issued_link(east, west)),
        tasks.checked("predicted", tasks.issued_link(east, west)),
        ignore_errors=True,
    )
    assert {result.reason for result in run.results} == {"policy_denied"}
    for name in ("claim", "cert", "issuer", "predicted"):
        assert "incoming links of the site in namespace west" in run[name].msg
        assert "(incoming, outgoing)" in run[name].msg
    assert f"links to {west.host()} of the site in namespace east" in run["link"].msg
    assert request_log.writes() == []
    assert probes.links(east) == {}


def test_allowed(enforced: PolicyCluster, informed: SharedUser, tmp_path: Path) -> None:
    """By name, label and pattern; and a link that is there costs three requests, with policies or without."""
    west, east = enforced.west, enforced.east
    west.cluster.api.patch("v1", "namespaces", None, "west", {"metadata": {"labels": {"exposure": "public"}}})
    enforced.policies.replace(
        incoming={"namespaces": ["exposure in (public)"], "allowIncomingLinks": True},
        outgoing={"namespaces": ["eas"], "allowedOutgoingLinksHostnames": [r"^127\.(\d{1,3}\.)+\d+$"]},
    )
    ansible = Ansible(NEWEST, tmp_path, informed.kubeconfig)
    task = tasks.link(east, issuer={**tasks.where(west), "type": "cert"})
    made = ansible.run(task)
    assert (made.failed, made.changed, warnings(made)) == (False, True, []), made
    assert made["link"]["connected"]
    (link,) = probes.links(east).values()
    assert (link.type, link.kind) == ("kubernetes.io/tls", "connection-token")
    assert [each.peer for each in probes.connections(east)] == [west.site_id]
    watched = RequestLog(enforced.bed, informed)
    assert not ansible.run(task).changed
    assert len(watched.requests()) == 3
    gone = ansible.run(tasks.link(east, name=link.name, state="absent"))
    assert gone.changed


def test_unknown(enforced: PolicyCluster, untold: SharedUser, tmp_path: Path) -> None:
    """A user who may not list policies is warned that they are unknown; the sites' controllers decide."""
    west, east = enforced.west, enforced.east
    enforced.policies.replace()
    ansible = Ansible(NEWEST, tmp_path, untold.kubeconfig)
    made = ansible.run(tasks.issued_link(east, west))
    assert (made.failed, made.changed) == (False, True), made
    assert [each.partition(":")[0] for each in warnings(made)] == ["policy_unreadable"] * 2
    assert "namespace west" in warnings(made)[0]
    assert "namespace east" in warnings(made)[1]
