# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where other sites reach a site, as tokens and certificates name it (pkg/kube/resolver)."""

from __future__ import annotations

from .._kube.api import INGRESS, NamespaceApi
from .._model.site import Endpoint, Service, SiteConfig
from .._model.wait import Wait
from .endpoints import await_endpoints, resolve, site_ingress
from .objects.ingress import rule_hosts

_WITH_RULES = ("ingress", "nginx-ingress-v1")


class EndpointReader:
    """The hosts and ports of a site of Skupper v1."""

    def __init__(self, api: NamespaceApi) -> None:
        self._api = api

    def endpoints(self, config: SiteConfig, patience: Wait | None, *services: Service) -> dict[Service, Endpoint]:
        """Return where services of the site can be reached; with patience, an ingress that is not ready is waited for.

        Raises Failure(ingress_pending, ingress_unsupported).
        """
        return await_endpoints(self._api, config, patience, *services)

    def certificate_hosts(self, config: SiteConfig) -> tuple[str, ...]:
        """Return every host that the site's server certificate has to name, each once.

        Raises Failure(ingress_pending, ingress_unsupported).
        """
        hosts = [endpoint.host for endpoint in resolve(self._api, config, *Service).values()]
        if site_ingress(self._api, config) in _WITH_RULES:
            # Skupper names the hosts of all rules, the console's among them.
            hosts += rule_hosts(self._api.get(INGRESS, "skupper") or {})
        return tuple(dict.fromkeys(hosts))
