# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a site is: its cluster and namespace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Location:
    """A namespace of a cluster."""

    namespace: str
    cluster: str | None = None
    authorities: tuple[str, ...] = ()

    def matches(self, other: Location) -> bool | None:
        """Return whether two are the same; None if that is not known."""
        if self.namespace != other.namespace:
            return False
        if self.cluster and other.cluster:
            return self.cluster == other.cluster
        if self.authorities and other.authorities:
            return bool(set(self.authorities) & set(other.authorities))
        return None

    def view(self) -> dict[str, Any]:
        """Return it as results and annotations hold it."""
        return {"namespace": self.namespace, "cluster": self.cluster, "authorities": list(self.authorities)}


def read_location(value: Any) -> Location | None:
    """Read what view() returned; None if it is anything else."""
    if not isinstance(value, Mapping) or not isinstance(value.get("namespace"), str):
        return None
    found = value.get("authorities")
    return Location(value["namespace"], value.get("cluster"), tuple(map(str, found if isinstance(found, list) else [])))
