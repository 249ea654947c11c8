# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What works is not taken away for a guess, before real API servers with their admission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from testbed import Site
from tests import probes
from tests.harness import Ansible, RequestLog, tasks

AUTHOR = "skupper.io/generated-by"
REGISTRATION = "admissionregistration.k8s.io/v1"


def annotate(site: Site, name: str, **notes: str | None) -> None:
    """Change annotations of a Secret."""
    site.cluster.api.patch("v1", "secrets", site.namespace, name, {"metadata": {"annotations": notes}})


@pytest.fixture
def linked(ansible: Ansible, west: Site, east: Site) -> probes.Kept:
    """A link that works."""
    made = ansible.run(tasks.issued_link(east, west))
    assert made["link"]["connected"], made.msg
    return probes.links(east)["link1"]


@pytest.fixture
def policy(east: Site) -> Iterator[None]:
    """A policy that wants a label on every new Secret of the linking site, as Gatekeeper and Kyverno do."""
    name = f"need-{east.namespace}"
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["secrets"]}
    has_label = "has(object.metadata.labels) && 'cost-center' in object.metadata.labels"
    check = {"expression": has_label, "message": "every Secret needs the label cost-center", "reason": "Forbidden"}
    spec = {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": [rule]}, "validations": [check]}
    here = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": east.namespace}}}
    binding = {"policyName": name, "validationActions": ["Deny"], "matchResources": here}
    api = east.cluster.api
    for kind, body in (("ValidatingAdmissionPolicy", spec), ("ValidatingAdmissionPolicyBinding", binding)):
        api.create({"apiVersion": REGISTRATION, "kind": kind, "metadata": {"name": name}, "spec": body})
    east.wait(lambda: _is_denied(east), "the policy to be enforced")
    yield
    for plural in ("validatingadmissionpolicybindings", "validatingadmissionpolicies"):
        api.delete(REGISTRATION, plural, None, name)


def _is_denied(site: Site) -> bool:
    """Whether a Secret without the label is refused."""
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "probe", "namespace": site.namespace}}
    target = f"/api/v1/namespaces/{site.namespace}/secrets"
    try:
        site.cluster.api.call("POST", target, secret, query={"dryRun": "All"})
    except Exception as error:  # noqa: BLE001 - whatever it says, it was refused
        return "cost-center" in str(error)
    return False


def check_denied(run: Ansible, west: Site, east: Site, linked: probes.Kept, seen: RequestLog, said: str) -> None:
    """The link is untouched, and the message names the cause, in check mode and without."""
    task = tasks.issued_link(east, west, replace="always")
    results = run.play(tasks.checked("foreseen", {**task, "ignore_errors": True}), {**task, "ignore_errors": True})
    for result in results.results:
        assert result.failed
        assert said in result.msg
        assert "link1 was left as it is" in result.msg
    assert probes.links(east) == {"link1": linked}
    assert seen.writes(east) == []
    assert [each.peer for each in probes.connections(east)] == [west.site_id]


def test_a4_policy(
    ansible: Ansible, west: Site, east: Site, linked: probes.Kept, policy: None, request_log: Callable[[], RequestLog]
) -> None:
    """A policy that denies the successor keeps the link; with the label it is replaced, since what others write stays."""
    check_denied(ansible, west, east, linked, request_log(), "every Secret needs the label cost-center")
    label: dict[str, Any] = {"metadata": {"labels": {"cost-center": "42"}}}
    east.cluster.api.patch("v1", "secrets", east.namespace, "link1", label)
    result = ansible.run(tasks.issued_link(east, west, replace="always"))
    assert result["link"]["connected"], result.msg
    (after,) = probes.links(east).values()
    assert after.uid != linked.uid
    assert after.labels["cost-center"] == "42"


def test_a1_link_without_author(
    ansible: Ansible, west: Site, east: Site, linked: probes.Kept, request_log: Callable[[], RequestLog]
) -> None:
    """It works, so that it is connected or unknown for every module, and none of them touches it."""
    owned = {"metadata": {"annotations": {AUTHOR: None, "sitemesh.skupper/owner": None}, "ownerReferences": []}}
    east.cluster.api.patch("v1", "secrets", east.namespace, "link1", owned)
    watched = request_log()
    run = ansible.play(
        tasks.link_info(east, task_name="alone"),
        tasks.link_info(east, issuers=[tasks.where(west)], task_name="asked"),
        tasks.link(east, state="absent", stale=True, task_name="stale"),
        tasks.link(east, token=west.token("second"), task_name="by token"),
        tasks.issued_link(east, west, task_name="by issuer"),
    ).succeeded()
    assert [(each["state"], each["connected"]) for each in run["alone"]["links"]] == [("unknown", None)]
    assert [(each["state"], each["connected"]) for each in run["asked"]["links"]] == [("connected", True)]
    assert run.changed == []
    assert [run[name]["link"]["name"] for name in ("by token", "by issuer")] == ["link1", "link1"]
    assert watched.writes(east) == []
    assert ansible.run(tasks.link(east, state="absent", name="link1")).changed


def test_a2_request(ansible: Ansible, west: Site, request_log: Callable[[], RequestLog]) -> None:
    """A token that lies on its own site is no link there."""
    request = west.cert_token("my-request")
    request["metadata"]["namespace"] = west.namespace
    west.cluster.api.create(request)
    watched = request_log()
    run = ansible.play(
        tasks.link_info(west, task_name="shown"),
        tasks.link(west, state="absent", stale=True, task_name="stale"),
        tasks.link(west, state="absent", name="my-request", task_name="by name"),
    ).succeeded()
    assert run["shown"]["links"] == []
    assert run.changed == []
    assert watched.writes(west) == []
