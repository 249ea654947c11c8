# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which versions can be linked, as Skupper itself decides."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.version import (
    can_link,
    is_valid_for,
    parse_version,
)

from tests.unit.support import recorded


@pytest.mark.parametrize("row", recorded.go("skupper.ParseVersion"), ids=lambda row: repr(row[0]))
def test_versions(row: list[Any]) -> None:
    """Numbers and qualifier, and whether a version is new enough."""
    text, number, qualifier, since_080, since_070 = row
    assert (list(parse_version(text).number), parse_version(text).qualifier) == (number, qualifier)
    assert (is_valid_for(text, "0.8.0"), is_valid_for(text, "0.7.0")) == (since_080, since_070)


@pytest.mark.parametrize("row", recorded.go("skupper.VerifySiteCompatibility"), ids=lambda row: f"{row[0]}-{row[1]}")
def test_rule(row: list[Any]) -> None:
    """Newer issuing sites always, older ones from 0.8 on."""
    local, remote, allowed = row
    assert can_link(local, remote) is allowed
