# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings for every test run: nothing of whoever runs them reaches the code under test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOREIGN = ("ANSIBLE_", "K8S_AUTH_", "KUBE", "SKUPPER_")
# The testbed is told by these where to find what it runs.
OURS = ("KUBEBUILDER_ASSETS", "SKUPPER_SOURCES")


def pytest_configure() -> None:
    """Give Ansible the configuration of the tests, and none of the user's clusters."""
    for name in list(os.environ):
        if name.startswith(FOREIGN) and name not in OURS:
            del os.environ[name]
    os.environ["ANSIBLE_CONFIG"] = str(ROOT / "tests" / "ansible.cfg")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the long tests, so that none is left alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
