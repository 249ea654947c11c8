# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options of another site, from the variables of its host."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.sitemesh.skupper.plugins.filter.site_options import FilterModule

site_options = FilterModule().filters()["site_options"]
HOSTS: dict[str, dict[str, Any]] = {
    "west": {"skupper_context": "public", "skupper_namespace": "west", "ansible_host": "10.0.0.1"},
    "north": {"skupper_context": "c", "skupper_connection": {"namespace": "north", "context": None, "api_key": "t"}},
    "bare": {},
}
STAND_INS = {"hub": {"context": "far", "namespace": None, "exposure": "public", "accepts_from": ["west"]}}


@pytest.mark.parametrize(
    ("site", "options"),
    [
        ("west", {"kubeconfig": None, "context": "public", "namespace": "west"}),
        ("north", {"kubeconfig": None, "context": None, "namespace": "north", "api_key": "t"}),
        ("bare", {"kubeconfig": None, "context": None, "namespace": None}),
        ("hub", {"context": "far", "namespace": None}),
    ],
)
def test_options(site: str, options: dict[str, Any]) -> None:
    """What skupper_connection says goes before the variables of single options. With `given` none is without a value."""
    assert site_options(HOSTS, site, STAND_INS) == options
    given = {name: value for name, value in options.items() if value is not None}
    assert site_options(HOSTS, site, STAND_INS, given=True) == given


def test_unknown_site() -> None:
    with pytest.raises(AnsibleFilterError, match="site_options: hub is not a host of the inventory"):
        site_options(HOSTS, "hub")
