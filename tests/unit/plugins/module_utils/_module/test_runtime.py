# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""File names, waits and clients of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.runtime import anchored, process_runtime

from tests.unit.support.outcomes import failure_of

HOME = str(Path.home())


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"src": "token.yaml"}, {"src": "/play/token.yaml"}),
        ({"src": "/abs/token.yaml"}, {"src": "/abs/token.yaml"}),
        ({"dest": "~/token.yaml"}, {"dest": f"{HOME}/token.yaml"}),
        ({"ca_cert": "ca.crt"}, {"ca_cert": "/play/ca.crt"}),
        ({"client_cert": "c", "client_key": "k"}, {"client_cert": "/play/c", "client_key": "/play/k"}),
        ({"kubeconfig": "a:/b:~/c:"}, {"kubeconfig": f"/play/a:/b:{HOME}/c"}),
        ({"kubeconfig": {"contexts": []}}, {"kubeconfig": {"contexts": []}}),
        ({"kubeconfig": "apiVersion: v1\nkind: Config\n"}, {"kubeconfig": "apiVersion: v1\nkind: Config\n"}),
        ({"src": None, "kubeconfig": None, "name": "a"}, {"src": None, "kubeconfig": None, "name": "a"}),
    ],
    ids=str,
)
def test_anchored(params: dict[str, Any], found: dict[str, Any]) -> None:
    """Relative names start from the folder of the run; content is no name."""
    before = dict(params)
    assert anchored(params, "/play") == found
    assert params == before


AROUND = process_runtime(check_mode=True, base_dir="/play")


@pytest.mark.parametrize("timeout", [0, -1])
def test_request_timeout(timeout: int) -> None:
    """There is no request without a limit, and none that can't be made."""
    failure_of(lambda: AROUND.client({"request_timeout": timeout, "namespace": "east"}), Reason.INVALID_OPTION)


def test_waiting() -> None:
    """No time is a limit, a negative one is a slip."""
    assert AROUND.waiting({"wait": False, "wait_timeout": 0}).timeout == 0
    failure_of(lambda: AROUND.waiting({"wait": True, "wait_timeout": -1}), Reason.INVALID_OPTION)
