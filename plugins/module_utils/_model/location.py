# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a site is, as the client that talks to its API server sees it.

Nothing of it comes from the site. The UID of the cluster comes from its API server, which may report any other one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .names import is_site_id

# A limit for the annotation. A longer list of CAs is a store of public ones, by which no cluster can be recognized.
MOST_AUTHORITIES = 8


@dataclass(frozen=True)
class Location:
    """A namespace of a cluster."""

    namespace: str
    cluster: str | None = None
    """UID of namespace kube-system. None if it was not asked for, or may not be read."""
    authorities: tuple[str, ...] = ()
    """SHA-256 of the public keys of the CAs that the API server is verified with, sorted; empty if they are not known."""
    evicted_ids: tuple[str, ...] = field(default=(), compare=False)
    """In a list of evicted sites: the ids that the site had there, so that readmitting one lifts the place, too."""

    def matches(self, other: Location | None) -> bool | None:
        """Return whether both are one place. None if that is not known.

        Clusters behind one proxy may have one CA, and a cluster may get another one. The UIDs decide if both are known.
        An API server that lies about its UID becomes another place, or one in a namespace of the same name. Where that would
        harm others, ``matches_certainly`` or a common CA has to be checked, too.
        """
        if other is None:
            return None
        if self.namespace != other.namespace:
            return False
        if self.cluster and other.cluster:
            return self.cluster == other.cluster
        if self.authorities and other.authorities:
            return self.has_common_authority(other)
        return None

    def shares_cluster(self, other: Location) -> bool:
        """Return whether both are known to be in one cluster, by its UID or else by the CA of its API server."""
        if self.cluster and other.cluster:
            return self.cluster == other.cluster
        return self.has_common_authority(other)

    def is_elsewhere(self, other: Location | None) -> bool:
        """Return whether both are known to be in different clusters."""
        if other is None:
            return False
        comparable = (self.cluster and other.cluster) or (self.authorities and other.authorities)
        return bool(comparable) and not self.shares_cluster(other)

    def is_match_certain(self, other: Location | None) -> bool:
        """Return whether the answer of ``matches`` stays the same whatever else becomes known of either."""
        if other is None:
            return False
        return self.namespace != other.namespace or bool(self.cluster and other.cluster)

    def matches_certainly(self, other: Location | None) -> bool | None:
        """Return whether both are one place by both UID and CA. None if one of these is not known, or they disagree.

        A cluster reports its UID itself, and may lie. The client verifies its CA, but other clusters may have the same one.
        """
        if other is None:
            return None
        if self.namespace != other.namespace:
            return False
        if not (self.cluster and other.cluster and self.authorities and other.authorities):
            return None
        same, common = self.cluster == other.cluster, self.has_common_authority(other)
        return same if same is common else None

    def has_common_authority(self, other: Location) -> bool:
        """Return whether the API servers of both are known to be verified with one CA."""
        return not frozenset(self.authorities).isdisjoint(other.authorities)

    def advice_if_uncertain(self, other: Location | None) -> str:
        """Return advice for two places that only their CAs distinguish, as a sentence; "" if the answer is sure."""
        if self.is_match_certain(other):
            return ""
        return " If both are one cluster whose API server has two CAs, allow this account to get its namespace kube-system."

    def view(self) -> dict[str, Any]:
        """Return the location as results and annotations hold it."""
        shown = {"namespace": self.namespace, "cluster": self.cluster, "authorities": list(self.authorities)}
        return {**shown, "evicted_ids": list(self.evicted_ids)} if self.evicted_ids else shown

    def __str__(self) -> str:
        return f"namespace {self.namespace} of {self._cluster_text()}"

    def _cluster_text(self) -> str:
        if self.cluster:
            return f"cluster {self.cluster}"
        return f"the cluster with CA {self.authorities[0][:16]}" if self.authorities else "an unknown cluster"


def read_location(value: Any) -> Location | None:
    """Return the location of a view. None if the value is no such view."""
    if not isinstance(value, Mapping):
        return None
    namespace, cluster, authorities = (value.get(key) for key in ("namespace", "cluster", "authorities"))
    if not namespace or not isinstance(namespace, str):
        return None
    return Location(
        str(namespace),
        str(cluster) if cluster and isinstance(cluster, str) else None,
        _texts(authorities)[:MOST_AUTHORITIES],
        tuple(each for each in _texts(value.get("evicted_ids")) if is_site_id(each)),
    )


def _texts(value: Any) -> tuple[str, ...]:
    listed = value if isinstance(value, (list, tuple)) else ()
    return tuple(sorted({str(each) for each in listed if each and isinstance(each, str)}))
