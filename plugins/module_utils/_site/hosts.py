# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts that a site's server certificate has to name (pkg/kube/resolver)."""

from __future__ import annotations

from .._kube.port import INGRESS, Port
from .._model.site import Service, SiteConfig
from .._wire.v1_site import rule_hosts
from .endpoints import resolve, site_ingress

_WITH_RULES = ("ingress", "nginx-ingress-v1")


def server_hosts(port: Port, config: SiteConfig) -> tuple[str, ...]:
    """Every host under which other sites reach this one, each once; raises Failure(ingress_pending ...) as resolve() does."""
    hosts = [endpoint.host for endpoint in resolve(port, config, *Service).values()]
    if site_ingress(port, config) in _WITH_RULES:
        # Skupper names the hosts of all rules, the console's among them.
        hosts += rule_hosts(port.get(INGRESS, "skupper") or {})
    return tuple(dict.fromkeys(hosts))
