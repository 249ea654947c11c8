# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read an issuing site, and refuse one that could not honour what it hands out."""

from __future__ import annotations

from .._kube.api import NamespaceApi
from .._model.errors import Failure
from .._model.issuing import IssuingSite
from .._model.site import Service, SiteIds
from .._model.wait import Wait
from .._pki.signing import require_redeemable, require_signable
from .generations.endpoints import site_endpoints
from .generations.readers import reader
from .identity import refuse_restored


def issuing_site(api: NamespaceApi, patience: Wait | None, *services: Service) -> IssuingSite:
    """Read what a token needs; refuses, before anything is written, a site that could not honour it."""
    config, router = reader(api).accepting()
    refuse_restored(api.place, SiteIds(config.site_id, router.site_id))
    certificates, key = reader(api).authority_with_key()
    endpoints = site_endpoints(api).endpoints(config, patience, *services)
    return IssuingSite(config, router, certificates, endpoints, key)


def require_redeemer(api: NamespaceApi, site: IssuingSite) -> None:
    """Raise Failure(ca_unusable) if Skupper could not sign what a claim is redeemed for."""
    try:
        require_redeemable(site.certificates.ca, site.key, api.now())
    except Failure as failure:
        raise failure.located(api.place) from None


def require_signer(api: NamespaceApi, site: IssuingSite) -> None:
    """Raise Failure(ca_unusable) if no cert token could be signed."""
    try:
        require_signable(site.certificates.ca, site.key, api.now())
    except Failure as failure:
        raise failure.located(api.place) from None
