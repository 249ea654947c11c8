# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a site resolves its own endpoints: skupper-site's ingress settings and the resolvers (pkg/kube/resolver)."""

from __future__ import annotations

from dataclasses import dataclass

from ..kube import INGRESSES, ROUTES, SERVICES, Api, Object
from . import names

_TRUE = {"1", "t", "T", "TRUE", "true", "True"}
_ROUTES = {"inter-router": "skupper-inter-router", "edge": "skupper-edge", "claims": "claims"}
_PROXIES = {"inter-router": "skupper-inter-router", "edge": "skupper-edge", "claims": "skupper-claims"}


class Unresolved(Exception):
    """A resolver failed; the message is the one of Skupper's resolver."""


@dataclass(frozen=True)
class HostPort:
    """A host, possibly empty, and a port, possibly 0: Skupper does not check either."""

    host: str
    port: int


@dataclass(frozen=True)
class SiteConfig:
    """The settings of ConfigMap skupper-site that matter here (pkg/site/site.go)."""

    namespace: str
    uid: str
    name: str
    created: str
    edge: bool
    ingress: str
    ingress_host: str
    routers: int
    controller: bool
    labels: dict[str, str]
    max_frame_size: int
    max_session_frames: int
    logging: str
    router_notes: dict[str, str]
    controller_notes: dict[str, str]

    @classmethod
    def read(cls, item: Object) -> SiteConfig:
        """Read the ConfigMap with Skupper's defaults and its two legacy keys."""
        data: dict[str, str] = item.get("data") or {}
        metadata = item["metadata"]
        return cls(
            namespace=metadata["namespace"],
            uid=metadata["uid"],
            name=data.get("name") or metadata["namespace"],
            created=metadata["creationTimestamp"],
            edge=data.get("router-mode", "edge" if data.get("edge") == "true" else "interior") == "edge",
            ingress=data.get("ingress", "none" if data.get("cluster-local") == "true" else "loadbalancer"),
            ingress_host=data.get("router-ingress-host") or data.get("ingress-host", ""),
            routers=_number(data.get("routers"), 1) or 1,
            controller=data.get("service-controller", "true") in _TRUE,
            labels={key: value for key, value in (metadata.get("labels") or {}).items() if key != names.IGNORE},
            max_frame_size=_number(data.get("xp-router-max-frame-size"), 16384),
            max_session_frames=_number(data.get("xp-router-max-session-frames"), 640),
            logging=data.get("router-logging") or "ROUTER_CORE:error+",
            router_notes=_pod_notes(item, "router-pod-annotations"),
            controller_notes=_pod_notes(item, "controller-pod-annotations"),
        )

    @property
    def owner(self) -> Object:
        """The owner reference that ties an object to the life of the site."""
        return {"apiVersion": "v1", "kind": "ConfigMap", "name": names.SITE, "uid": self.uid}


def _pod_notes(item: Object, key: str) -> dict[str, str]:
    """Read the annotations for pods: the ConfigMap's own that are not excluded, and those of one of its keys."""
    notes: dict[str, str] = item["metadata"].get("annotations") or {}
    data: dict[str, str] = item.get("data") or {}
    excluded = {names.EXCLUDED, *notes.get(names.EXCLUDED, "").split(",")}
    listed = [entry.partition("=") for entry in data.get(key, "").split(data.get("annotation-separator", ",")) if entry]
    own = {name: value for name, value in notes.items() if name not in excluded}
    return own | {name: value for name, _mark, value in listed}


def _number(text: str | None, default: int) -> int:
    try:
        return default if text is None else int(text)
    except ValueError:
        return 0


class Resolver:
    """Finds a site's hosts by its ingress setting alone, whatever other objects exist."""

    def __init__(self, api: Api, site: SiteConfig) -> None:
        self._api = api
        self._site = site

    async def all_hosts(self) -> list[str]:
        """List the hosts for the server certificate; empty while a load balancer is pending."""
        ingress = self._site.ingress
        if ingress == "loadbalancer":
            host = (await self._load_balancer(0)).host
            return [host] if host else []
        if ingress == "nodeport":
            return [self._site.ingress_host]
        if ingress in ("ingress", "nginx-ingress-v1"):
            return [rule.get("host", "") for rule in await self._rules()]
        if ingress == "none":
            return [self._local(0).host]
        return [(await self.host_port(role)).host for role in names.PORTS]

    async def host_port(self, role: str) -> HostPort:
        """Resolve one of the roles inter-router, edge and claims; Unresolved or ApiError if that is not possible."""
        port = names.PORTS[role]
        ingress = self._site.ingress
        if ingress == "loadbalancer":
            return await self._load_balancer(port)
        if ingress == "nodeport":
            return await self._node_port(role)
        if ingress in ("ingress", "nginx-ingress-v1"):
            return await self._ingress_rule(port)
        if ingress == "none":
            return self._local(port)
        if ingress == "route":
            route = await self._api.get(ROUTES, self._site.namespace, _ROUTES[role])
            return HostPort(route["spec"].get("host", ""), 443)
        if ingress == "contour-http-proxy":
            return HostPort(f"{_PROXIES[role]}.{self._site.namespace}.{self._site.ingress_host}", 443)
        raise Unresolved("Could not determine ingress type")

    def _local(self, port: int) -> HostPort:
        return HostPort(f"{names.ROUTER}.{self._site.namespace}", port)

    async def _load_balancer(self, port: int) -> HostPort:
        service = await self._api.get(SERVICES, self._site.namespace, names.ROUTER)
        return HostPort(load_balancer_host(service), port)

    async def _node_port(self, role: str) -> HostPort:
        service = await self._api.get(SERVICES, self._site.namespace, names.ROUTER)
        for port in service["spec"].get("ports") or []:
            if port.get("name") == role:
                return HostPort(self._site.ingress_host, port.get("nodePort", 0))
        raise Unresolved(f"NodePort for {role} not found.")

    async def _rules(self) -> list[Object]:
        ingress = await self._api.get(INGRESSES, self._site.namespace, names.INGRESS)
        rules: list[Object] = ingress["spec"].get("rules") or []
        return rules

    async def _ingress_rule(self, port: int) -> HostPort:
        for rule in await self._rules():
            backend = rule["http"]["paths"][0]["backend"]
            if backend["service"]["port"].get("number") == port:
                return HostPort(rule.get("host", ""), 443)
        raise Unresolved(f"Could not find ingress rule for port {port}")


def load_balancer_host(service: Object | None) -> str:
    """Read the first address of a load balancer, IP before host name; "" while it is pending."""
    status = ((service or {}).get("status") or {}).get("loadBalancer") or {}
    for entry in status.get("ingress") or []:
        host: str = entry.get("ip") or entry.get("hostname") or ""
        if host:
            return host
    return ""
