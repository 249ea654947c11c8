# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""File names, waits and clients of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.clients import anchored, client_for
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.options.waiting import read_wait
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runtime import process_runtime

from tests.unit.support.outcomes import failure_of

HOME = str(Path.home())


RUNTIME = process_runtime(check_mode=True, base_dir="/play")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("token.yaml", "/play/token.yaml"),
        ("/abs/token.yaml", "/abs/token.yaml"),
        ("~/token.yaml", f"{HOME}/token.yaml"),
        ("kind: Secret\n", "kind: Secret\n"),
        ("", ""),
        (None, None),
    ],
)
def test_path(name: str | None, found: str | None) -> None:
    """Relative names start from the folder of the run; content is no name."""
    assert RUNTIME.path(name) == found


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"ca_cert": "ca.crt"}, {"ca_cert": "/play/ca.crt"}),
        ({"client_cert": "c", "client_key": "k"}, {"client_cert": "/play/c", "client_key": "/play/k"}),
        ({"kubeconfig": "a:/b:~/c:"}, {"kubeconfig": f"/play/a:/b:{HOME}/c"}),
        ({"kubeconfig": {"contexts": []}}, {"kubeconfig": {"contexts": []}}),
        ({"kubeconfig": "apiVersion: v1\nkind: Config\n"}, {"kubeconfig": "apiVersion: v1\nkind: Config\n"}),
        ({"kubeconfig": None, "context": "a"}, {"context": "a"}),
    ],
    ids=str,
)
def test_anchored(params: dict[str, Any], found: dict[str, Any]) -> None:
    """So do those of a connection."""
    assert anchored(ConnectionOptions.from_params(params), RUNTIME) == ConnectionOptions(**found)


@pytest.mark.parametrize("timeout", [0, -1])
def test_request_timeout(timeout: int) -> None:
    """There is no request without a limit, and none that can't be made."""
    options = ConnectionOptions(request_timeout=timeout, namespace="east")
    failure_of(lambda: client_for(options, RUNTIME), Reason.INVALID_OPTION)


def test_waiting() -> None:
    """No time is a limit, a negative one is a slip."""
    assert RUNTIME.waiting(read_wait({"wait": False, "wait_timeout": 0})).timeout == 0
    failure_of(lambda: read_wait({"wait": True, "wait_timeout": -1}), Reason.INVALID_OPTION)
