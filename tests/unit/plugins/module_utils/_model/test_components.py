# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks as connected components of a graph."""

from __future__ import annotations

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.components import components
from hypothesis import given
from hypothesis import strategies as st

NODES = st.sampled_from("abcdefgh")
PAIRS = st.lists(st.tuples(NODES, NODES), max_size=12)


def test_components() -> None:
    """Each is told by its first node, whether it was named or only linked."""
    assert components(["d", "x"], [("d", "c"), ("b", "c")]) == {"b": "b", "c": "b", "d": "b", "x": "x"}
    assert components([], []) == {}


@given(nodes=st.lists(NODES), pairs=PAIRS)
def test_order_does_not_matter(nodes: list[str], pairs: list[tuple[str, str]]) -> None:
    """Nor does the direction of pairs; linked nodes are of one component, which is called after its first."""
    found = components(nodes, pairs)
    assert all(found[one] == found[other] for one, other in pairs)
    assert all(found[root] == root and root <= node for node, root in found.items())
    assert found == components(reversed(nodes), [pair[::-1] for pair in reversed(pairs)])
