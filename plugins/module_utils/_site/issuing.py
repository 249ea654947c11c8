# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An issuing site: all that a token says about the site it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Callable

from .._kube.port import Port
from .._model.site import Endpoint, RouterConfig, Service, SiteCertificates, SiteConfig, SiteIds
from .._wire import v1_keys as keys
from . import gather
from .endpoints import Patience, await_endpoints
from .identity import refuse_restored

Choice = Callable[[str], str]


@dataclass(frozen=True)
class IssuingSite:
    """A site that can honour tokens."""

    config: SiteConfig
    router: RouterConfig
    certificates: SiteCertificates
    endpoints: Mapping[Service, Endpoint]
    """Those that the token needs."""


def issuing_site(port: Port, patience: Patience | None, *services: Service) -> IssuingSite:
    """Read what a token needs; refuses, before anything is written, a site that could not honour it."""
    config, router = gather.accepting_site(port)
    refuse_restored(port.place, SiteIds(config.site_id, router.site_id))
    certificates = gather.site_ca(port)
    if certificates is None:
        raise gather.not_ready(port, "Secret", keys.SITE_CA)
    return IssuingSite(config, router, certificates, await_endpoints(port, config, patience, *services))
