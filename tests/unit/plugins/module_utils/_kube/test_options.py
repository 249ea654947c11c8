# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connection options out of a module's parameters."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions


def test_from_params() -> None:
    """What is given is taken, what is not keeps its default, and other parameters are left alone."""
    options = ConnectionOptions.from_params(
        {
            "context": "west",
            "namespace": None,
            "name": "link1",
            "impersonate_groups": ["a", "b"],
            "validate_certs": False,
        }
    )
    assert options == ConnectionOptions(context="west", impersonate_groups=("a", "b"), validate_certs=False)
    assert options.request_timeout == 30


@pytest.mark.parametrize(
    ("given", "complete"),
    [
        ({}, False),
        ({"host": "https://h"}, False),
        ({"api_key": "k"}, False),
        ({"host": "https://h", "api_key": "k"}, True),
        ({"host": "https://h", "username": "u"}, False),
        ({"host": "https://h", "username": "u", "password": "p"}, True),
        ({"host": "https://h", "client_cert": "c"}, False),
        ({"host": "https://h", "client_cert": "c", "client_key": "k"}, True),
    ],
    ids=str,
)
def test_is_complete(given: dict[str, Any], complete: bool) -> None:
    """Host and credentials make a kubeconfig unnecessary."""
    assert ConnectionOptions(**given).is_complete() is complete


def test_secrets_are_not_shown() -> None:
    """Options may end up in a message by accident."""
    secrets = {
        name: f"secret-{name}" for name in ("kubeconfig", "api_key", "password", "client_key", "proxy", "proxy_headers")
    }
    shown = repr(ConnectionOptions(**secrets))  # type: ignore[arg-type]
    assert "secret-" not in shown
