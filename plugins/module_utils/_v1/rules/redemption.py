# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a note of service-controller about a claim means."""

from __future__ import annotations

from ..._model.link import Cause, Redemption
from ..._model.reasons import Reason
from .distrust import distrust

# The bodies of pkg/kube/claims/claim_verifier.go that no later try can change. "Corrupted claim" and
# "Internal error" are 5xx and may pass; so may every network error that is not about a certificate.
_FINAL = {
    "No such claim": Reason.CLAIM_USED_UP,
    "Claim refused": Reason.CLAIM_REFUSED,
    "Request body not valid": Reason.CLAIM_REJECTED,
    "Only POST is supported": Reason.CLAIM_REJECTED,
    "minimum version required": Reason.CLAIM_REJECTED,
    "x509:": Reason.ISSUER_UNTRUSTED,
}


_NETWORK_ERROR = 'Post "'
_CAUSES = {
    "No such claim": Cause.CLAIM_UNKNOWN,
    "Claim refused": Cause.CLAIM_REFUSED,
    "Request body not valid": Cause.CLAIM_REJECTED,
    "Only POST is supported": Cause.CLAIM_REJECTED,
    "minimum version required": Cause.CLAIM_REJECTED,
    "Corrupted claim": Cause.CLAIM_CORRUPT,
    "x509:": Cause.ISSUER_UNTRUSTED,
    _NETWORK_ERROR: Cause.ISSUER_UNREACHABLE,
}


def redemption(words: str, given_up: bool) -> Redemption:
    """Return what a note of service-controller means. ``words`` are "" if there is none."""
    distrusted = distrust(words) if "x509:" in words else None
    return Redemption(words, _cause(words, given_up), _final(words, given_up), given_up, distrusted)


def _final(words: str, given_up: bool) -> Reason | None:
    other = Reason.CLAIM_REJECTED if given_up else None
    return next((reason for text, reason in _FINAL.items() if text in words), other)


def _cause(words: str, given_up: bool) -> Cause:
    other = Cause.CLAIM_REJECTED if given_up else Cause.ISSUER_TROUBLE if words else Cause.CLAIM_NOT_TRIED
    return next((cause for text, cause in _CAUSES.items() if text in words), other)
