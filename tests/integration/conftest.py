# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters, sites and users for the tests of one worker; every test gets sites that no other one has seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from testbed import Site, Testbed
from tests.harness import NEWEST, READING, Ansible, Core, Person, Stock, Witness

PACE = 0.05


@pytest.fixture(scope="package")
def bed() -> Iterator[Testbed]:
    """Two clusters, for all tests that a worker runs."""
    with Testbed.up(clusters=2, pace=PACE) as running:
        yield running


@pytest.fixture(scope="package")
def stock(bed: Testbed) -> Stock:
    """Fresh sites."""
    return Stock(bed)


@pytest.fixture(scope="package")
def operator(bed: Testbed) -> Person:
    """Whoever runs the playbooks, with the rights that the collection's tasks need, in all namespaces."""
    return Person.make(bed, "operator")


@pytest.fixture(scope="package")
def reader(bed: Testbed) -> Person:
    """Someone who may read sites and write nothing: enough for check mode."""
    return Person.make(bed, "reader", READING)


@pytest.fixture
def core() -> Core:
    """The ansible-core to run playbooks with: the newest, unless a test is parametrized with others."""
    return NEWEST


@pytest.fixture
def ansible(core: Core, tmp_path: Path, operator: Person) -> Ansible:
    """Runs playbooks as the operator."""
    return Ansible(core, tmp_path / "runs", operator.kubeconfig)


@pytest.fixture
def west(stock: Stock) -> Site:
    """A public site of its own in the first cluster."""
    return stock.public()


@pytest.fixture
def east(stock: Stock) -> Iterator[Site]:
    """A private site of its own in the second cluster, which tries no links any more when its test is over."""
    site = stock.private()
    yield site
    site.unlink_all()


@pytest.fixture(scope="package")
def hub(stock: Stock) -> Site:
    """A public site in the first cluster that many tests use; they leave it as it was, but for claims."""
    return stock.public()


@pytest.fixture
def witness(bed: Testbed, operator: Person) -> Callable[[], Witness]:
    """Starts watching what the operator asks the API servers for."""
    return lambda: Witness(bed, operator)
