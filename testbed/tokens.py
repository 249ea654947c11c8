# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Claims as the CLI makes them (pkg/kube/claims/claim_create.go), for tests that need a token."""

from __future__ import annotations

import json
import secrets
import string
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import rsa

from .kube import encoded
from .sites import names
from .sites.certs import LIFETIME, issue, read_authority

if TYPE_CHECKING:
    from .site_handle import Site

_LETTERS = string.ascii_letters + string.digits


def create_claim(site: Site, name: str, uses: int, minutes: float) -> dict[str, Any]:
    """Write the record of a claim on its site and return the token; 0 uses or minutes mean no limit."""
    password = "".join(secrets.choice(_LETTERS) for _number in range(24)).encode()
    internal = site.get("configmaps", names.INTERNAL) or {}
    owners = internal["metadata"]["ownerReferences"]
    shared = {names.SITE_VERSION: _version(internal)}
    if minutes:
        end = datetime.now(timezone.utc) + timedelta(minutes=minutes)
        shared[names.CLAIM_EXPIRATION] = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    notes = shared | ({names.CLAIMS_REMAINING: str(uses)} if uses else {})
    record = _secret(name, names.CLAIM_RECORD, notes, owners, {"password": password})
    site.cluster.api.create({**record, "metadata": {**record["metadata"], "namespace": site.namespace}})
    notes = {**shared, names.URL: f"https://{site.endpoint('claims')}/{name}", names.GENERATED_BY: site.site_id}
    authority = site.data(names.SITE_CA)["tls.crt"]
    return _secret(name, names.CLAIM, notes, owners, {"password": password, "ca.crt": authority})


def create_cert_token(site: Site, name: str, lifetime: timedelta = LIFETIME) -> dict[str, Any]:
    """Sign a cert token of a site and return it (client/connector_token_create.go); nothing is written."""
    authority = read_authority(site.data(names.SITE_CA))
    data = issue(authority, name, [], rsa.generate_private_key(65537, 2048), lifetime)
    notes = {
        names.GENERATED_BY: site.site_id,
        names.SITE_VERSION: _version(site.get("configmaps", names.INTERNAL) or {}),
    }
    for role in ("inter-router", "edge"):
        host, _mark, port = site.endpoint(role).rpartition(":")
        notes |= {f"{role}-host": host, f"{role}-port": port}
    token = _secret(name, names.TOKEN, notes, [], data)
    del token["metadata"]["ownerReferences"]
    return {**token, "type": "kubernetes.io/tls"}


def _secret(
    name: str, kind: str, notes: dict[str, str], owners: list[dict[str, Any]], data: dict[str, bytes]
) -> dict[str, Any]:
    metadata = {"name": name, "labels": {names.TYPE: kind}, "annotations": notes, "ownerReferences": owners}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": encoded(data)}


def _version(internal: dict[str, Any]) -> str:
    entities = json.loads(internal["data"][names.ROUTER_CONFIG_KEY])
    router = next(entity for kind, entity in entities if kind == "router")
    return str(json.loads(router["metadata"])["version"])
