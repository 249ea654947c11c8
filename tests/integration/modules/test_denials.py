# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What API servers say of writes that a right, a policy or the end of a namespace forbids."""

from __future__ import annotations

import time
from typing import Any

from testbed import Site
from testbed.clusters import Api
from tests.harness import Ansible, Result, SharedUser, SitePool, tasks

ADMISSION = "admissionregistration.k8s.io/v1"
_TRIES = 100


def denied(ansible: Ansible, site: Site) -> Result:
    """What comes of issuing a token."""
    return ansible.run(tasks.token(site, "denied"))


def policy(name: str, namespace: str, reason: str) -> list[dict[str, Any]]:
    """A policy that no Secret of a namespace meets, and its binding."""
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["secrets"]}
    demand = {
        "expression": "has(object.metadata.labels) && 'cost-center' in object.metadata.labels",
        "message": "every Secret needs the label cost-center",
        "reason": reason,
    }
    spec = {"failurePolicy": "Fail", "matchConstraints": {"resourceRules": [rule]}, "validations": [demand]}
    selector = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
    bound = {"policyName": name, "validationActions": ["Deny"], "matchResources": selector}
    head = {"apiVersion": ADMISSION, "metadata": {"name": name}}
    return [
        {**head, "kind": "ValidatingAdmissionPolicy", "spec": spec},
        {**head, "kind": "ValidatingAdmissionPolicyBinding", "spec": bound},
    ]


def await_denial(ansible: Ansible, site: Site, reason: str) -> Result:
    """Issue tokens until the API server has taken notice of what denies them."""
    result = denied(ansible, site)
    for _try in range(_TRIES):
        if result.failed:
            break
        time.sleep(0.2)
        result = ansible.run(tasks.token(site, "denied", renew="always"))
    assert result.reason == reason, result
    return result


def test_b4_policy(ansible: Ansible, west: Site) -> None:
    """It is distinguished from a missing right, whatever status it gives."""
    api: Api = west.cluster.api
    plurals = ("validatingadmissionpolicies", "validatingadmissionpolicybindings")
    try:
        for document, plural in zip(policy("labels", west.namespace, "Forbidden"), plurals, strict=True):
            api.call("POST", f"/apis/{ADMISSION}/{plural}", document)
        message = await_denial(ansible, west, "admission_denied").msg
        assert "every Secret needs the label cost-center" in message
        assert "grant verb" not in message
        changed = {"spec": policy("labels", west.namespace, "RequestEntityTooLarge")[0]["spec"]}
        api.patch(ADMISSION, plurals[0], None, "labels", changed)
        assert denied(ansible, west).reason == "admission_denied"
    finally:
        for plural in reversed(plurals):
            api.delete(ADMISSION, plural, None, "labels")


def test_b4_namespace_that_ends(ansible: Ansible, site_pool: SitePool) -> None:
    """Nothing can be made there any more."""
    site = site_pool.public()
    site.cluster.api.delete("v1", "namespaces", None, site.namespace)
    result = denied(ansible, site)
    assert result.reason == "namespace_terminating"
    assert "grant verb" not in result.msg
    assert site.namespace in result.msg


def test_b4_right(ansible: Ansible, west: Site, reader: SharedUser) -> None:
    """A right that is missing is named."""
    result = ansible.run(tasks.token(west, "denied"), kubeconfig=reader.kubeconfig)
    assert result.reason == "forbidden"
    assert f"grant verb create on secrets in namespace {west.namespace}" in result.msg
