# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site-controller: makes the objects of a site for ConfigMap skupper-site (client/router_create.go)."""

from __future__ import annotations

import asyncio
import logging
import time

from ..kube import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    INGRESSES,
    ROUTES,
    SECRETS,
    SERVICE_ACCOUNTS,
    SERVICES,
    Api,
    ApiError,
    Object,
    decoded,
    labels_of,
    notes_of,
)
from . import manifests, names, routerconfig
from .certs import KeyPool, UnreadableAuthority, issue, new_authority, read_authority
from .ingress import Resolver, SiteConfig, Unresolved
from .tokens import issue_cert_token

_PATIENCE = 120.0  # seconds for a load balancer to appear (types.DefaultTimeoutDuration)
_log = logging.getLogger(__name__)


class SiteController:
    """Makes sites, and fills in requests for cert tokens."""

    def __init__(self, api: Api, keys: KeyPool, pace: float) -> None:
        self._api = api
        self._keys = keys
        self._pace = pace

    async def initialise(self, item: Object) -> None:
        """Create what a site lacks; nothing is made if its router exists, as for the real controller."""
        site = SiteConfig.read(item)
        # The label says that the CLI makes this site itself.
        if names.IGNORE in labels_of(item) or await self._api.find(DEPLOYMENTS, site.namespace, names.ROUTER):
            return
        try:
            await self._create(site)
        except (ApiError, Unresolved, UnreadableAuthority) as error:
            _log.error("Error initialising skupper in %s: %s", site.namespace, error)

    async def _create(self, site: SiteConfig) -> None:
        api, namespace = self._api, site.namespace
        if site.ingress == "route":
            await self._check_routes()
        await self._local_objects(site)
        if site.ingress == "route" and not site.edge:
            for route in manifests.routes(site):
                await api.ensure(ROUTES, namespace, route)
        # Before its configuration and its server certificate: the pod waits for both as volumes.
        router = await api.ensure(DEPLOYMENTS, namespace, manifests.router_deployment(site))
        await api.ensure(CONFIG_MAPS, namespace, manifests.config_map(site, names.SERVICES, None))
        config = routerconfig.initial(site).write()
        await api.ensure(CONFIG_MAPS, namespace, manifests.config_map(site, names.INTERNAL, config))
        if not site.edge:
            await self._publish(site)
        if site.controller:
            account = manifests.service_account(site, names.CONTROLLER)
            await api.ensure(SERVICE_ACCOUNTS, namespace, account)
            deployment = manifests.controller_deployment(site, router["metadata"]["uid"])
            await api.ensure(DEPLOYMENTS, namespace, deployment)

    async def follow(self, item: Object) -> None:
        """Carry over what a site that is there takes from a changed ConfigMap: log levels and annotations of pods."""
        if names.IGNORE in labels_of(item):
            return
        site = SiteConfig.read(item)
        internal = await self._api.find(CONFIG_MAPS, site.namespace, names.INTERNAL)
        if internal is None:
            await self.initialise(item)
            return
        config = routerconfig.RouterConfig.read(internal)
        if config.set_logging(site.logging):
            await self._api.replace(CONFIG_MAPS, site.namespace, {**internal, "data": config.write()})
            await self._annotate(site, names.ROUTER, {names.UPDATED: str(time.time())}, keep=True)
        # In this order, and overwriting the restart of before: without a service-controller nothing is annotated.
        if await self._annotate(site, names.CONTROLLER, site.controller_notes):
            await self._annotate(site, names.ROUTER, manifests.router_notes(site))

    async def _annotate(self, site: SiteConfig, name: str, notes: dict[str, str], keep: bool = False) -> bool:
        """Set the annotations of a Deployment's pods; False if there is none."""
        deployment = await self._api.find(DEPLOYMENTS, site.namespace, name)
        if deployment is None:
            return False
        metadata = deployment["spec"]["template"]["metadata"]
        before = metadata.get("annotations") or {}
        metadata["annotations"] = {**before, **notes} if keep else notes
        if metadata["annotations"] != before:
            await self._api.replace(DEPLOYMENTS, site.namespace, deployment)
        return True

    async def _check_routes(self) -> None:
        try:
            await self._api.list(ROUTES, {"limit": "1"})
        except ApiError as error:
            raise Unresolved("OpenShift cluster not detected for --ingress type route") from error

    async def _local_objects(self, site: SiteConfig) -> None:
        api, namespace = self._api, site.namespace
        await api.ensure(CONFIG_MAPS, namespace, manifests.sasl_config(site))
        await api.ensure(SERVICE_ACCOUNTS, namespace, manifests.service_account(site, names.ROUTER))
        for name in (names.LOCAL_CA, *([] if site.edge else [names.SITE_CA]), names.SERVICE_CA):
            data = new_authority(name, await self._keys.take())
            await api.ensure(SECRETS, namespace, manifests.secret(site, name, data))
        local = [names.ROUTER_LOCAL, f"{names.ROUTER_LOCAL}.{namespace}.svc.cluster.local"]
        server = await self._signed(namespace, names.LOCAL_CA, names.ROUTER_LOCAL, local)
        await api.ensure(SECRETS, namespace, manifests.secret(site, names.LOCAL_SERVER, server))
        client = await self._signed(namespace, names.LOCAL_CA, names.ROUTER_LOCAL, [])
        client["connect.json"] = manifests.connect_json(namespace)
        await api.ensure(SECRETS, namespace, manifests.secret(site, names.LOCAL_CLIENT, client))
        authority = decoded(await api.get(SECRETS, namespace, names.SERVICE_CA))
        only_ca = {"ca.crt": authority["tls.crt"]}
        await api.ensure(SECRETS, namespace, manifests.secret(site, names.SERVICE_CLIENT, only_ca, None))
        await api.ensure(SERVICES, namespace, manifests.local_service(site))
        if not site.edge:
            await api.ensure(SERVICES, namespace, manifests.router_service(site))

    async def _publish(self, site: SiteConfig) -> None:
        if site.ingress in ("ingress", "nginx-ingress-v1"):
            await self._api.ensure(INGRESSES, site.namespace, manifests.ingress(site))
        hosts = await self._hosts(site)
        inside = f"{names.ROUTER}.{site.namespace}"
        # The last host short enough for a common name becomes it.
        subject = ([names.ROUTER] + [host for host in hosts if len(host) < 64])[-1]
        sans = [inside, f"{inside}.svc.cluster.local", *hosts]
        data = await self._signed(site.namespace, names.SITE_CA, subject, sans)
        await self._api.ensure(SECRETS, site.namespace, manifests.secret(site, names.SITE_SERVER, data))

    async def _hosts(self, site: SiteConfig) -> list[str]:
        resolver = Resolver(self._api, site)
        # Not hurried below half a minute: a site that gave up stays half made, as a real one does.
        deadline = asyncio.get_running_loop().time() + max(_PATIENCE * self._pace, 30.0)
        while not (hosts := await resolver.all_hosts()):
            if asyncio.get_running_loop().time() > deadline:
                raise Unresolved(f"Failed to get LoadBalancer IP or Hostname for service {names.ROUTER}")
            await asyncio.sleep(max(1.0 * self._pace, 0.05))
        return hosts

    async def _signed(self, namespace: str, authority: str, subject: str, hosts: list[str]) -> dict[str, bytes]:
        ca = read_authority(decoded(await self._api.get(SECRETS, namespace, authority)))
        return issue(ca, subject, hosts, await self._keys.take())

    async def answer_request(self, request: Object) -> None:
        """Turn a Secret labelled connection-token-request into a cert token, in place."""
        namespace, name = request["metadata"]["namespace"], request["metadata"]["name"]
        try:
            token = await issue_cert_token(self._api, self._keys, namespace, name)
            metadata = request["metadata"]
            merged = {**notes_of(request), **notes_of(token)}
            relabelled = {**labels_of(request), names.TYPE: names.TOKEN}
            metadata = {**metadata, "annotations": merged, "labels": relabelled}
            await self._api.replace(SECRETS, namespace, {**request, "metadata": metadata, "data": token["data"]})
        except (ApiError, Unresolved, UnreadableAuthority, ValueError) as error:
            _log.error("Failed to generate token for request %s: %s", name, error)
