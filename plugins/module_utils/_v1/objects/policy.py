# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SkupperClusterPolicy objects (api/types/crds/skupper_cluster_policy_crd.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..rules.policy import Policy
from .manifest import mapping, metadata, name_of, sequence


def read_policy(manifest: Mapping[str, Any]) -> Policy:
    """Read a policy; what is missing allows nothing."""
    spec = mapping(manifest.get("spec"))
    return Policy(
        name=name_of(manifest),
        namespaces=tuple(map(str, sequence(spec.get("namespaces")))),
        incoming=spec.get("allowIncomingLinks") is True,
        hosts=tuple(map(str, sequence(spec.get("allowedOutgoingLinksHostnames")))),
    )


def read_labels(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the labels of an object."""
    return {str(key): str(value) for key, value in mapping(metadata(manifest).get("labels")).items()}
