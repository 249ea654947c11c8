# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An issuing site: all that a token says about the site it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .._kube.api import NamespaceApi
from .._model.errors import Failure
from .._model.secret import SecretBytes
from .._model.site import Endpoint, RouterConfig, Service, SiteCertificates, SiteConfig, SiteIds
from .._model.wait import Wait
from .._pki.signing import require_redeemable, require_signable
from .._v1.endpoints import await_endpoints
from .._v1.objects import keys
from .._v1.objects.site import read_authority, read_site_ca
from .generations.readers import reader
from .identity import refuse_restored


@dataclass(frozen=True)
class IssuingSite:
    """A site that can honour tokens."""

    config: SiteConfig
    router: RouterConfig
    certificates: SiteCertificates
    endpoints: Mapping[Service, Endpoint]
    """Those that the token needs."""
    key: SecretBytes
    """The CA's key, which is looked at before anything is issued that it has to sign; whoever signs reads it again."""


def issuing_site(api: NamespaceApi, patience: Wait | None, *services: Service) -> IssuingSite:
    """Read what a token needs; refuses, before anything is written, a site that could not honour it."""
    config, router = reader(api).accepting()
    refuse_restored(api.place, SiteIds(config.site_id, router.site_id))
    manifest = reader(api).secret(keys.SITE_CA)
    if manifest is None:
        raise reader(api).not_ready("Secret", keys.SITE_CA)
    endpoints = await_endpoints(api, config, patience, *services)
    return IssuingSite(config, router, read_site_ca(manifest), endpoints, read_authority(manifest)[1])


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
