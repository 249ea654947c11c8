# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find which nodes of a graph are connected, as sites of one network are."""

from __future__ import annotations

from collections.abc import Iterable


def components(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each node the first node, by name, of its connected component. Nodes that only a pair names count, too."""
    first = {node: node for node in nodes}

    def find(node: str) -> str:
        first.setdefault(node, node)
        while first[node] != node:
            first[node] = first[first[node]]
            node = first[node]
        return node

    for one, other in pairs:
        lower, higher = sorted((find(one), find(other)))
        first[higher] = lower
    return {node: find(node) for node in list(first)}
