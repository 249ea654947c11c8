# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which names of variables are taken for misspelled ones, and which belong to the user."""

from __future__ import annotations

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.variables import (
    DISCOVERED,
    SETTABLE,
    Misspelling,
    distance,
    meant_by,
    misspellings,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("skupper_exposre", "skupper_exposure"),
        ("skupper_exposrue", "skupper_exposure"),
        ("skupper_exposer", "skupper_exposure"),
        ("skupper_expsure", "skupper_exposure"),
        ("skuper_exposure", "skupper_exposure"),
        ("Skupper_Exposure", "skupper_exposure"),
        ("skupper_contxt", "skupper_context"),
        ("skupper_cnotext", "skupper_context"),
        ("skupper-context", "skupper_context"),
        ("skupper_name_space", "skupper_namespace"),
        ("skupper_kube_config", "skupper_kubeconfig"),
        ("skupper_host", "skupper_hosts"),
        ("skupper_linkcost", "skupper_link_cost"),
        ("skupper_link_to", "skupper_links_to"),
        ("skupper_accept_from", "skupper_accepts_from"),
        ("skupper_public_site", "skupper_public_sites"),
        ("skupper_hub_per_sites", "skupper_hubs_per_site"),
        ("skupper_stict", "skupper_strict"),
        ("skupper_evict_sites", "skupper_evict_site"),
        ("skupper_warn_day", "skupper_warn_days"),
    ],
)
def test_meant(name: str, meant: str) -> None:
    """A slip of the fingers, a letter too many or too few, an underscore, capitals."""
    assert meant_by(name) == meant


@pytest.mark.parametrize(
    "name",
    [
        "skupper_team_name",
        "skupper_contact",
        "skupper_version",
        "skupper_status",
        "skupper_zone",
        "skupper_sites",
        "skupper_site_name",
        "skupper_sites_missed",
        "skupper_router_cpu_limit",
        "skupper_cost",
        "skupper",
        "skupper_",
        "skup",
        # Another program altogether.
        "skipper_hosts",
        "skipper_context",
        "exposure",
        "expsoure",
        "ansible_host",
        "",
    ],
)
def test_the_users_own(name: str) -> None:
    """What is not close to any variable is passed over."""
    assert meant_by(name) is None


@pytest.mark.parametrize("name", sorted(SETTABLE | DISCOVERED))
def test_variables_of_the_collection(name: str) -> None:
    """None of them is taken for another one, and each is found if its last letter is missing."""
    assert meant_by(name) is None
    if name in SETTABLE:
        assert meant_by(name[:-1]) == name


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 0),
        ("", "abc", 3),
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("ab", "ba", 1),
        ("abc", "abd", 1),
        ("abc", "abcd", 1),
        ("abcd", "bacd", 1),
        ("abcd", "badc", 2),
        ("kitten", "sitting", 3),
    ],
)
def test_distance(one: str, other: str, expected: int) -> None:
    """Both ways."""
    assert distance(one, other) == distance(other, one) == expected


@given(st.text("abs", max_size=6), st.text("abs", max_size=6))
def test_distance_has_its_bounds(one: str, other: str) -> None:
    """At least the difference of the lengths, at most the longer one, and 0 for the same text alone."""
    found = distance(one, other)
    assert abs(len(one) - len(other)) <= found <= max(len(one), len(other))
    assert (found == 0) is (one == other)


def test_places() -> None:
    """Each variable is named once, with the first place and the number of others; names that are no text are passed over."""
    declared: list[tuple[str, list[object]]] = [
        ("the extra variables", ["skupper_hosts", "skupper_host"]),
        ("group shops", ["skupper_exposre", "skupper_team_name"]),
        ("host a", ["skupper_exposre", 7, None]),
        ("host b", ["skupper_exposre", "skupper_exposre", "skupper_exposure"]),
    ]
    assert misspellings(declared) == [  # type: ignore[arg-type]
        Misspelling("skupper_exposre", "skupper_exposure", "group shops and 2 more"),
        Misspelling("skupper_host", "skupper_hosts", "the extra variables"),
    ]
    assert misspellings([("host a", ["skupper_exposure", "mine"])]) == []
