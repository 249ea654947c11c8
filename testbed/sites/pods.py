# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs in the pods of a site: router with config-sync, and service-controller."""

from __future__ import annotations

import asyncio
import logging
import random
import socket
import time
from collections.abc import Awaitable
from datetime import datetime
from typing import TYPE_CHECKING

import aiohttp

from ..kube import CONFIG_MAPS, DEPLOYMENTS, SECRETS, ApiError, Object, Tasks, decoded
from . import names
from .claims import ClaimServer
from .collector import Pulse, View
from .ingress import SiteConfig
from .router import Connector, Files, Identity, Router
from .routerconfig import Entity, RouterConfig
from .service_controller import ServiceController
from .topology import Record, Source

if TYPE_CHECKING:
    from .site import Site

# Seconds.
_KUBELET_REFRESH = 60.0
_SYNC_DELAY = 0.3
_SYNC_AGAIN = 30.0
_SYNC_RETRY = 1.0
_LEASE = (13.0, 17.0)
_RESTART = 10.0
_FILES = ("tls.crt", "tls.key", "ca.crt")
_log = logging.getLogger(__name__)


class RouterPod:
    """A pod of Deployment skupper-router: one router process and its config-sync."""

    def __init__(self, site: Site, pod: Object) -> None:
        self.name: str = pod["metadata"]["name"]
        self.site = site
        self._tasks = Tasks()
        # As the kubelet mounts it at this moment; the claim server never looks at it again.
        self._mounted: Files = decoded(site.server_secret)
        self._certs: dict[str, dict[str, bytes]] = {}
        self._sync = asyncio.Event()
        self._pulse = Pulse(site.pace)
        self._claims: ClaimServer | None = None
        self._config = RouterConfig.read(site.internal or {})
        self.router = Router(self._identity(), site.resolve, site.pace, self._pulse.ring)
        # The router starts with the connectors of its mounted configuration, before config-sync has brought their
        # certificates: the first try of each fails.
        for entity in self._config.connectors.values():
            self._add_connector(entity)

    def _identity(self) -> Identity:
        name = self._config.router.get("id", "").replace("${HOSTNAME}", self.name)
        mode = "edge" if self._config.edge else "interior"
        return Identity(name, self.name[-5:], self._config.site_id, self.site.namespace, self.name, mode)

    def start(self) -> None:
        """Start config-sync and, if there are older pods of the site, the links to them."""
        if not self._config.edge:
            self._serve_claims()
            for older in self.site.other_routers(self):
                self._tasks.start(self._mesh(older))
        self._tasks.start(self._sync_for_ever())
        self._tasks.start(self._collect())

    async def stop(self) -> None:
        """End both processes."""
        await self._tasks.stop()
        await self.router.stop()
        if self._claims:
            await self._claims.close()

    # Listeners and mounted files.

    def server_secret_changed(self) -> None:
        """Let the kubelet bring a changed skupper-site-server into the pod, some time later."""
        delay = _KUBELET_REFRESH * self.site.pace * random.uniform(0.5, 1.0)
        asyncio.get_running_loop().call_later(delay, self._refresh)

    def _refresh(self) -> None:
        self._mounted = decoded(self.site.server_secret) or self._mounted

    def take(self, port: int, connection: socket.socket) -> bool:
        """Take a connection to one of the pod's ports; False if nothing listens there."""
        if port == names.CLAIMS_PORT:
            if self._claims is None:
                return False
            self._tasks.start(_quietly(self._claims.accept(connection)))
            return True
        role = "inter-router" if port == names.INTER_ROUTER_PORT else "edge"
        self.router.accept(connection, role, self._mounted)
        return True

    def _serve_claims(self) -> None:
        site = self.site
        keypair = self._mounted["tls.crt"], self._mounted["tls.key"]
        faults = site.claims_fault, site.signing_delay
        self._claims = ClaimServer(site.api, site.keys, site.namespace, keypair, *faults, self._crash)

    def _crash(self) -> None:
        # The container comes back with the files as they are mounted by then.
        self._claims = None
        asyncio.get_running_loop().call_later(_RESTART * self.site.pace, self._serve_claims)

    async def _mesh(self, older: RouterPod) -> None:
        """Keep a link to an older pod of the site (scripts/auto_mesh.py), as long as their certificates agree."""
        connector = Connector(f"auto-mesh-connector/{older.name}", "inter-router", "", 0, 1, verify_host=False)
        while older.name in self.site.routers:
            mine, theirs = socket.socketpair()
            for end in (mine, theirs):
                end.setblocking(False)
            older.take(names.INTER_ROUTER_PORT, theirs)
            await _quietly(self.router.connect_through(mine, connector, self._mounted))
            await asyncio.sleep(5.0 * self.site.pace)

    # config-sync: connectors and their certificate files.

    def internal_changed(self) -> None:
        """Have config-sync look at skupper-internal."""
        self._sync.set()

    async def _sync_for_ever(self) -> None:
        wait = 0.0
        while True:
            try:
                if wait:
                    async with asyncio.timeout(wait):
                        await self._sync.wait()
                else:
                    await self._copy_known_files()
                await asyncio.sleep(_SYNC_DELAY * self.site.pace)
            except asyncio.TimeoutError:
                pass
            self._sync.clear()
            wait = _SYNC_AGAIN if await self._synchronise() else max(_SYNC_RETRY * self.site.pace, 0.02)

    async def _copy_known_files(self) -> None:
        for profile in self._link_profiles(RouterConfig.read(self.site.internal or {})):
            await self._copy_files(profile)

    def _link_profiles(self, config: RouterConfig) -> list[str]:
        # The real one asks for the Secrets of all profiles every time; only those of links have an effect.
        return [name for name in config.of("sslProfile") if name.endswith("-profile")]

    async def _synchronise(self) -> bool:
        """Make the router's connectors agree with skupper-internal by name, and by nothing else."""
        if self.site.internal is None:
            return True
        config = RouterConfig.read(self.site.internal)
        for profile in self._link_profiles(config):
            await self._copy_files(profile)
        live = {name for name in self.router.connector_names if not name.startswith("auto-mesh")}
        for name in live - set(config.connectors):
            # Files go with their connector; only then a new Secret of the same name gets its own in.
            self.router.remove_connector(name)
            self._certs.pop(f"{name}-profile", None)
        done = True
        for name in set(config.connectors) - live:
            if await self._copy_files(config.connectors[name].get("sslProfile", "")):
                self._add_connector(config.connectors[name])
            else:
                done = False
        return done

    async def _copy_files(self, profile: str) -> bool:
        """Copy what is missing of a profile's files; False if its Secret cannot be read."""
        files = self._certs.setdefault(profile, {})
        if len(files) == len(_FILES):
            return True
        try:
            secret = await self.site.api.find(SECRETS, self.site.namespace, profile.removesuffix("-profile"))
        except (ApiError, aiohttp.ClientError, asyncio.TimeoutError):
            secret = None
        if secret is None:
            return False
        for name, content in decoded(secret).items():
            if name in _FILES:
                files.setdefault(name, content)
        return True

    def _add_connector(self, entity: Entity) -> None:
        profile = entity.get("sslProfile", "")
        try:
            connector = Connector(
                entity["name"], entity["role"], entity["host"], int(entity["port"]), entity.get("cost", 1)
            )
        except (KeyError, ValueError):
            _log.error("%s: connector %r has no usable port", self.name, entity.get("name"))
            return
        self.router.add_connector(connector, lambda: self._certs.get(profile, {}))

    # config-sync: network status, written by one pod of the site at a time.

    async def _collect(self) -> None:
        await self.site.lead(self)
        await self._prepare_status()
        view, written = View(self.site.pace), ""
        while True:
            now = time.monotonic()
            links_out = bool(self.router.connector_names)
            view.update(self.router.topology, self.site.source_identities(), links_out, now)
            # A new leader knows nothing at first and writes nothing: what its predecessor wrote stands until then.
            text = view.render() if view.known else written
            if text != written and await self._write_status(text):
                written = text
            pause = view.next_event(now)
            await self._pulse.wait(pause if text == written else 1.0, view.known)

    async def _prepare_status(self) -> None:
        deployment = await self.site.api.get(DEPLOYMENTS, self.site.namespace, names.ROUTER)
        owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": names.ROUTER}
        owner["uid"] = deployment["metadata"]["uid"]
        for name in (names.LEADER, names.NETWORK_STATUS):
            body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "ownerReferences": [owner]}}
            await self.site.api.ensure(CONFIG_MAPS, self.site.namespace, body)
        lock = {"control-plane.alpha.kubernetes.io/leader": f'{{"holderIdentity":"{self.name}"}}'}
        await self.site.api.patch(CONFIG_MAPS, self.site.namespace, names.LEADER, {"metadata": {"annotations": lock}})

    async def _write_status(self, text: str) -> bool:
        body = {"data": {names.NETWORK_STATUS_KEY: text}}
        try:
            await self.site.api.patch(CONFIG_MAPS, self.site.namespace, names.NETWORK_STATUS, body)
        except (ApiError, aiohttp.ClientError, asyncio.TimeoutError) as error:
            _log.info("%s: network status not written: %s", self.name, error)
            return False
        return True

    def lease(self) -> float:
        """Say how long this candidate waits for a leader that is gone, in seconds."""
        return random.uniform(*_LEASE) * self.site.pace


class ControllerPod:
    """A pod of Deployment skupper-service-controller."""

    def __init__(self, site: Site, pod: Object) -> None:
        self.name: str = pod["metadata"]["name"]
        self._site = site
        self._boot = time.time_ns() // 1000
        self._version = 0
        self._attached: RouterPod | None = None
        self._started = False
        self._tasks = Tasks()
        self.controller = ServiceController(
            site.api, site.namespace, site.link_secret, site.resolve, site.pace, lambda: not site.redeemer_stopped
        )

    def start(self) -> None:
        """Start once a router of the site is ready."""
        self._tasks.start(self._start())

    async def _start(self) -> None:
        # The real one waits for readyReplicas of Deployment skupper-router.
        while not self._site.ready_routers():
            await asyncio.sleep(0.2 * self._site.pace)
        while True:
            try:
                await self.controller.start(self._site.link_secrets())
                break
            except (ApiError, aiohttp.ClientError, asyncio.TimeoutError):
                await asyncio.sleep(1.0 * self._site.pace)
        self._started = True
        self.attach()

    async def stop(self) -> None:
        """End the process: the site is not reported any more."""
        self._started = False
        await self._tasks.stop()
        await self.controller.stop()
        if self._attached:
            self._report(self._attached, "")

    def attach(self) -> None:
        """Report the site's record through a router of the site; another one if that is gone."""
        if not self._started:
            return
        if self._attached and self._attached.name in self._site.routers:
            return
        routers = self._site.ready_routers()
        self._attached = routers[-1] if routers else None
        if self._attached:
            self._report(self._attached, self._attached.router.identity.name)

    def _report(self, pod: RouterPod, router: str) -> None:
        site = self._site.config
        if site:
            self._version += 1
            version = (self._boot, self._version)
            pod.router.publish(Source(site.uid, "CONTROLLER", router, version, (), (_site_record(site),)))


def _site_record(site: SiteConfig) -> Record:
    created = int(datetime.fromisoformat(site.created.replace("Z", "+00:00")).timestamp()) * 1_000_000
    return {
        "recType": "SITE",
        "identity": site.uid,
        "startTime": created,
        "endTime": 0,
        "source": site.uid,
        "platform": "kubernetes",
        "name": site.name,
        "nameSpace": site.namespace,
        "siteVersion": names.VERSION,
        "policy": "disabled",
    }


async def _quietly(work: Awaitable[None]) -> None:
    try:
        await work
    except (OSError, ValueError, KeyError, asyncio.TimeoutError) as error:
        _log.debug("a connection failed: %r", error)
