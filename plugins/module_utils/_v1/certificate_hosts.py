# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts that a site's server certificate has to name (pkg/kube/resolver)."""

from __future__ import annotations

from .._kube.api import INGRESS, NamespaceApi
from .._model.site import Service, SiteConfig
from .endpoints import resolve, site_ingress
from .objects.site import rule_hosts

_WITH_RULES = ("ingress", "nginx-ingress-v1")


def server_hosts(api: NamespaceApi, config: SiteConfig) -> tuple[str, ...]:
    """Every host under which other sites reach this one, each once; raises Failure(ingress_pending ...) as resolve() does."""
    hosts = [endpoint.host for endpoint in resolve(api, config, *Service).values()]
    if site_ingress(api, config) in _WITH_RULES:
        # Skupper names the hosts of all rules, the console's among them.
        hosts += rule_hosts(api.get(INGRESS, "skupper") or {})
    return tuple(dict.fromkeys(hosts))
