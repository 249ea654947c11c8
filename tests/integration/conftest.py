# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters, sites and users for the tests of one worker; every test gets new sites."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testbed import Site, Testbed
from tests.harness import NEWEST, READ_RULES, Ansible, Core, RequestLog, SharedUser, SitePool

PACE = 0.05


@pytest.fixture(scope="package")
def bed() -> Iterator[Testbed]:
    """Two clusters, for all tests that a worker runs."""
    with Testbed.up(clusters=2, pace=PACE) as running:
        yield running


@pytest.fixture(scope="package")
def site_pool(bed: Testbed) -> SitePool:
    """Fresh sites."""
    return SitePool(bed)


@pytest.fixture(scope="package")
def operator(bed: Testbed) -> SharedUser:
    """The user who runs the playbooks, with the rights that the collection's tasks need, in all namespaces."""
    return SharedUser.make(bed, "operator")


@pytest.fixture(scope="package")
def reader(bed: Testbed) -> SharedUser:
    """A user who may read sites and write nothing: enough for check mode."""
    return SharedUser.make(bed, "reader", READ_RULES)


@pytest.fixture
def core() -> Core:
    """The ansible-core to run playbooks with: the newest, unless a test is parametrized with others."""
    return NEWEST


@pytest.fixture
def ansible(core: Core, tmp_path: Path, operator: SharedUser) -> Ansible:
    """Runs playbooks as the operator."""
    return Ansible(core, tmp_path / "runs", operator.kubeconfig)


@pytest.fixture
def west(site_pool: SitePool) -> Site:
    """A public site of its own in the first cluster."""
    return site_pool.public()


@pytest.fixture
def east(site_pool: SitePool) -> Iterator[Site]:
    """A private site of its own in the second cluster, which tries no links any more when its test is over."""
    site = site_pool.private()
    yield site
    site.unlink_all()


@pytest.fixture(scope="package")
def hub(site_pool: SitePool) -> Site:
    """A public site in the first cluster that many tests use; they leave it as it was, but for claims."""
    return site_pool.public()


@pytest.fixture
def request_log(bed: Testbed, operator: SharedUser) -> Callable[[], RequestLog]:
    """A function that starts a log of the operator's requests to the API servers."""
    return lambda: RequestLog(bed, operator)
