# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which other tool manages the data of an object, so that it would put back what someone else writes.

Labels and annotations say nothing about that: Skupper copies those of a site to its Secrets, so that a Secret which
Skupper made alone carries the marks of the tool that made the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.revocation import Owner
from . import v1_keys as keys
from .manifest import owner_references
from .writes import writes

# What writes with these names, in any case, keeps what it has written: Kubernetes takes the name of the program where none
# is given, and Terraform calls itself HashiCorp.
_KEEPERS = (
    "argocd",
    "cert-manager",
    "config-syncer",
    "crossplane",
    "external-secrets",
    "flux",
    "hashicorp",
    "helm",
    "kubectl-client-side-apply",
    "kubed",
    "kustomize",
    "pulumi",
    "reflector",
    "replicator",
    "sealed-secrets",
    "secretgen",
    "terraform",
    "trust-manager",
    "vault",
)


def owner_of(manifest: Mapping[str, Any], *names: str) -> Owner | None:
    """Return the tool that manages these keys of a Secret of a site; None if Skupper, or a person, wrote them.

    What it has left of other keys, which nothing of Skupper reads, makes it no owner.
    """
    for reference in owner_references(manifest):
        if (reference.get("kind"), reference.get("name")) != ("ConfigMap", keys.SITE_CONFIG):
            what = f"{reference.get('kind')} {reference.get('name')}"
            return Owner(what, f"{what} is its owner reference")
    for write in writes(manifest, *names):
        if write.applied or write.manager.lower().startswith(_KEEPERS):
            how = "applies" if write.applied else "writes"
            return Owner(write.manager, f"field manager {write.manager} {how} its data")
    return None
