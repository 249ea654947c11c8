# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A handle on one site: what an administrator can see of it and do to it, and faults for tests."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from .clusters import ApiError, Cluster
from .kube import decoded, encoded
from .processes import last_lines
from .sites import names
from .sites.certs import LIFETIME, issue, new_authority, read_authority
from .tokens import create_cert_token, create_claim

Object = dict[str, Any]
Faults = Mapping[str, "str | None"]
# Seconds, at most, for anything a site does: it takes two or three, and a machine may be busy with other tests.
_TIMEOUT = 120.0
# Three programs of a real site find each other by trying again.
_PATIENCE = 4.0
# Seconds, at most, until the status of a site knows whose router a link leads to.
_INTRODUCTIONS = 30.0
_POLL, _SELDOM = 0.03, 0.3  # from one look to the next, at first and later: looks cost the API server more than waiting
_FAULTS_OF_REAL_SITES = {"paused", "load_balancer"}


class NotInTime(AssertionError):
    """A site did not do what it was asked to, in the time allowed."""


class Site:
    """A site on a cluster, simulated or real."""

    def __init__(
        self,
        cluster: Cluster,
        namespace: str,
        site_id: str,
        settings: Mapping[str, str],
        pace: float,
        real: bool = False,
        log: Path | None = None,
    ) -> None:
        self.cluster = cluster
        self.namespace = namespace
        self.site_id = site_id
        self.name = settings["name"]
        self.ingress = settings["ingress"]
        self.edge = settings.get("router-mode") == "edge"
        self._pace = pace
        self._real = real
        self._log = log

    @classmethod
    def create(
        cls,
        cluster: Cluster,
        namespace: str,
        settings: Mapping[str, str],
        pace: float,
        faults: Faults | None = None,
        real: bool = False,
        log: Path | None = None,
    ) -> Site:
        """Create the namespace, with faults if there are to be some, and ConfigMap skupper-site.

        A real site takes longer. `log` is the log of the process that runs or plays it.
        """
        if cluster.api.get("v1", "namespaces", None, namespace) is None:
            cluster.api.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
        if faults:
            _possible(faults, real)
            marked = {"metadata": {"annotations": _annotations(faults)}}
            cluster.api.patch("v1", "namespaces", None, namespace, marked)
        metadata = {"name": names.SITE, "namespace": namespace}
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": dict(settings)}
        return cls(cluster, namespace, cluster.api.create(body)["metadata"]["uid"], settings, pace, real, log)

    @property
    def exposure(self) -> str:
        """Whether sites elsewhere can reach this one: public or private."""
        return "private" if self.edge or self.ingress == "none" else "public"

    # Looking.

    def get(self, kind: str, name: str) -> Object | None:
        """Read one of the site's objects by plural kind and name, such as ("secrets", "link1")."""
        return self.cluster.api.get(_group(kind), kind, self.namespace, name)

    def data(self, secret: str) -> dict[str, bytes]:
        """Read the data of one of the site's Secrets, empty if it does not exist."""
        return decoded(self.get("secrets", secret))

    def network_status(self) -> Object:
        """Read skupper-network-status, {} if there is none yet."""
        text = ((self.get("configmaps", names.NETWORK_STATUS) or {}).get("data") or {}).get(names.NETWORK_STATUS_KEY)
        return json.loads(text) if text else {}

    def linked(self, other: Site, direction: str = "outgoing") -> bool:
        """Whether this site's network status has a link to (or, incoming, from) another site, by its id.

        Looked at again as long as the status does not know yet where a link leads.
        """
        end = time.monotonic() + _INTRODUCTIONS
        while other.site_id not in (peers := self._peers(direction)):
            if "" not in peers or time.monotonic() > end:
                return False
            time.sleep(_SELDOM)
        return True

    def _peers(self, direction: str) -> set[str]:
        """Ids of the sites at the other ends of links, "" for one that is not known."""
        sites = self.network_status().get("siteStatus") or []
        homes = {_name(router): entry["site"]["identity"] for entry in sites for router in entry["routerStatus"] or []}
        return {homes.get(name, "") for name in _linked(_routers(sites, self.site_id), direction)}

    def routers(self) -> list[str]:
        """The names of the site's routers, by its network status."""
        return [_name(router) for router in _routers(self.network_status().get("siteStatus") or [], self.site_id)]

    def peer_routers(self) -> set[str]:
        """The names of the routers that the site has opened connections to."""
        return _linked(_routers(self.network_status().get("siteStatus") or [], self.site_id), "outgoing")

    def host(self) -> str:
        """Read the address of the site's load balancer, "" while it is pending."""
        service = self.get("services", names.ROUTER) or {}
        ingress = service.get("status", {}).get("loadBalancer", {}).get("ingress") or [{}]
        return str(ingress[0].get("ip") or ingress[0].get("hostname") or "")

    def endpoint(self, role: str) -> str:
        """Return the host:port of a service of the site: inter-router, edge or claims."""
        hosts = self._public_hosts()
        if self.ingress in ("none", "loadbalancer"):
            return f"{''.join(hosts)}:{names.PORTS[role]}"
        if self.ingress == "nodeport":
            ports = (self.get("services", names.ROUTER) or {})["spec"]["ports"]
            return f"{hosts[0]}:{next(entry['nodePort'] for entry in ports if entry['name'] == role)}"
        return f"{hosts[list(names.PORTS).index(role)]}:443"

    def wait(self, condition: Callable[[], object], what: str, timeout: float = _TIMEOUT) -> None:
        """Wait until a condition holds; NotInTime after `timeout` seconds, with `what` was waited for and the log's end.

        Real sites are given more time.
        """
        timeout *= _PATIENCE if self._real else 1
        deadline, pause = time.monotonic() + timeout, _POLL
        while not condition():
            if time.monotonic() > deadline:
                told = f"\n{last_lines(self._log)}" if self._log else ""
                raise NotInTime(f"site {self.name}: not in {timeout:g} s: {what}{told}")
            time.sleep(pause)
            pause = min(pause * 1.2, _SELDOM)

    def wait_ready(self, timeout: float = _TIMEOUT) -> None:
        """Wait until the site has all its objects, its pods are ready, and it reports itself."""
        try:
            self.wait(lambda: not self._lack(), "the site to be ready", timeout)
        except NotInTime as late:
            raise NotInTime(f"{late}\nit lacked {self._lack() or 'nothing in the end'}") from None

    def _lack(self) -> str:
        """Name what this site lacks to be ready; "" if it is ready."""
        for name in (names.ROUTER, names.CONTROLLER):
            deployment = self.get("deployments", name)
            if not (deployment or {}).get("status", {}).get("readyReplicas"):
                return f"a ready pod of Deployment {name}" if deployment else f"Deployment {name}"
        own = [s for s in self.network_status().get("siteStatus") or [] if s["site"]["identity"] == self.site_id]
        return "" if own and own[0]["routerStatus"] else "its own router in the network status"

    def wait_linked(self, other: Site, direction: str = "outgoing", timeout: float = _TIMEOUT) -> None:
        """Wait until the network status shows the link."""
        self.wait(lambda: self.linked(other, direction), f"an {direction} link with {other.name}", timeout)

    # Doing.

    def token(self, name: str = "token", uses: int = 1, minutes: float = 15) -> Object:
        """Create a claim and return its token, as the CLI would (client/token_claim_create.go)."""
        return create_claim(self, name, uses, minutes)

    def cert_token(self, name: str = "token", lifetime: timedelta = LIFETIME) -> Object:
        """Sign a cert token, as the CLI would, or one that ends earlier; the site keeps no trace of it."""
        return create_cert_token(self, name, lifetime)

    def lost_token(self) -> Object:
        """Sign a cert token with addresses at which nothing answers, like those of a site that has moved."""
        token = self.cert_token()
        token["metadata"]["annotations"].update({f"{role}-port": "1" for role in ("inter-router", "edge")})
        return token

    def link(self, token: Object, name: str = "link1", cost: int = 1) -> Object:
        """Create a link Secret from a token, as the CLI would, without its checks (client/connector_create.go)."""
        deployment = self.get("deployments", names.ROUTER)
        if deployment is None:
            raise NotInTime(f"site {self.name} has no router")
        owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": names.ROUTER}
        metadata = {
            **{key: value for key, value in token["metadata"].items() if key in ("labels", "annotations")},
            "name": name,
            "namespace": self.namespace,
            "ownerReferences": [{**owner, "uid": deployment["metadata"]["uid"]}],
        }
        metadata["annotations"] = {**metadata.get("annotations", {}), names.COST: str(cost)}
        return self.cluster.api.create({**token, "metadata": metadata})

    def unlink(self, name: str = "link1") -> None:
        """Delete a link Secret; the site's controllers take the connector down."""
        self.cluster.api.delete("v1", "secrets", self.namespace, name)

    def unlink_all(self) -> None:
        """Delete all link Secrets, redeemed, waiting or of any other kind, which the site's controllers try for ever."""
        links = f"{names.TYPE},{names.TYPE}!={names.CLAIM_RECORD}"
        for secret in self.cluster.api.list("v1", "secrets", self.namespace, label_selector=links):
            self.unlink(secret["metadata"]["name"])

    def restart_router(self) -> None:
        """Restart the router as `kubectl rollout restart` does, and wait until the old pod is gone."""
        self._touch({"kubectl.kubernetes.io/restartedAt": datetime.now(timezone.utc).isoformat(timespec="seconds")})
        self.wait_rollout()

    def call_router(self, name: str) -> None:
        """Give the site's router a false name, and start it again."""
        config = self.get("configmaps", names.INTERNAL) or {}
        entities = json.loads(config["data"][names.ROUTER_CONFIG_KEY])
        told = [[kind, {**body, "id": name} if kind == "router" else body] for kind, body in entities]
        patch = {"data": {names.ROUTER_CONFIG_KEY: json.dumps(told)}}
        self.cluster.api.patch("v1", "configmaps", self.namespace, names.INTERNAL, patch)
        self.restart_router()

    def _touch(self, notes: dict[str, str]) -> None:
        patch = {"spec": {"template": {"metadata": {"annotations": notes}}}}
        self.cluster.api.patch("apps/v1", "deployments", self.namespace, names.ROUTER, patch)

    def wait_rollout(self) -> None:
        """Wait until the router runs with the present template, and pods of older ones are gone."""
        self.wait(self._rolled_out, "the rollout of the router")

    def _rolled_out(self) -> bool:
        deployment = self.get("deployments", names.ROUTER) or {}
        status, wanted = deployment.get("status", {}), deployment.get("spec", {}).get("replicas", 1)
        if status.get("observedGeneration", 0) < deployment["metadata"]["generation"]:
            return False
        pods = self._router_pods("router")
        return bool(status.get("updatedReplicas") == status.get("readyReplicas") == wanted == len(pods))

    def retire_router(self) -> str:
        """Take the router's pod out of its Service and ReplicaSet, which starts another one; its connections stay."""
        (pod,) = self._router_pods("router")
        name = str(pod["metadata"]["name"])
        labels = {"metadata": {"labels": {names.COMPONENT: names.RETIRING}}}
        self.cluster.api.patch("v1", "pods", self.namespace, name, labels)
        self.wait(self._has_ready_router, "another router pod")
        return name

    def end_retired_routers(self) -> None:
        """Delete router pods that were taken out of everything, and wait until they are gone."""
        for name in self._names_of(names.RETIRING):
            self.cluster.api.delete("v1", "pods", self.namespace, name)
        self.wait(lambda: not self._names_of(names.RETIRING), "the retired router pods to be gone")

    def _has_ready_router(self) -> bool:
        conditions = [each for pod in self._router_pods("router") for each in pod["status"].get("conditions") or []]
        return any((each["type"], each["status"]) == ("Ready", "True") for each in conditions)

    def _names_of(self, component: str) -> list[str]:
        return [str(pod["metadata"]["name"]) for pod in self._router_pods(component)]

    def _router_pods(self, component: str) -> list[Object]:
        return self.cluster.api.list("v1", "pods", self.namespace, label_selector=f"{names.COMPONENT}={component}")

    def revoke_access(self, wait: bool = True) -> None:
        """Do what `skupper revoke-access` does (client/revoke_all.go), then wait for the rollout."""
        api = self.cluster.api
        selector = f"{names.TYPE}={names.CLAIM_RECORD}"
        for record in api.list("v1", "secrets", self.namespace, label_selector=selector):
            api.delete("v1", "secrets", self.namespace, record["metadata"]["name"])
        authority = new_authority(names.SITE_CA, rsa.generate_private_key(65537, 2048))
        self.put(names.SITE_CA, authority)
        self.renew_server_certificate(wait)

    def renew_server_certificate(self, wait: bool = True) -> None:
        """Sign a server certificate for the hosts that the site has now, and restart the router.

        It is what `skupper revoke-access` does with its new CA; Skupper does nothing of the kind when a host changes.
        """
        key = rsa.generate_private_key(65537, 2048)
        made = issue(read_authority(self.data(names.SITE_CA)), names.ROUTER, self.server_hosts(), key)
        self.put(names.SITE_SERVER, made)
        self.restart_for_new_certificate(wait)

    def restart_for_new_certificate(self, wait: bool = True) -> None:
        """Restart the router as `skupper revoke-access` does at its end."""
        # A second restart within a second would be none: the mark is the time, in whole seconds.
        self.wait(lambda: self._updated() != _rfc1123z(), "another second")
        self._touch({names.UPDATED: _rfc1123z()})
        if wait:
            self.wait_rollout()

    def _updated(self) -> str:
        template = (self.get("deployments", names.ROUTER) or {})["spec"]["template"]["metadata"]
        return str((template.get("annotations") or {}).get(names.UPDATED))

    def put(self, secret: str, data: dict[str, bytes]) -> None:
        """Replace the data of one of the site's Secrets; NotInTime if there is none."""
        current = self.get("secrets", secret)
        if current is None:
            raise NotInTime(f"site {self.name} has no Secret {secret}")
        self.cluster.api.replace({**current, "data": encoded(data)})

    def server_hosts(self) -> list[str]:
        """Name the hosts that `skupper revoke-access` puts into the site's server certificate."""
        return [f"{names.ROUTER}.{self.namespace}", *self._public_hosts()]

    def _public_hosts(self) -> list[str]:
        if self.ingress == "none":
            return [f"{names.ROUTER}.{self.namespace}"]
        if self.ingress == "loadbalancer":
            return [host] if (host := self.host()) else []
        suffix: str = (self.get("configmaps", names.SITE) or {})["data"]["ingress-host"]
        if self.ingress == "nodeport":
            return [suffix]
        return [f"{name}{self._separator()}{self.namespace}.{suffix}" for name in self._front_names().values()]

    def _front_names(self) -> dict[str, str]:
        routes = {"inter-router": "skupper-inter-router", "edge": "skupper-edge", "claims": "claims"}
        proxies = {**routes, "claims": "skupper-claims"}
        return {"route": routes, "contour-http-proxy": proxies}.get(self.ingress, {role: role for role in routes})

    def _separator(self) -> str:
        return "-" if self.ingress == "route" else "."

    # Faults.

    def fault(self, **faults: str | None) -> None:
        """Make the site misbehave, and wait until it does; None ends a fault.

        `claims`: "503", "hang" (no answer), "closed" (refused), "lost" (counted, but the answer never arrives);
        `slow_signing`: seconds between counting a redemption and signing for it, or until the fault ends;
        `redeemer`: "stopped"; `paused`: "true"; `load_balancer`: "pending", or "hostname" for a load balancer that
        gets a name instead of an address, when it is given one; `site_controller`: "absent", which has to be so
        before the site is made. Real sites do what their programs do: ValueError for all of these but `paused` and
        `load_balancer`.
        """
        _possible(faults, self._real)
        body = {"metadata": {"annotations": _annotations(faults)}}
        self.cluster.api.patch("v1", "namespaces", None, self.namespace, body)
        self.wait(self._observed, f"the faults {faults}")

    def _observed(self) -> bool:
        namespace = self.cluster.api.get("v1", "namespaces", None, self.namespace) or {}
        notes = namespace.get("metadata", {}).get("annotations", {})
        wanted = {
            key.removeprefix(names.FAULTS): value
            for key, value in notes.items()
            if key.startswith(names.FAULTS) and key != names.OBSERVED
        }
        return bool(json.loads(notes.get(names.OBSERVED, "{}")) == wanted)

    def pause(self) -> None:
        """Make the site unreachable: its listeners refuse connections, and what came in is cut."""
        self.fault(paused="true")

    def resume(self) -> None:
        """Make the site reachable again."""
        self.fault(paused=None)

    def pending_load_balancer(self) -> None:
        """Take the address of the load balancer back."""
        self.fault(load_balancer="pending")
        self.wait(lambda: not self.host(), "the load balancer to be pending")

    def ready_load_balancer(self) -> None:
        """Give the load balancer its address again."""
        self.fault(load_balancer=None)
        self.wait(self.host, "an address of the load balancer")

    def delete(self, wait: bool = True) -> None:
        """Delete ConfigMap skupper-site, and wait until the garbage collector has taken the rest."""
        self.cluster.api.delete("v1", "configmaps", self.namespace, names.SITE)
        if wait:
            self.wait(self._gone, "the site to be gone")

    def _gone(self) -> bool:
        try:
            pods = self.cluster.api.list("v1", "pods", self.namespace, label_selector=f"{names.PART_OF}=skupper")
        except ApiError:
            return False
        left = [self.get("secrets", names.SITE_SERVER), self.get("configmaps", names.INTERNAL)]
        return not pods and left == [None, None]


def _routers(sites: list[Object], site_id: str) -> list[Object]:
    """The routers of a site, as a network status has them."""
    return [router for each in sites if each["site"]["identity"] == site_id for router in each["routerStatus"] or []]


def _name(router: Object) -> str:
    return str(router["router"]["name"].partition("/")[2])


def _linked(routers: list[Object], direction: str) -> set[str]:
    """Names of the routers at the other ends of links."""
    links = [link for router in routers for link in router["links"] or []]
    # The record of a link that was just opened lacks its direction for a moment.
    return {link["name"] for link in links if link.get("direction") == direction}


def _rfc1123z() -> str:
    return datetime.now(timezone.utc).strftime("%a, %d %b %Y %H:%M:%S %z")


def _possible(faults: Faults, real: bool) -> None:
    impossible = set(faults) - _FAULTS_OF_REAL_SITES if real else set()
    if impossible:
        raise ValueError(f"real sites cannot have these faults: {', '.join(sorted(impossible))}")


def _annotations(faults: Faults) -> dict[str, str | None]:
    return {names.FAULTS + key.replace("_", "-"): value for key, value in faults.items()}


def _group(kind: str) -> str:
    return {"deployments": "apps/v1", "ingresses": "networking.k8s.io/v1"}.get(kind, "v1")
