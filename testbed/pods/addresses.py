# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ranges of addresses: of pods and Services of each cluster, of load balancers and nodes that all clusters reach."""

from __future__ import annotations

import ipaddress

SERVICES = "10.96.0.0/16"  # as the API servers give them out
API_SERVER = ("10.96.0.1", 443)  # of each cluster, as its pods see it

Key = tuple[str, str]

_LAST = 199  # above it are nodes


def pods_of(cluster: int) -> ipaddress.IPv4Network:
    """Return the range that the pods of a cluster are in, by the cluster's number."""
    return ipaddress.IPv4Network(f"10.{128 + cluster}.0.0/16")


def public(block: int) -> str:
    """Return the range that all clusters reach, out of those for tests of networks (RFC 2544)."""
    return f"198.18.{block}.0/24"


def node_address(block: int, cluster: int) -> str:
    """Return the address at which the node ports of a cluster are reached."""
    return f"198.18.{block}.{_LAST + 1 + cluster}"


class AddressPool:
    """Addresses for load balancers; a Service made again under its name gets back what it had."""

    def __init__(self, block: int) -> None:
        self.block = block
        self._given: dict[tuple[str, Key], str] = {}

    def address(self, cluster: str, service: Key) -> str:
        """Return the address of a Service, by namespace and name; RuntimeError if there are no more."""
        key = cluster, service
        if key not in self._given:
            if len(self._given) == _LAST:
                raise RuntimeError("there are no more addresses for load balancers")
            self._given[key] = f"198.18.{self.block}.{len(self._given) + 1}"
        return self._given[key]
