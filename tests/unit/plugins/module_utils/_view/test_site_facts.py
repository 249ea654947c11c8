# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of a mesh's sites in results."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.location import Location
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.site_facts import facts_view, read_facts

from tests.unit.support.meshes import private


def test_views_hold_everything() -> None:
    """What goes through results and facts comes back as it was."""
    seen = private("p", links=["id-a"], incoming=["id-b"], evicted=("id-c",)).facts
    assert seen is not None
    here = Location("p", "uid-1", ("a", "b"))
    seen = replace(seen, location=here, evicted_locations=(here, Location("c")))
    assert read_facts(facts_view(seen)) == seen
