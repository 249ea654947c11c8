# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings for every test run: nothing of whoever runs them reaches the code under test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
INTEGRATION = ROOT / "tests" / "integration"
FOREIGN = ("ANSIBLE_", "K8S_AUTH_", "KUBE", "SKUPPER_")
# The testbed is told by these where to find what it runs.
OURS = ("KUBEBUILDER_ASSETS", "SKUPPER_SOURCES")


def pytest_configure() -> None:
    """Give Ansible the configuration of the tests, and none of the user's clusters."""
    for name in list(os.environ):
        if name.startswith(FOREIGN) and name not in OURS:
            del os.environ[name]
    os.environ["ANSIBLE_CONFIG"] = str(ROOT / "tests" / "ansible.cfg")


def rank(item: pytest.Item) -> int:
    """When a test starts: those that need clusters first, and then the other long ones, so that none is left at the end."""
    if INTEGRATION in item.path.parents:
        return 0
    return 1 if item.get_closest_marker("slow") else 2


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests, and keep those of a module on one worker if they share clusters."""
    items.sort(key=rank)
    for item in items:
        if INTEGRATION in item.path.parents and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
