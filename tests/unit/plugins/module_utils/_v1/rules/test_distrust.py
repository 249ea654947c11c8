# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What differs, and what helps, from the words of Go's crypto/x509."""

from __future__ import annotations

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.rules.distrust import distrust

PREFIX = 'Post "https://203.0.113.7:8081/claim?site-version=1.9.6": tls: failed to verify certificate: x509: '
UNKNOWN = "certificate signed by unknown authority"
TIMES = "certificate has expired or is not yet valid: current time 2026-11-24T12:00:00Z is"


@pytest.mark.parametrize(
    ("text", "what", "remedy"),
    [
        pytest.param(
            "certificate is valid for ingress.local, *.ingress.local, not claims.example.org",
            "is for ingress.local, *.ingress.local, and the address is claims.example.org",
            "ingress controller",
            id="another host",
        ),
        pytest.param(
            "cannot validate certificate for 203.0.113.7 because it doesn't contain any IP SANs",
            "no IP address, and the address is 203.0.113.7",
            "ingress controller",
            id="names alone",
        ),
        pytest.param(
            "certificate is not valid for any names, but wanted to match claims.example.org",
            "no host at all, and the address is claims.example.org",
            "ingress controller",
            id="no names",
        ),
        pytest.param(UNKNOWN, "by no CA of the name that the token's has", "ingress controller", id="another PKI"),
        pytest.param(f"{TIMES} after 2026-11-23T12:00:00Z", "ended at 2026-11-23T12:00:00Z", "revocation", id="ended"),
        pytest.param(f"{TIMES} before 2026-11-25T00:00:00Z", "from 2026-11-25T00:00:00Z on", "clocks", id="to come"),
        pytest.param("unhandled critical extension", "can't be verified", "ingress controller", id="another sentence"),
    ],
)
def test_b6_another_token_would_not_help(text: str, what: str, remedy: str) -> None:
    """So it is not advised."""
    found = distrust(PREFIX + text)
    assert what in found.what
    assert remedy in found.remedy
    assert "issue a new token" not in found.remedy
    assert not found.authority_changed


def test_b6_another_authority() -> None:
    """A CA of the same name signed, which every site has, and so has a site after a revocation."""
    candidate = 'while trying to verify candidate authority certificate "skupper-site-ca")'
    found = distrust(f'{PREFIX}{UNKNOWN} (possibly because of "crypto/rsa: verification error" {candidate}')
    assert found.authority_changed
    assert "a CA named skupper-site-ca, but not by the one in the token" in found.what
    assert "issue a new token" in found.remedy


@pytest.mark.parametrize(
    "text",
    [
        "certificate is valid for \x1b[2Jhost, not 203.0.113.7",
        f"certificate is valid for {', '.join(['host.example'] * 1000)}, not 203.0.113.7",
        f'{UNKNOWN} (candidate authority certificate "\x1b]0;{"x" * 5000}")',
        f"\x1b[31m{'x' * 5000}",
    ],
)
def test_b6_names_are_data(text: str) -> None:
    """Whoever answers writes them: their length is limited, and control characters are written out."""
    found = distrust(PREFIX + text)
    assert found.what.isprintable()
    assert len(found.what) < 600
