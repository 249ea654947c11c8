# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the hosts and ports where other sites reach this one (pkg/kube/resolver)."""

from __future__ import annotations

from .._kube.port import INGRESS, ROUTE, SERVICE, Port
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import Endpoint, Service, SiteConfig
from .._wire import v1_keys as keys
from .._wire.v1_site import ingress_host, load_balancer_host, route_host, service_ports

_PORTS = {Service.INTER_ROUTER: 55671, Service.EDGE: 45671, Service.CLAIMS: 8081}
_ROUTES = {Service.INTER_ROUTER: "skupper-inter-router", Service.EDGE: "skupper-edge", Service.CLAIMS: "claims"}
_PROXIES = {
    Service.INTER_ROUTER: "skupper-inter-router",
    Service.EDGE: "skupper-edge",
    Service.CLAIMS: "skupper-claims",
}
_ROUTE_GROUP = "route.openshift.io/v1"


def site_ingress(port: Port, config: SiteConfig) -> str:
    """The kind of ingress a site has; Skupper's default is route on OpenShift, loadbalancer elsewhere."""
    if config.ingress:
        return config.ingress
    return "route" if port.serves(_ROUTE_GROUP) else "loadbalancer"


def resolve(port: Port, config: SiteConfig, *services: Service) -> dict[Service, Endpoint]:
    """Where the services of a site can be reached.

    Raises Failure(ingress_pending) where Skupper itself would hand out a token without a usable host or
    port, and Failure(ingress_unsupported) for a kind of ingress that Skupper 1.x does not know.
    """
    ingress = site_ingress(port, config)
    resolver = _RESOLVERS.get(ingress)
    if resolver is None:
        raise Failure(
            Reason.INGRESS_UNSUPPORTED,
            f"Site {config.name} in {port.place} has ingress {ingress}, which Skupper can make no tokens for.",
        )
    found = resolver(port, config, services)
    for service in services:
        _refuse_unusable(port, config, ingress, service, found.get(service))
    return found


def _refuse_unusable(port: Port, config: SiteConfig, ingress: str, service: Service, endpoint: Endpoint | None) -> None:
    if (
        endpoint is not None
        and endpoint.host
        and endpoint.port
        and (ingress in _DOTLESS or _is_complete(endpoint.host))
    ):
        return
    raise Failure(
        Reason.INGRESS_PENDING,
        f"Site {config.name} in {port.place} cannot be reached by other sites yet: its ingress {ingress} has "
        f"{_lack(endpoint, service)}. Wait until it has, or correct it.",
    )


def _lack(endpoint: Endpoint | None, service: Service) -> str:
    if endpoint is None or not endpoint.host:
        return f"no host for {service.value}"
    if not endpoint.port:
        return f"no port for {service.value}"
    return f"no complete host for {service.value} (it is {endpoint.host})"


def _is_complete(host: str) -> bool:
    return ("." in host or ":" in host) and not host.endswith(".")


def _load_balancer(port: Port, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    host = load_balancer_host(port.get(SERVICE, keys.ROUTER) or {})
    return {service: Endpoint(host, _PORTS[service]) for service in services}


def _node_port(port: Port, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    ports = service_ports(port.get(SERVICE, keys.ROUTER) or {})
    return {
        service: Endpoint(config.ingress_host, int(ports.get(service.value, {}).get("nodePort") or 0))
        for service in services
    }


def _route(port: Port, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    return {service: Endpoint(route_host(port.get(ROUTE, _ROUTES[service]) or {}), 443) for service in services}


def _ingress(port: Port, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    manifest = port.get(INGRESS, "skupper") or {}
    return {service: Endpoint(ingress_host(manifest, _PORTS[service]), 443) for service in services}


def _contour(port: Port, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    host = config.ingress_host
    names = {service: f"{_PROXIES[service]}.{port.place.namespace}.{host}" if host else "" for service in services}
    return {service: Endpoint(names[service], 443) for service in services}


def _local(port: Port, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    return {service: Endpoint(f"skupper-router.{port.place.namespace}", _PORTS[service]) for service in services}


_RESOLVERS = {
    "loadbalancer": _load_balancer,
    "nodeport": _node_port,
    "route": _route,
    "ingress": _ingress,
    "nginx-ingress-v1": _ingress,
    "contour-http-proxy": _contour,
    "none": _local,
}
# A cloud's load balancer or a node may be known by a bare name in one network; route and rule hosts may not.
_DOTLESS = frozenset({"loadbalancer", "nodeport"})
