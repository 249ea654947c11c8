# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Careful reading of objects of any shape."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects import manifest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.json_values import anything


@pytest.mark.parametrize("row", recorded.go("strconv.Atoi"), ids=lambda row: repr(row[0]))
def test_integers_agree_with_go(row: list[Any]) -> None:
    """Go decides whether a count is one."""
    assert manifest.integer(row[0]) == row[1]


@pytest.mark.parametrize("row", recorded.go("strconv.ParseBool"), ids=lambda row: repr(row[0]))
def test_booleans_agree_with_go(row: list[Any]) -> None:
    """Go decides whether a setting is on."""
    assert manifest.truth(row[0]) == row[1]


def test_nothing_is_no_number_and_no_boolean() -> None:
    """An annotation that is not there."""
    assert manifest.integer(None) is None
    assert manifest.truth(None) is None


@given(anything)
def test_reads_any_shape(document: Any) -> None:
    """Only data that is not base64 is refused, since there a guess could do harm."""
    found = manifest.mapping(document)
    manifest.name_of(found)
    manifest.label(found, "x")
    manifest.created(found)
    assert all(isinstance(text, str) for text in manifest.notes_of(found).values())
    assert isinstance(manifest.owner_references(found), tuple)


@given(st.dictionaries(st.text(max_size=5), st.binary(max_size=20)))
def test_data_round_trip(data: dict[str, bytes]) -> None:
    """What is encoded is decoded again."""
    assert manifest.secret_data({"data": manifest.encode_data(data)}) == data


def test_created() -> None:
    """An object that has not been on an API server is as old as can be."""
    assert manifest.created({"metadata": {"creationTimestamp": "2026-11-24T02:41:14Z"}}).year == 2026
    assert manifest.created({"metadata": {"creationTimestamp": None}}).year == 1970
    assert manifest.created({}).year == 1970
