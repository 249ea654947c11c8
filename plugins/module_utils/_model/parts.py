# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which sites are of one network: the parts that links make of a graph."""

from __future__ import annotations

from collections.abc import Iterable


def parts(nodes: Iterable[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first node, by name, of the part that each node is in; nodes that only a pair names count, too."""
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
