# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Before and after."""

from __future__ import annotations

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.change import Change


def test_changed_is_a_difference() -> None:
    """Nothing else makes a change."""
    assert not Change().changed
    assert not Change({"cost": 1}, {"cost": 1}, "a reason").changed
    assert Change({"cost": 1}, {"cost": 2}).changed
    assert Change({}, {"cost": 1}).changed


def test_with_after() -> None:
    """What the run found out replaces what was predicted."""
    change = Change({"a": 1}, {"a": 2}, "why").with_after({"a": 3})
    assert change == Change({"a": 1}, {"a": 3}, "why")
