# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines of the modules, on recorded sites."""

from __future__ import annotations

import random

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.link import LINK
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.link_info import LINK_INFO
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.mesh_info import MESH_INFO
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.revoke import REVOKE
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.site import SITE
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.site_info import SITE_INFO
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token import TOKEN
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.token_info import TOKEN_INFO

from tests.unit.support.apiserver import ApiServer
from tests.unit.support.clock import FakeTime
from tests.unit.support.engines import Runner
from tests.unit.support.sites import Controllers, SiteController, add_site
from tests.unit.support.store import Store


@pytest.fixture
def sites(store: Store) -> Store:
    """A public site `west`, a private site `east`, and an edge site `shore`."""
    for name in ("west", "east", "shore"):
        add_site(store, name)
    return store


@pytest.fixture
def controllers(sites: Store) -> Controllers:
    """What Skupper does in `east`; changed by the tests that want it to fail."""
    made = Controllers()
    sites.controllers = made
    return made


@pytest.fixture
def token(api: ApiServer, time: FakeTime, sites: Store) -> Runner:
    """skupper_token on `west`."""
    return Runner(api, time, TOKEN, "west")


@pytest.fixture
def link(api: ApiServer, time: FakeTime, controllers: Controllers) -> Runner:
    """skupper_link on `east`."""
    return Runner(api, time, LINK, "east")


@pytest.fixture
def revoke(api: ApiServer, time: FakeTime, sites: Store) -> Runner:
    """skupper_revoke on `west`."""
    return Runner(api, time, REVOKE, "west", choose=random.choice)


@pytest.fixture
def link_info(api: ApiServer, time: FakeTime, controllers: Controllers) -> Runner:
    """skupper_link_info on `east`."""
    return Runner(api, time, LINK_INFO, "east")


@pytest.fixture
def token_info(api: ApiServer, time: FakeTime, sites: Store) -> Runner:
    """skupper_token_info on `west`."""
    return Runner(api, time, TOKEN_INFO, "west")


@pytest.fixture
def site_info(api: ApiServer, time: FakeTime, sites: Store) -> Runner:
    """skupper_site_info on `west`."""
    return Runner(api, time, SITE_INFO, "west")


@pytest.fixture
def mesh_info(api: ApiServer, time: FakeTime, sites: Store) -> Runner:
    """skupper_mesh_info on `west`."""
    return Runner(api, time, MESH_INFO, "west")


@pytest.fixture
def site_controller(sites: Store) -> SiteController:
    """What Skupper does in the namespace `fresh`; changed by the tests that want it to fail."""
    made = SiteController()
    sites.controllers = made
    return made


@pytest.fixture
def site(api: ApiServer, time: FakeTime, site_controller: SiteController) -> Runner:
    """skupper_site on `fresh`, which holds nothing yet."""
    return Runner(api, time, SITE, "fresh")
