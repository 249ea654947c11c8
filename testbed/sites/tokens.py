# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cert tokens (client/connector_token_create.go), and the version rule of sites (pkg/domain/site.go)."""

from __future__ import annotations

import re

from ..kube import CONFIG_MAPS, SECRETS, Api, Object, decoded, encoded
from . import names
from .certs import KeyPool, issue, read_authority
from .ingress import Resolver, SiteConfig, Unresolved
from .routerconfig import RouterConfig

_VERSION = re.compile(r"^v?(\d+)[.+-](\d+)?(\.(\d+))?\W?(.+)?")


async def router_config(api: Api, namespace: str) -> RouterConfig:
    """Read skupper-internal as it is now."""
    return RouterConfig.read(await api.get(CONFIG_MAPS, namespace, names.INTERNAL))


async def issue_cert_token(api: Api, keys: KeyPool, namespace: str, subject: str) -> Object:
    """Sign a cert token for a subject; ApiError, Unresolved or UnreadableAuthority if the site cannot."""
    config = await router_config(api, namespace)
    if config.edge:
        raise Unresolved("Edge configuration cannot accept connections")
    authority = read_authority(decoded(await api.get(SECRETS, namespace, names.SITE_CA)))
    data = issue(authority, subject, [], await keys.take())
    site = SiteConfig.read(await api.get(CONFIG_MAPS, namespace, names.SITE))
    resolver = Resolver(api, site)
    notes: dict[str, str] = {}
    for role in ("inter-router", "edge"):
        where = await resolver.host_port(role)
        notes |= {f"{role}-host": where.host, f"{role}-port": str(where.port)}
    notes |= {names.SITE_VERSION: config.version, names.GENERATED_BY: site.uid}
    return {
        "apiVersion": "v1",
        "data": encoded(data),
        "kind": "Secret",
        "metadata": {
            "annotations": notes,
            "creationTimestamp": None,
            "labels": {names.TYPE: names.TOKEN},
            "name": subject,
        },
        "type": "kubernetes.io/tls",
    }


def incompatible(local: str, remote: str) -> bool:
    """Whether a site refuses another for its version: older than itself and not valid for the oldest compatible."""
    return _numbers(remote) < _numbers(local) and not _valid_for(remote, names.OLDEST_COMPATIBLE)


def _valid_for(version: str, minimum: str) -> bool:
    if not version:
        return False
    numbers, qualifier = _numbers(version), _qualifier(version)
    undefined = numbers == (0, 0, 0) and not qualifier
    return undefined or numbers >= _numbers(minimum) or qualifier.startswith("dev")


def _numbers(version: str) -> tuple[int, int, int]:
    match = _VERSION.match(version)
    if not match:
        return 0, 0, 0
    return int(match[1]), int(match[2] or 0), int(match[4] or 0)


def _qualifier(version: str) -> str:
    match = _VERSION.match(version)
    return (match[5] or "") if match else ""
