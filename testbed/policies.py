# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SkupperClusterPolicies of a cluster. As soon as it serves them, everything is denied that no policy allows."""

from __future__ import annotations

import time
from typing import Any

from . import definitions
from .clusters import Cluster
from .processes import wait_until
from .site_handle import NotInTime

_API, _PLURAL = "skupper.io/v1alpha1", "skupperclusterpolicies"
_PROMPTLY = 20.0  # seconds


class Policies:
    """The policies of one cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def enforce(self) -> None:
        """Make the cluster serve them, and wait until it does."""
        self._cluster.api.create(definitions.policies())
        self._await(served=True)

    def replace(self, **specs: dict[str, Any]) -> None:
        """Replace all policies by these, by name; what is allowed before and after is allowed all the time."""
        api = self._cluster.api
        old = {each["metadata"]["name"]: each["spec"] for each in api.list(_API, _PLURAL)}
        for name, spec in specs.items():
            if name in old:
                api.patch(_API, _PLURAL, None, name, {"spec": {**dict.fromkeys(old[name]), **spec}})
            else:
                document = {"apiVersion": _API, "kind": "SkupperClusterPolicy", "metadata": {"name": name}}
                api.create({**document, "spec": spec})
        for name in old.keys() - specs.keys():
            api.delete(_API, _PLURAL, None, name)

    def touch(self) -> None:
        """Change an annotation of all policies that no program reads."""
        notes = {"metadata": {"annotations": {"touched": str(time.monotonic())}}}
        for each in self._cluster.api.list(_API, _PLURAL):
            self._cluster.api.patch(_API, _PLURAL, None, each["metadata"]["name"], notes)

    def lift(self) -> None:
        """Make the cluster serve no policies any more, and wait until it does not."""
        definition = definitions.policies()["metadata"]["name"]
        self._cluster.api.delete("apiextensions.k8s.io/v1", "customresourcedefinitions", None, definition)
        self._await(served=False)

    def _await(self, *, served: bool) -> None:
        definition = definitions.policies()
        if not wait_until(lambda: definitions.is_served(self._cluster.api, definition) is served, _PROMPTLY):
            so_far = "not" if served else "still"
            raise NotInTime(f"{self._cluster.name}: policies are {so_far} served after {_PROMPTLY:g} s")
