# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of a claim, from what service-controller noted."""

from __future__ import annotations

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.redemption import redemption

REFUSED = (
    'Post "https://203.0.113.7:8081/claim?site-version=1.9.6": dial tcp 203.0.113.7:8081: connect: connection refused'
)
TIMEOUT = 'Post "https://203.0.113.7:8081/claim?site-version=1.9.6": dial tcp 203.0.113.7:8081: i/o timeout'
NO_HOST = 'Post "https://lb.example.org:8081/claim?site-version=1.9.6": dial tcp: lookup lb.example.org: no such host'
EOF = 'Post "https://203.0.113.7:8081/claim?site-version=1.9.6": EOF'
UNKNOWN_CA = (
    'Post "https://203.0.113.7:8081/claim?site-version=1.9.6": tls: failed to verify certificate: '
    "x509: certificate signed by unknown authority"
)
OTHER_HOST = (
    'Post "https://203.0.113.7:8081/claim?site-version=1.9.6": tls: failed to verify certificate: '
    "x509: certificate is valid for 203.0.113.8, not 203.0.113.7"
)


@pytest.mark.parametrize(
    ("status", "given_up", "reason"),
    [
        pytest.param("", False, None, id="nothing noted yet"),
        pytest.param("No such claim", True, Reason.CLAIM_USED_UP, id="404"),
        pytest.param("No such claim", False, Reason.CLAIM_USED_UP, id="404 before it is given up"),
        pytest.param("Claim refused", False, Reason.CLAIM_REFUSED, id="403"),
        pytest.param("Request body not valid", False, Reason.CLAIM_REJECTED, id="400 body"),
        pytest.param("Only POST is supported", False, Reason.CLAIM_REJECTED, id="405"),
        pytest.param("minimum version required 0.8.0", False, Reason.CLAIM_REJECTED, id="400 version"),
        pytest.param("no password specified", True, Reason.CLAIM_REJECTED, id="given up for another reason"),
        pytest.param("", True, Reason.CLAIM_REJECTED, id="given up without a word"),
        pytest.param(UNKNOWN_CA, False, Reason.ISSUER_UNTRUSTED, id="unknown authority"),
        pytest.param(OTHER_HOST, False, Reason.ISSUER_UNTRUSTED, id="certificate of another host"),
        pytest.param("Corrupted claim", False, None, id="500 corrupted"),
        pytest.param("Internal error", False, None, id="503"),
        pytest.param(REFUSED, False, None, id="connection refused"),
        pytest.param(TIMEOUT, False, None, id="timeout"),
        pytest.param(NO_HOST, False, None, id="no such host"),
        pytest.param(EOF, False, None, id="connection closed"),
        pytest.param("could not parse connection token", False, None, id="unreadable answer"),
    ],
)
def test_final_reason(status: str, given_up: bool, reason: Reason | None) -> None:
    """What no later try can change is final; everything else may pass."""
    assert redemption(status, given_up).final is reason
