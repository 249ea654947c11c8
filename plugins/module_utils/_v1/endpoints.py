# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the hosts and ports where other sites reach this one (pkg/kube/resolver)."""

from __future__ import annotations

from dataclasses import replace

from .._kube.api import INGRESS, ROUTE, SERVICE, NamespaceApi
from .._kube.retry import poll
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import WHY_EDGE_IS_PRIVATE, Endpoint, Exposure, Mode, Outlook, Service, SiteConfig, judge_exposure
from .._model.wait import Wait
from .objects import keys
from .objects.ingress import ingress_host, load_balancer_host, route_host, route_refusal, service_ports

_PORTS = {Service.INTER_ROUTER: 55671, Service.EDGE: 45671, Service.CLAIMS: 8081}
_ROUTES = {Service.INTER_ROUTER: "skupper-inter-router", Service.EDGE: "skupper-edge", Service.CLAIMS: "claims"}
_PROXIES = {
    Service.INTER_ROUTER: "skupper-inter-router",
    Service.EDGE: "skupper-edge",
    Service.CLAIMS: "skupper-claims",
}
ROUTE_GROUP = "route.openshift.io/v1"
_NOWHERE_YET = (Reason.INGRESS_PENDING, Reason.INGRESS_UNSUPPORTED)


def await_endpoints(
    api: NamespaceApi, config: SiteConfig, patience: Wait | None, *services: Service
) -> dict[Service, Endpoint]:
    """Return where the services of a site can be reached; with patience, an ingress that is not ready is waited for.

    Raises Failure(ingress_pending, ingress_unsupported) as resolve() does.
    """
    if patience is None:
        return resolve(api, config, *services)
    latest: list[Failure] = []

    def look() -> dict[Service, Endpoint] | None:
        try:
            return resolve(api, config, *services)
        except Failure as failure:
            if failure.reason is not Reason.INGRESS_PENDING:
                raise
            latest[:] = [failure]
            return None

    found = poll(look, patience.seconds, patience.clock)
    if found is None:
        why = latest[0]
        raise Failure(why.reason, f"{why.message} The task waited {patience.seconds} seconds (wait_timeout).")
    return found


def site_ingress(api: NamespaceApi, config: SiteConfig) -> str:
    """Return the kind of ingress a site has; Skupper's default is route on OpenShift, loadbalancer elsewhere."""
    if config.ingress:
        return config.ingress
    return "route" if api.serves(ROUTE_GROUP) else "loadbalancer"


def resolve(api: NamespaceApi, config: SiteConfig, *services: Service) -> dict[Service, Endpoint]:
    """Return where the services of a site can be reached.

    Raises Failure(ingress_pending) where Skupper itself would hand out a token without a usable host or
    port, and Failure(ingress_unsupported) for a kind of ingress that Skupper 1.x does not know.
    """
    ingress = site_ingress(api, config)
    resolver = _RESOLVERS.get(ingress)
    if resolver is None:
        raise Failure(
            Reason.INGRESS_UNSUPPORTED,
            f"Site {config.name} in {api.place} has ingress {ingress}, which Skupper can make no tokens for.",
        )
    found = resolver(api, config, services)
    for service in services:
        lack = _lack(ingress, service, found.get(service))
        if lack:
            raise _pending(api, config, f"its ingress {ingress} has {lack}")
    return found


def outlook(api: NamespaceApi, config: SiteConfig, mode: Mode, *services: Service) -> Outlook:
    """Judge a site by where the services, claims among them, can be reached; a site that can't be reached yet is private."""
    ingress = site_ingress(api, config)
    if mode is Mode.EDGE:
        return Outlook(ingress, Exposure.PRIVATE, WHY_EDGE_IS_PRIVATE)
    try:
        found = resolve(api, replace(config, ingress=ingress), *services)
    except Failure as failure:
        if failure.reason not in _NOWHERE_YET:
            raise
        return Outlook(ingress, Exposure.PRIVATE, failure.message, unsettled=True)
    return Outlook(ingress, *judge_exposure(ingress, found[Service.CLAIMS].host), found)


def _pending(api: NamespaceApi, config: SiteConfig, why: str) -> Failure:
    return Failure(
        Reason.INGRESS_PENDING,
        f"Site {config.name} in {api.place} cannot be reached by other sites yet: {why}. "
        "Wait until it can (wait_for_ingress), or correct its ingress.",
    )


def _lack(ingress: str, service: Service, endpoint: Endpoint | None) -> str:
    """Return what keeps an endpoint from being used; "" if nothing does."""
    if endpoint is None or not endpoint.host:
        return f"no host for {service.value}"
    if not endpoint.port:
        return f"no port for {service.value}"
    if ingress not in _DOTLESS and not _is_complete(endpoint.host):
        return f"no complete host for {service.value} (it is {endpoint.host})"
    return ""


def _is_complete(host: str) -> bool:
    return ("." in host or ":" in host) and not host.endswith(".")


def _load_balancer(api: NamespaceApi, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    host = load_balancer_host(api.get(SERVICE, keys.ROUTER) or {})
    return {service: Endpoint(host, _PORTS[service]) for service in services}


def _node_port(api: NamespaceApi, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    ports = service_ports(api.get(SERVICE, keys.ROUTER) or {})
    return {
        service: Endpoint(config.ingress_host, int(ports.get(service.value, {}).get("nodePort") or 0))
        for service in services
    }


def _route(api: NamespaceApi, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    found = {}
    for service in services:
        manifest = api.get(ROUTE, _ROUTES[service]) or {}
        # The host is the one that the spec asks for. It may belong to another Route, which Skupper does not check.
        refusal = route_refusal(manifest)
        if refusal:
            raise _pending(api, config, f"its Route {_ROUTES[service]} was not admitted ({refusal})")
        found[service] = Endpoint(route_host(manifest), 443)
    return found


def _ingress(api: NamespaceApi, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    manifest = api.get(INGRESS, "skupper") or {}
    return {service: Endpoint(ingress_host(manifest, _PORTS[service]), 443) for service in services}


def _contour(api: NamespaceApi, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    host = config.ingress_host
    names = {service: f"{_PROXIES[service]}.{api.place.namespace}.{host}" if host else "" for service in services}
    return {service: Endpoint(names[service], 443) for service in services}


def _local(api: NamespaceApi, config: SiteConfig, services: tuple[Service, ...]) -> dict[Service, Endpoint]:
    return {service: Endpoint(f"skupper-router.{api.place.namespace}", _PORTS[service]) for service in services}


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
