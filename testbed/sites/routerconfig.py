# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read and write skrouterd.json, the router's configuration in ConfigMap skupper-internal (pkg/qdr/qdr.go)."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

from ..kube import Object
from . import names
from .ingress import SiteConfig

_CERTS = "/etc/skupper-router-certs"
_KEYED_BY = {"sslProfile": "name", "connector": "name", "listener": "name", "address": "prefix", "log": "module"}
_KNOWN = {*_KEYED_BY, "router", "tcpConnector", "tcpListener", "httpConnector", "httpListener"}

Entity = dict[str, Any]


@dataclass
class RouterConfig:
    """The entities of a router, by type; fields that Skupper does not know survive, types do not."""

    router: Entity = field(default_factory=dict)
    entities: dict[str, dict[str, Entity]] = field(default_factory=dict)

    @classmethod
    def read(cls, config_map: Object) -> RouterConfig:
        """Parse the ConfigMap; ValueError if its text is no JSON array of pairs."""
        config = cls()
        for kind, entity in json.loads((config_map.get("data") or {}).get(names.ROUTER_CONFIG_KEY, "[]")):
            if kind == "router":
                config.router = entity
            elif kind in _KNOWN:
                config.of(kind)[entity[_KEYED_BY.get(kind, "name")]] = entity
        return config

    def of(self, kind: str) -> dict[str, Entity]:
        """Give the entities of a type by name."""
        return self.entities.setdefault(kind, {})

    @property
    def connectors(self) -> dict[str, Entity]:
        """The links of the site, by name."""
        return self.of("connector")

    @property
    def edge(self) -> bool:
        """Whether this is the configuration of an edge router."""
        return self.router.get("mode") == "edge"

    @property
    def site_id(self) -> str:
        """The site id in the router's metadata, which is taken whole if it is no JSON."""
        return str(self._metadata().get("id", ""))

    @property
    def version(self) -> str:
        """The version of the site in the router's metadata."""
        return str(self._metadata().get("version", ""))

    def _metadata(self) -> Entity:
        text = self.router.get("metadata", "")
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        return value if isinstance(value, dict) else {"id": text}

    def write(self) -> dict[str, str]:
        """Make the data of the ConfigMap: sorted keys, four spaces, entities of a type in any order."""
        pairs: list[list[object]] = [["router", self.router]]
        for kind, entities in self.entities.items():
            shuffled = random.sample(list(entities.values()), len(entities))
            pairs += [[kind, entity] for entity in shuffled]
        return {names.ROUTER_CONFIG_KEY: json.dumps(pairs, indent=4, sort_keys=True, ensure_ascii=False)}

    def set_logging(self, text: str) -> bool:
        """Set the log levels by module (SetLogLevels), and say whether any is another one than before."""
        pairs = [item.split(":") if ":" in item else ["DEFAULT", item] for item in text.split(",")]
        wanted = {pair[0] or "DEFAULT": pair[1] if pair[1].endswith("+") else f"{pair[1]}+" for pair in pairs}
        before = self.of("log")
        self.entities["log"] = {module: {"module": module, "enable": level} for module, level in wanted.items()}
        return self.entities["log"] != before

    def add_profile(self, name: str, *, client_certificate: bool = True) -> None:
        """Add an sslProfile with the file names Skupper gives it."""
        files = {"caCertFile": "ca.crt"}
        if client_certificate:
            files |= {"certFile": "tls.crt", "privateKeyFile": "tls.key"}
        paths = {key: f"{_CERTS}/{name}/{value}" for key, value in files.items()}
        self.of("sslProfile")[name] = {"name": name, **paths}


def initial(site: SiteConfig) -> RouterConfig:
    """Make the configuration of a fresh site (InitialConfigSkupperRouter)."""
    metadata = {"id": site.uid, "version": names.VERSION, "platform": "kubernetes"}
    config = RouterConfig(
        {
            "id": f"{site.name}-${{HOSTNAME}}",
            "mode": "edge" if site.edge else "interior",
            "helloMaxAgeSeconds": "3",
            "metadata": json.dumps(metadata, separators=(",", ":")),
        }
    )
    config.set_logging(site.logging)
    config.of("address")["mc"] = {"prefix": "mc", "distribution": "multicast"}
    config.add_profile("skupper-amqps")
    config.add_profile(names.SERVICE_CLIENT, client_certificate=False)
    for listener in _local_listeners():
        config.of("listener")[listener["name"]] = listener
    if not site.edge:
        config.add_profile(names.INTERNAL)
        for name, role, port in (
            ("interior-listener", "inter-router", names.INTER_ROUTER_PORT),
            ("edge-listener", "edge", names.EDGE_PORT),
        ):
            config.of("listener")[name] = {"name": name, "role": role, "port": port, **_mutual_tls(site)}
    return config


def _local_listeners() -> list[Entity]:
    health = {"http": True, "httpRootDir": "disabled", "healthz": True, "metrics": True}
    amqps = {"sslProfile": "skupper-amqps", "saslMechanisms": "EXTERNAL", "authenticatePeer": True}
    return [
        {"name": "amqp", "host": "localhost", "port": 5672},
        {"name": "amqps", "port": 5671, **amqps},
        {"name": "@9090", "role": "normal", "port": 9090, **health},
    ]


def _mutual_tls(site: SiteConfig) -> Entity:
    limits = {"maxFrameSize": site.max_frame_size, "maxSessionFrames": site.max_session_frames}
    return {"sslProfile": names.INTERNAL, "saslMechanisms": "EXTERNAL", "authenticatePeer": True, **limits}


def connector(site: SiteConfig, secret_name: str, secret_annotations: dict[str, str], *, edge: bool) -> Entity:
    """Make the connector for a link Secret (ConnectorCreate); a cost that is no number is left out, as is 0."""
    role = "edge" if edge else "inter-router"
    entity: Entity = {
        "name": secret_name,
        "role": role,
        "host": secret_annotations.get(f"{role}-host", ""),
        "port": secret_annotations.get(f"{role}-port", ""),
        "sslProfile": f"{secret_name}-profile",
        "maxFrameSize": site.max_frame_size,
        "maxSessionFrames": site.max_session_frames,
        "cost": _cost(secret_annotations.get(names.COST, "0")),
    }
    return {key: value for key, value in entity.items() if key in ("host", "port") or value}


def _cost(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0
