# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What service-controller's note about a claim means for whoever waits for it."""

from __future__ import annotations

from ..._model.link import Cause, Link
from ..._model.reasons import Reason

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


def final_reason(link: Link) -> Reason | None:
    """Why a claim will never be redeemed; None if it may still be, or already has been."""
    if link.status:
        for text, reason in _FINAL.items():
            if text in link.status:
                return reason
    return Reason.CLAIM_REJECTED if link.given_up else None


# Go names the request before whatever went wrong on the network (net/url.Error).
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


def claim_cause(link: Link) -> Cause:
    """What keeps a claim from being redeemed, as far as the linking site has noted it."""
    status = link.status or ""
    other = Cause.CLAIM_REJECTED if link.given_up else Cause.ISSUER_TROUBLE if status else Cause.CLAIM_NOT_TRIED
    return next((cause for text, cause in _CAUSES.items() if text in status), other)
