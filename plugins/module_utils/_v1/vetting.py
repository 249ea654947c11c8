# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Refuse a credential that a site can't be linked by, before anything is written."""

from __future__ import annotations

from .._kube.api import NamespaceApi
from .._model.errors import Failure, Warnings
from .._model.issuing import Offer
from .._model.reasons import Reason
from .._model.site import RouterConfig
from .policies import Policies
from .rules.version import FIRST_WITH_CLAIMS, OLDEST, can_link, is_valid_for


def vet(api: NamespaceApi, router: RouterConfig, offer: Offer | None) -> Warnings:
    """Raise Failure(version_unsupported, token_malformed, policy_denied) if an offer can't be taken; nothing is known of None."""
    if offer is None:
        return ()
    _check_versions(api, router.version, offer)
    host = offer.hosts[router.mode]
    if not host:
        raise Failure(
            Reason.TOKEN_MALFORMED,
            f"This token names no host that the site in {api.place}, of mode {router.mode.value}, could connect to: "
            "use another one.",
        )
    return (*offer.warnings, *Policies(api).require_outgoing(host))


def _check_versions(api: NamespaceApi, local: str, offer: Offer) -> None:
    if not can_link(local, offer.version):
        raise Failure(
            Reason.VERSION_UNSUPPORTED,
            f"The site in {api.place} (Skupper {local}) cannot be linked to an issuing site of Skupper "
            f"{offer.version or 'of unknown version'}: {OLDEST} is the oldest that can. Update the issuing site.",
        )
    if offer.is_claim and not is_valid_for(local, FIRST_WITH_CLAIMS):
        raise Failure(
            Reason.VERSION_UNSUPPORTED,
            f"The site in {api.place} (Skupper {local or 'of unknown version'}) cannot redeem claims, which takes "
            f"{FIRST_WITH_CLAIMS}: update it, or use a cert token.",
        )
