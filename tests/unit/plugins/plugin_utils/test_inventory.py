# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and groups of hosts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.inventory.data import InventoryData
from ansible.parsing.dataloader import DataLoader
from ansible_collections.sitemesh.skupper.plugins.inventory.skupper_sites import InventoryModule
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.discovery import Host, Hosts
from ansible_collections.sitemesh.skupper.plugins.plugin_utils import _inventory
from hypothesis import given
from hypothesis import strategies as st


def found(site_id: str, *linked_to: str, own: bool = False, context: str = "c", **site: Any) -> Host:
    """A site that was found."""
    facts = {
        "site_id": site_id,
        "linked_to": list(linked_to),
        "network_id": min([site_id, *linked_to]),
        "exposure": "private",
        "mode": "interior",
        "version": "1.9.6",
        **site,
    }
    return Host("/k", context, f"ns-{site_id}", own, facts)


def test_two_contexts_lead_to_one_site() -> None:
    """The context that is set to its namespace wins, then the one that sees more, then the first."""
    blind = found("a", context="blind", version=None)
    first, second = found("a", context="first"), found("a", context="second")
    own = found("a", context="own", own=True, version=None)
    assert _inventory.distinct([blind, first, second]) == [first]
    assert _inventory.distinct([first, own, second, found("b")]) == [own, found("b")]


@pytest.mark.parametrize(
    ("wishes", "names"),
    [
        pytest.param(["west", "east"], ["west", "east"], id="as they are"),
        pytest.param(["x", "x", "y"], ["x-a0000000", "x-b0000000", "y"], id="both of two"),
        pytest.param(
            ["arn:aws:eks:eu:1:cluster/shop", "", "-.-"],
            ["arn-aws-eks-eu-1-cluster-shop", "site-b0000000", "site-c0000000"],
            id="odd",
        ),
        pytest.param(["{{ evil }}", "ü", "a b"], ["evil", "site", "a-b"], id="templates, letters and spaces"),
    ],
)
def test_host_names(wishes: list[str], names: list[str]) -> None:
    """They can be written in patterns, and are told apart by the site."""
    sites = [found(f"{letter}0000000-1") for letter in "abc"]
    assert _inventory.host_names(list(zip(wishes, sites))) == names


class Plugin(InventoryModule):
    """The plugin with clusters that were surveyed already, and the defaults of its options."""

    def __init__(self, seen: Hosts, inventory: InventoryData) -> None:
        super().__init__()
        self.inventory, self.seen = inventory, seen

    def get_option(self, option: str, hostvars: Any = None) -> Any:
        """None of those that take something is set."""
        return {"timeout": 1, "total_timeout": 1}.get(option)

    def _read_config_data(self, path: str) -> dict[str, Any]:
        return {}

    def _survey(self, path: str) -> Hosts:
        return self.seen


def missing(*surveys: Hosts) -> Any:
    """What the group of all sites says of what is missing, after several inventories."""
    inventory, loader = InventoryData(), DataLoader()
    for seen in surveys:
        Plugin(seen, inventory).parse(inventory, loader, "/x/skupper_sites.yml")
    return inventory.groups[_inventory.ALL].vars.get(_inventory.MISSING)


def test_missing_sites_are_noted() -> None:
    """A site that is no host because its cluster did not answer must not count as one that nobody knows."""
    whole, part, other = Hosts((found("a"),)), Hosts((found("b"),), ("b is dead.",)), Hosts((), ("c is dead.",))
    assert missing(whole) is None
    assert missing(whole, part, whole, other) == ["b is dead.", "c is dead."]


def test_networks() -> None:
    """Sites that any of them says to be connected are one network, through sites that were not found, too."""
    named = {
        "w": found("w", "e"),
        "e": found("e"),
        "far": found("f", "stranger", network_id="a"),
        "near": found("n", "other", network_id="a"),
        "alone": found("x"),
    }
    places = _inventory.networks(named)
    assert places == {"w": "e", "e": "e", "far": "far", "near": "far", "alone": None}


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20),
    st.permutations(range(10)),
)
def test_networks_do_not_depend_on_order(links: list[tuple[int, int]], order: list[int]) -> None:
    """Whoever is linked is of one network; whoever is not is of none."""
    beside: dict[int, set[str]] = {number: set() for number in range(10)}
    for one, two in links:
        if one != two:
            beside[one].add(str(two))
    named = {f"h{number}": found(str(number), *sorted(beside[number])) for number in range(10)}
    places = _inventory.networks(named)
    assert places == _inventory.networks({f"h{number}": named[f"h{number}"] for number in order})
    for number, peers in beside.items():
        for peer in peers:
            assert places[f"h{peer}"] is not None
            assert places[f"h{number}"] == places[f"h{peer}"]
    assert all(name is None or places[name] == name for name in places.values())


def test_groups() -> None:
    """Of what is known."""
    site = {"exposure": "public", "mode": "edge", "version": "1.9.6", "network": "west"}
    assert _inventory.groups_of(site) == [
        "skupper_sites",
        "skupper_public",
        "skupper_edge",
        "skupper_version_1.9.6",
        "skupper_network_west",
    ]
    unknown = {"exposure": None, "mode": "interior", "version": None, "network": None}
    assert _inventory.groups_of(unknown) == ["skupper_sites", "skupper_interior", "skupper_unlinked"]


def test_variables() -> None:
    """Where the site is, as roles look for it; without a kubeconfig that was not named."""
    made = _inventory.variables(Host(None, "c", "ns", True, {"site_id": "a", "network_id": "a"}), None)
    assert made == {
        "skupper_context": "c",
        "skupper_namespace": "ns",
        "skupper_site": {"site_id": "a", "network": None},
    }
