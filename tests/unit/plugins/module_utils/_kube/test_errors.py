# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of a server that can't be talked to."""

from __future__ import annotations

import socket
import ssl

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.errors import Request, transport_failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.port import SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Place

PLACE = Place("east", "context private")
REQUEST = Request("get", SECRET, "link1", PLACE)


def wrapped(error: Exception) -> Exception:
    """An error inside two others, by the three ways there are."""
    try:
        try:
            raise error
        except Exception as inner:
            raise RuntimeError("layer") from inner
    except RuntimeError as middle:
        outer = ValueError("outermost")
        outer.reason = middle  # type: ignore[attr-defined]
        return outer


@pytest.mark.parametrize(
    ("error", "reason", "words"),
    [
        pytest.param(
            ConnectionRefusedError(111, "Connection refused"),
            Reason.API_UNREACHABLE,
            "Connection refused",
            id="refused",
        ),
        pytest.param(
            socket.gaierror(-2, "Name or service not known"),
            Reason.API_UNREACHABLE,
            "Name or service not known",
            id="no name",
        ),
        pytest.param(OSError(113, "No route to host"), Reason.API_UNREACHABLE, "No route to host", id="no route"),
        pytest.param(
            ssl.SSLCertVerificationError("certificate verify failed: self-signed certificate"),
            Reason.API_TLS_FAILED,
            "self-signed certificate",
            id="certificate",
        ),
        pytest.param(RuntimeError(), Reason.API_UNREACHABLE, "RuntimeError", id="no text"),
    ],
)
def test_innermost_cause(error: Exception, reason: Reason, words: str) -> None:
    """The system's own word, however many layers were put around it."""
    for shape in (error, wrapped(error)):
        failure = transport_failure(REQUEST, "https://east.example:6443", shape)
        assert failure.reason is reason
        assert words in failure.message
        assert "https://east.example:6443" in failure.message
        assert "layer" not in failure.message


def test_request_in_words() -> None:
    """Verb, kind, name, place."""
    assert str(REQUEST) == "get Secret link1 in namespace east of context private"
    assert str(Request("list", SECRET, "", PLACE)) == "list Secrets in namespace east of context private"
