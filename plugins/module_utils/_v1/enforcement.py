# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a cluster enforces policies."""

from __future__ import annotations

from .._kube.api import Kind, NamespaceApi

POLICY = Kind("skupper.io/v1alpha1", "skupperclusterpolicies", "SkupperClusterPolicy", namespaced=False)


def enforced(api: NamespaceApi) -> bool:
    """Return whether the cluster enforces policies; their kind decides, since Skupper v2 shares the group's name."""
    return POLICY.singular in api.kinds(POLICY.api_version)
