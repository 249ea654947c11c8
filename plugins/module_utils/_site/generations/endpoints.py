# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where other sites reach a site, whatever its generation."""

from __future__ import annotations

from typing import Protocol

from ..._kube.api import NamespaceApi
from ..._model.site import Endpoint, Service, SiteConfig
from ..._model.wait import Wait
from ..._v1.endpoint_reader import EndpointReader


class SiteEndpoints(Protocol):
    """The hosts and ports of a site."""

    def endpoints(self, config: SiteConfig, patience: Wait | None, *services: Service) -> dict[Service, Endpoint]:
        """Return where services of the site can be reached; with patience, an ingress that is not ready is waited for.

        Raises Failure(ingress_pending, ingress_unsupported).
        """


def site_endpoints(api: NamespaceApi) -> SiteEndpoints:
    """Return the endpoints of the site in a namespace."""
    return EndpointReader(api)
