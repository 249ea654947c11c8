# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Locations in annotations."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.location import (
    parse_location,
    parse_locations,
    read_evicted_locations,
    write_location,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded

HERE, THERE = Location("west", "uid-1", ("a", "b")), Location("east")


def test_one() -> None:
    """It comes back as it was, without ids that are none."""
    assert parse_location(write_location(HERE)) == HERE
    noted = replace(HERE, evicted_ids=(recorded.EAST, recorded.WEST, "a host"))
    found = parse_location(write_location(noted))
    assert found is not None
    assert set(found.evicted_ids) == {recorded.EAST, recorded.WEST}


def test_several() -> None:
    """So do they."""
    text = json.dumps([HERE.view(), THERE.view()])
    assert parse_locations(text) == (HERE, THERE)
    secret = {"metadata": {"annotations": {"sitemesh.skupper/evicted-locations": text}}}
    assert read_evicted_locations(secret) == (HERE, THERE)
    assert read_evicted_locations({}) == ()


@pytest.mark.parametrize("text", [None, "", "{", "7", '"west"', "{}", "[" * 100000])
def test_garbage(text: str | None) -> None:
    """It is no location."""
    assert parse_location(text) is None
    assert parse_locations(text) == ()


def test_garbage_among_others() -> None:
    """It is left out."""
    assert parse_locations('[7, {"namespace": "east"}, null]') == (THERE,)


@given(st.text())
def test_any_text(text: str) -> None:
    """None of them is a defect."""
    parse_location(text)
    parse_locations(text)
