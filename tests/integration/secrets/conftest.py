# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two sites, and users who may use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import SitePool
from tests.integration.secrets.sites import Sites
from tests.integration.secrets.watched_runs import Scratch


@pytest.fixture(scope="package")
def sites(site_pool: SitePool) -> Sites:
    """A public and a private site, linked by one play after the other."""
    return Sites(site_pool)


@pytest.fixture
def scratch(tmp_path: Path, request: pytest.FixtureRequest) -> Scratch:
    """The folders of one run."""
    return Scratch(tmp_path / f"run-{abs(hash(request.node.name)) % 10**6}")
