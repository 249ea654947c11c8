# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tool manages the data of a site's Secret."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.owner import Owner
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.managed import (
    link_owner,
    owner_of,
)
from hypothesis import given

from tests.unit.plugins.module_utils._v1.objects.test_writes import entry, managed
from tests.unit.support import recorded
from tests.unit.support.json_values import anything

NOW = datetime(2026, 11, 27, tzinfo=timezone.utc)
SITE = {"apiVersion": "v1", "kind": "ConfigMap", "name": "skupper-site", "uid": "u"}

SERVED = ("tls.crt", "tls.key", "ca.crt")


def manager_of(document: dict[str, Any]) -> Owner | None:
    """The tool that manages a Secret of which all three keys are used."""
    return owner_of(document, *SERVED)


@pytest.mark.parametrize(
    "manager", ["site-controller", "skupper", "kubectl-edit", "kubectl-patch", "sitemesh.skupper", ""]
)
def test_no_owner(manager: str) -> None:
    """Skupper, this collection and people write, and do not keep what they wrote."""
    assert manager_of(managed(entry(manager, NOW, "tls.crt", "tls.key", "ca.crt"))) is None


@pytest.mark.parametrize(
    "manager",
    [
        "argocd-controller",
        "cert-manager-certificates-issuing",
        "external-secrets",
        "HashiCorp",
        "helm",
        "kubectl-client-side-apply",
        "kustomize-controller",
        "Terraform",
        "terraform-provider-kubernetes_v2.31.0_x5",
        "trust-manager",
        "vault-secrets-operator",
    ],
)
@pytest.mark.parametrize("key", ["tls.crt", "tls.key", "ca.crt"])
def test_known(manager: str, key: str) -> None:
    """They keep what they have written, whichever key it is, and though another one was written by someone else."""
    found = manager_of(managed(entry("site-controller", NOW, "other"), entry(manager, NOW, key)))
    assert found == Owner(manager, f"field manager {manager} writes its data")


def test_keys_that_nothing_reads() -> None:
    """A tool that was overruled is left with what nobody wrote over, and manages no other key."""
    document = managed(entry("sitemesh.skupper", NOW, "tls.crt", "tls.key"), entry("cert-manager", NOW, "ca.crt"))
    assert owner_of(document, "tls.crt", "tls.key") is None
    assert manager_of(document) is not None


@pytest.mark.parametrize("holder", ["f:data", "f:stringData"])
def test_applied(holder: str) -> None:
    """Who applies declares that the value is its own, whatever its name."""
    found = manager_of(managed(entry("our-gitops", NOW, "tls.crt", operation="Apply", holder=holder)))
    assert found == Owner("our-gitops", "field manager our-gitops applies its data")


@pytest.mark.parametrize(
    ("references", "owner"),
    [
        ([SITE], None),
        ([], None),
        ([SITE, {"kind": "ExternalSecret", "name": "ca"}], "ExternalSecret ca"),
        ([{"kind": "SealedSecret", "name": "ca"}], "SealedSecret ca"),
        ([{"kind": "ConfigMap", "name": "other"}], "ConfigMap other"),
        ([{"kind": "Deployment", "name": "skupper-site"}], "Deployment skupper-site"),
        ([{"x": 1}], "None None"),
        ("x", None),
    ],
)
def test_owner_references(references: Any, owner: str | None) -> None:
    """An object that another one owns is made anew by that; those of a site own one another."""
    found = manager_of({"metadata": {"ownerReferences": references}})
    assert (found.name if found else None) == owner
    assert found is None or found.fact == f"{owner} is its owner reference"


def test_marks_are_none() -> None:
    """Skupper copies labels and annotations of a site to its Secrets, and a mark keeps no data."""
    document = recorded.document("west/skupper-site-ca")
    document["metadata"]["labels"] = {"app.kubernetes.io/managed-by": "Helm", "argocd.argoproj.io/instance": "x"}
    document["metadata"]["annotations"] = {
        "argocd.argoproj.io/tracking-id": "x",
        "cert-manager.io/certificate-name": "x",
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "meta.helm.sh/release-name": "x",
        "reconcile.external-secrets.io/data-hash": "x",
    }
    document["metadata"]["managedFields"] = [
        entry("site-controller", NOW, "tls.crt", "tls.key"),
        entry("argocd-controller", NOW, "argocd.argoproj.io/tracking-id", holder="f:annotations"),
        entry("helm", NOW, "app.kubernetes.io/managed-by", operation="Apply", holder="f:labels"),
    ]
    assert manager_of(document) is None


@pytest.mark.parametrize(
    ("labels", "annotations", "owner"),
    [
        ({}, {}, None),
        ({"skupper.io/type": "connection-token"}, {"kubectl.kubernetes.io/restartedAt": "x"}, None),
        ({"app.kubernetes.io/managed-by": "Helm"}, {}, "Helm"),
        ({"argocd.argoproj.io/instance": "x"}, {}, "Argo CD"),
        ({"kustomize.toolkit.fluxcd.io/name": "x"}, {}, "Flux"),
        ({}, {"meta.helm.sh/release-name": "x"}, "Helm"),
        ({}, {"argocd.argoproj.io/tracking-id": "x"}, "Argo CD"),
    ],
)
def test_a5_marks_of_a_link(labels: dict[str, str], annotations: dict[str, str], owner: str | None) -> None:
    """Skupper copies none to links, so that a mark is a tool's own."""
    document = recorded.document("links/cert")
    document["metadata"]["labels"].update(labels)
    document["metadata"]["annotations"].update(annotations)
    found = link_owner(document)
    assert (found.name if found else None) == owner


def test_a5_owners_of_a_link() -> None:
    """The site's own objects are none; what another one is called is shown short and plain."""
    document = recorded.document("links/cert")
    document["metadata"]["ownerReferences"] = [SITE, {"kind": "Deployment", "name": "skupper-router"}]
    assert link_owner(document) is None
    document["metadata"]["ownerReferences"].append({"kind": "Some\x1b[2J", "name": "x" * 500})
    found = link_owner(document)
    assert found is not None
    assert (len(found.name) < 200, found.name.isprintable()) == (True, True)


@given(anything, anything)
def test_anything(fields: Any, references: Any) -> None:
    """Objects of any shape are read without an error."""
    manager_of({"metadata": fields})
    manager_of({"metadata": {"managedFields": fields, "ownerReferences": references}})
    manager_of({"metadata": {"ownerReferences": [references], "managedFields": [fields]}})
    manager_of(managed({"manager": fields, "operation": "Apply", "fieldsV1": {"f:data": {"f:tls.crt": references}}}))
    link_owner({"metadata": {"labels": fields, "annotations": references}})
