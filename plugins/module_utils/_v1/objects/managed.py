# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which other tool manages the data of an object, so that it would undo what others write.

Labels and annotations say nothing about that: Skupper copies those of a site to its Secrets, so that a Secret which
Skupper made alone carries the marks of the tool that made the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._model.owner import Owner
from ..._model.printable import printable
from . import keys
from .manifest import label, notes_of, owner_references
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


# Marks by which tools know what is theirs. Skupper copies such marks to the Secrets that it makes for a site, but to no link.
_LABELS = {
    "argocd.argoproj.io/instance": "Argo CD",
    "helm.toolkit.fluxcd.io/name": "Flux",
    "kustomize.toolkit.fluxcd.io/name": "Flux",
}
_NOTES = {"argocd.argoproj.io/tracking-id": "Argo CD", "meta.helm.sh/release-name": "Helm"}
# Characters of a name that are shown.
_LONGEST = 120
_MANAGED_BY = "app.kubernetes.io/managed-by"

# What Skupper, and this collection, name as the owners of the Secrets of a site.
_SITE = (("ConfigMap", keys.SITE_CONFIG), ("Deployment", keys.ROUTER))


def foreign_owners(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the owner references of a link that name no object of a site."""
    return [reference for reference in owner_references(manifest) if _named(reference) not in _SITE]


def _named(reference: Mapping[str, Any]) -> tuple[Any, Any]:
    return reference.get("kind"), reference.get("name")


def owner_of(manifest: Mapping[str, Any], *names: str) -> Owner | None:
    """Return the tool that manages these keys of a Secret of a site; None if Skupper, or a person, wrote them.

    What it has left of other keys, which nothing of Skupper reads, makes it no owner.
    """
    references = [reference for reference in owner_references(manifest) if _named(reference) not in _SITE[:1]]
    return _owner(manifest, references, names)


def link_owner(manifest: Mapping[str, Any]) -> Owner | None:
    """Return the tool that manages a link; None if none shows."""
    names = (keys.CERTIFICATE, keys.KEY, keys.CA, keys.PASSWORD)
    return _owner(manifest, foreign_owners(manifest), names) or _marked(manifest)


def _owner(manifest: Mapping[str, Any], references: list[Mapping[str, Any]], names: tuple[str, ...]) -> Owner | None:
    for reference in references:
        what = printable(f"{reference.get('kind')} {reference.get('name')}", _LONGEST)
        return Owner(what, f"{what} is its owner reference")
    for write in writes(manifest, *names):
        if write.applied or write.manager.lower().startswith(_KEEPERS):
            how = "applies" if write.applied else "writes"
            return Owner(write.manager, f"field manager {write.manager} {how} its data")
    return None


def _marked(manifest: Mapping[str, Any]) -> Owner | None:
    by = label(manifest, _MANAGED_BY)
    if by:
        return Owner(by, f"label {_MANAGED_BY} says so")
    notes = notes_of(manifest)
    marks = [("label", key, name) for key, name in _LABELS.items() if label(manifest, key) is not None]
    marks += [("annotation", key, name) for key, name in _NOTES.items() if key in notes]
    return next((Owner(name, f"{kind} {key} is set") for kind, key, name in marks), None)
