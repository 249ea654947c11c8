# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Link Secrets: what the linking site keeps of a token (client/connector_create.go)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..._model.instant import parse_instant
from ..._model.link import Link, LinkKind
from ..rules.redemption import redemption
from . import keys
from .endpoint_notes import read_endpoints
from .location import parse_location
from .managed import link_owner
from .manifest import (
    integer,
    label,
    metadata,
    name_of,
    notes_of,
    owner_references,
    secret_data,
    truth,
)

_KINDS = {
    keys.TYPE_CLAIM: LinkKind.CLAIM,
    keys.TYPE_CERT: LinkKind.CERTIFICATE,
    keys.TYPE_PARKED: LinkKind.PARKED,
}


def read_link(manifest: Mapping[str, Any]) -> Link | None:
    """Read a link Secret; None if the Secret is no link."""
    kind = _KINDS.get(label(manifest, keys.TYPE) or "")
    if kind is None:
        return None
    notes = notes_of(manifest)
    data = link_data(manifest)
    return Link(
        name=name_of(manifest),
        kind=kind,
        site_id=notes.get(keys.GENERATED_BY),
        author_key=f"annotation {keys.GENERATED_BY}",
        # Absent and 0 leave the router's own default of 1.
        cost=integer(notes.get(keys.COST)) or 1,
        host=notes.get("inter-router-host") or _host(notes.get(keys.URL, "")),
        url=_url(notes),
        redemption=redemption(notes.get(keys.STATUS, ""), given_up=keys.LAST_FAILED in notes),
        claim_name=_claim_name(_url(notes)),
        disabled=bool(truth(label(manifest, keys.DISABLED))),
        certificate=data.get(keys.CERTIFICATE),
        ca=data.get(keys.CA),
        expires=parse_instant(notes.get(keys.EXPIRATION, "")),
        endpoints=read_endpoints(notes),
        created=parse_instant(str(metadata(manifest).get("creationTimestamp"))),
        owner_uids=tuple(str(owner.get("uid") or "") for owner in owner_references(manifest)),
        owner=notes.get(keys.OWNER),
        issuer=parse_location(notes.get(keys.ISSUER)),
        claim=notes.get(keys.CLAIM),
        manager=link_owner(manifest),
        uid=str(metadata(manifest).get("uid") or ""),
        resource_version=str(metadata(manifest).get("resourceVersion") or ""),
        stored=manifest,
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _claim_name(url: str) -> str:
    """Return the name of a claim as its issuing site reads it from the URL."""
    return url.partition("://")[2].partition("?")[0].partition("/")[2].replace("/", "")


def link_data(manifest: Mapping[str, Any]) -> Mapping[str, bytes]:
    """Return what a link Secret holds; nothing of it if it can't be read."""
    try:
        return secret_data(manifest)
    except ValueError:
        return {}


def _url(notes: Mapping[str, str]) -> str:
    if notes.get("inter-router-host"):
        return "amqps://{}:{}".format(notes["inter-router-host"], notes.get("inter-router-port", ""))
    return notes.get(keys.URL, "")
