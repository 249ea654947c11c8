# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether two locations are one place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import (
    MOST_AUTHORITIES,
    Location,
    read_location,
)
from hypothesis import given

from tests.unit.support.json_values import anything

BOTH = Location("west", "uid-1", ("a", "b"))


@pytest.mark.parametrize(
    ("other", "matches", "sure"),
    [
        pytest.param(BOTH, True, True, id="the same"),
        pytest.param(Location("west", "uid-1"), True, True, id="the same cluster"),
        pytest.param(Location("west", "uid-1", ("c",)), True, True, id="another CA of the same cluster"),
        pytest.param(Location("west", None, ("b", "c")), True, False, id="one CA in common"),
        pytest.param(Location("west", "uid-2", ("a", "b")), False, True, id="another cluster with the same CA"),
        pytest.param(Location("west", None, ("c",)), False, False, id="another CA"),
        pytest.param(Location("west"), None, False, id="nothing is known"),
        pytest.param(Location("east", "uid-1", ("a", "b")), False, True, id="another namespace"),
        pytest.param(Location("east"), False, True, id="another namespace, and nothing else is known"),
        pytest.param(None, None, False, id="no location"),
    ],
)
def test_matches(other: Location | None, matches: bool | None, sure: bool) -> None:
    """The cluster's UID decides where both are known, else the CAs."""
    assert BOTH.matches(other) is matches
    assert BOTH.is_match_certain(other) is sure
    if other is not None:
        assert other.matches(BOTH) is matches


@pytest.mark.parametrize("location", [BOTH, Location("west"), Location("west", None, ("a",))])
def test_view(location: Location) -> None:
    """What goes through results and annotations comes back as it was."""
    assert read_location(json.loads(json.dumps(location.view()))) == location
    assert "west" in str(location)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("west", None),
        ({}, None),
        ({"namespace": 7}, None),
        ({"namespace": "west", "cluster": 7, "authorities": "abc"}, Location("west")),
        ({"namespace": "west", "authorities": ["b", 7, None, "a", "b", ""]}, Location("west", None, ("a", "b"))),
    ],
)
def test_garbage(value: Any, expected: Location | None) -> None:
    """It is left out."""
    assert read_location(value) == expected


def test_list_without_end() -> None:
    """It is cut."""
    found = read_location({"namespace": "west", "authorities": [f"{number:04}" for number in range(5000)]})
    assert found is not None
    assert len(found.authorities) == MOST_AUTHORITIES


@given(anything)
def test_any_value(value: Any) -> None:
    """None of them is a defect."""
    read_location(value)
