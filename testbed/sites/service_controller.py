# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service-controller: redeems claims and turns link Secrets into connectors of the router."""

from __future__ import annotations

import asyncio
import copy
import datetime
import json
import logging
from collections.abc import Callable
from urllib.parse import urlencode

import aiohttp
import yaml

from ..kube import CONFIG_MAPS, SECRETS, Api, ApiError, Object, Tasks, decoded, encoded, labels_of, notes_of
from . import names
from .goclient import Answer, BadUrl, PostFailed, Resolve, UnexpectedEnd, post
from .ingress import SiteConfig
from .routerconfig import RouterConfig, connector
from .tokens import router_config
from .workqueue import WorkQueue

# client-go's rate limiter lets four to five tries a second through, each with a write.
_RETRY = 0.22
_CONNECT_DELAY = 3.0  # spent on asking the router for its mode, with retries
_log = logging.getLogger(__name__)

Look = Callable[[str], "Object | None"]


class ServiceController:
    """One running service-controller; it reads Secrets from the cache of its watch, like the real one."""

    def __init__(
        self, api: Api, namespace: str, look: Look, resolve: Resolve, pace: float, redeeming: Callable[[], bool]
    ) -> None:
        self._api = api
        self._namespace = namespace
        self._look = look
        self._resolve = resolve
        self._pace = pace
        self._redeeming = redeeming
        self._site_id = ""
        self._version = ""
        self._claims = WorkQueue(self._handle_claim, _RETRY)
        self._links = WorkQueue(self._handle_token, max(0.5 * pace, 0.05))
        self._tasks = Tasks()

    async def start(self, secrets: list[Object]) -> None:
        """Learn the own identity from skupper-internal, look at all Secrets, and start both workers."""
        config = await router_config(self._api, self._namespace)
        self._site_id, self._version = config.site_id, config.version
        self._tasks.start(self._claims.run())
        self._tasks.start(self._links.run())
        for secret in secrets:
            self.changed(None, secret)

    async def stop(self) -> None:
        """Cancel both workers, whatever they are doing."""
        await self._tasks.stop()

    def changed(self, old: Object | None, new: Object | None) -> None:
        """Take note of a change of a Secret that has, or had, one of the labels watched."""
        name = (new or old or {})["metadata"]["name"]
        # A label that comes or goes is an object that comes or goes for a watch with a label selector.
        before, after = labels_of(old).get(names.TYPE), labels_of(new).get(names.TYPE)
        if names.CLAIM in (before, after):
            self._claims.put(name)
        if names.TOKEN in (before, after):
            self._links.put(name)

    async def _handle_claim(self, name: str) -> bool:
        secret = self._look(name)
        if secret is None or labels_of(secret).get(names.TYPE) != names.CLAIM:
            return False
        if not self._redeeming():
            return True
        redemption = Redemption(self._api, copy.deepcopy(secret), self._site_id, self._version)
        again = await redemption.run(self._resolve)
        if redemption.wrote:
            await self._wait_for_successor(secret)
        return again

    async def _wait_for_successor(self, secret: Object) -> None:
        """Wait for the watch to bring what was written; a success on top of an old version could not be stored."""
        for _number in range(100):
            if self._look(secret["metadata"]["name"]) is not secret:
                return
            await asyncio.sleep(0.01)

    async def _handle_token(self, name: str) -> bool:
        secret = self._look(name)
        try:
            if secret is None or labels_of(secret).get(names.TYPE) != names.TOKEN:
                await self._disconnect(name)
            elif notes_of(secret).get(names.GENERATED_BY) != self._site_id:
                await asyncio.sleep(_CONNECT_DELAY * self._pace)
                # With the Secret as it was when its turn came, however old that is by now.
                await self._connect(secret)
        except (ApiError, aiohttp.ClientError, ValueError) as error:
            _log.info("Error handling %s/%s: %s", self._namespace, name, error)
            return True
        return False

    async def _connect(self, secret: Object) -> None:
        name = secret["metadata"]["name"]
        site = SiteConfig.read(await self._api.get(CONFIG_MAPS, self._namespace, names.SITE))

        def add(config: RouterConfig) -> bool:
            profile = f"{name}-profile"
            wanted = connector(site, name, notes_of(secret), edge=config.edge)
            if profile in config.of("sslProfile") and config.connectors.get(name) == wanted:
                return False
            if profile not in config.of("sslProfile"):
                config.add_profile(profile, client_certificate="tls.crt" in (secret.get("data") or {}))
            config.connectors[name] = wanted
            return True

        await self._edit(add)

    async def _disconnect(self, name: str) -> None:
        def remove(config: RouterConfig) -> bool:
            gone = config.connectors.pop(name, None)
            profile = (gone or {}).get("sslProfile", "")
            return bool(config.of("sslProfile").pop(profile, None)) or gone is not None

        await self._edit(remove)

    # Other writers of skupper-internal are expected: a conflict is tried again on the new version.
    async def _edit(self, change: Callable[[RouterConfig], bool]) -> None:
        for _number in range(5):
            config_map = await self._api.get(CONFIG_MAPS, self._namespace, names.INTERNAL)
            config = RouterConfig.read(config_map)
            if not change(config):
                return
            try:
                await self._api.replace(CONFIG_MAPS, self._namespace, {**config_map, "data": config.write()})
                return
            except ApiError as error:
                if error.code != 409:
                    raise


class Redemption:
    """One try to redeem one claim (pkg/domain/link.go)."""

    def __init__(self, api: Api, secret: Object, site_id: str, version: str) -> None:
        self._api = api
        self._secret = secret
        self._site_id = site_id
        self._version = version
        self.wrote = False

    async def run(self, resolve: Resolve) -> bool:
        """Try, and write the outcome into the Secret; True if the claim is to be tried again."""
        problem = self._malformed()
        if problem:
            return await self._fail(problem, final=True)
        notes = notes_of(self._secret)
        # Looked at after the shape of the claim, so a malformed one is marked again at every look.
        if names.LAST_FAILED in notes:
            return False
        data = decoded(self._secret)
        query = urlencode({"site-version": self._version})
        header = {"skupper-site-name": self._site_id}
        try:
            answer = await post(notes[names.URL], query, data["password"], header, data.get("ca.crt", b""), resolve)
        except BadUrl:
            # The real controller dies of this, comes back, and dies again.
            await asyncio.sleep(10)
            return True
        except (PostFailed, UnexpectedEnd) as error:
            return await self._fail(str(error), final=False)
        return await self._take(answer)

    def _malformed(self) -> str | None:
        if not notes_of(self._secret):
            return "no annotations"
        if not self._secret.get("data"):
            return "no data"
        if names.URL not in notes_of(self._secret):
            return "no url specified"
        return None if "password" in self._secret["data"] else "no password specified"

    async def _take(self, answer: Answer) -> bool:
        if answer.status != 200:
            text = answer.body.decode(errors="replace").strip()
            return await self._fail(text, final=answer.status == 404)
        token = _parse(answer.body)
        if token is None:
            return await self._fail("could not parse connection token", final=False)
        metadata = self._secret["metadata"]
        # Merged, not replaced: cost, url and an old status of the claim stay. Only the data change hands.
        metadata["annotations"] = {**notes_of(self._secret), **notes_of(token)}
        metadata["labels"] = {**labels_of(self._secret), **labels_of(token)}
        self._secret["data"] = encoded(decoded(token))
        return not await self._write()

    async def _fail(self, text: str, *, final: bool) -> bool:
        metadata = self._secret["metadata"]
        notes = dict(notes_of(self._secret))
        before = dict(notes)
        if final:
            notes[names.LAST_FAILED] = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        notes[names.STATUS] = text
        metadata["annotations"] = notes
        # The real one also writes what is there already; the API server makes no new version of that.
        if notes != before:
            await self._write()
        return not final

    async def _write(self) -> bool:
        try:
            await self._api.replace(SECRETS, self._secret["metadata"]["namespace"], self._secret)
        except (ApiError, aiohttp.ClientError) as error:
            _log.info("could not write claim %s: %s", self._secret["metadata"]["name"], error)
            return False
        self.wrote = True
        return True


def _parse(body: bytes) -> Object | None:
    try:
        token = yaml.safe_load(body)
    except yaml.YAMLError:
        return None
    good = isinstance(token, dict) and token.get("kind") == "Secret" and isinstance(token.get("metadata"), dict)
    return json.loads(json.dumps(token)) if good else None
