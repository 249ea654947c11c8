# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Label selectors, as Kubernetes answers."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.selector import selects
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.support import recorded


@pytest.mark.parametrize("row", recorded.go("labels.Parse"), ids=lambda row: f"{row[0]}-{len(row[1])}")
def test_as_kubernetes(row: list[Any]) -> None:
    """The same answer; None where it would be an error."""
    selector, labels, found = row
    assert selects(selector, labels) is found


@given(st.text(max_size=40))
def test_anything(selector: str) -> None:
    """Whatever the text is, there is an answer."""
    assert selects(selector, {"team": "net"}) in (True, False, None)
