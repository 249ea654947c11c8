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
from ..._model.new_link import NewLink
from ..._model.token import CertToken
from ..rules.redemption import redemption
from . import keys
from .location import parse_location, write_location
from .managed import foreign_owners, link_owner
from .manifest import (
    Manifest,
    encode_data,
    integer,
    label,
    mapping,
    metadata,
    name_of,
    notes_of,
    owner_references,
    secret_data,
    truth,
)
from .token import read_endpoints, token_parts

_OURS = ("skupper.io/", "internal.skupper.io/", "sitemesh.skupper/")
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
    data = _data(manifest)
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
    """The name of a claim as its issuing site reads it from the URL."""
    return url.partition("://")[2].partition("?")[0].partition("/")[2].replace("/", "")


def _data(manifest: Mapping[str, Any]) -> Mapping[str, bytes]:
    try:
        return secret_data(manifest)
    except ValueError:
        return {}


def _url(notes: Mapping[str, str]) -> str:
    if notes.get("inter-router-host"):
        return "amqps://{}:{}".format(notes["inter-router-host"], notes.get("inter-router-port", ""))
    return notes.get(keys.URL, "")


def write_link(new: NewLink) -> Manifest:
    """Return the link Secret made from a token.

    Owner references that came with the token name objects of another cluster, for which the garbage collector would delete
    the Secret. It gets those of its own site.
    """
    former = {} if new.former is None else new.former.stored
    labels, notes, data = token_parts(new.token)
    notes[keys.COST] = str(new.cost)
    notes[keys.OWNER] = new.owner
    if new.claim is not None:
        notes[keys.CLAIM] = new.claim
    if new.issuer is not None:
        notes[keys.ISSUER] = write_location(new.issuer)
    manifest: Manifest = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": new.name,
            "labels": {**_foreign(mapping(metadata(former).get("labels"))), **labels},
            "annotations": {**_foreign(notes_of(former)), **notes},
            "ownerReferences": [
                {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "name": new.anchor.name,
                    "uid": new.anchor.uid,
                },
                *_other_owners(former),
            ],
        },
        "data": encode_data(data),
    }
    if isinstance(new.token, CertToken):
        manifest["type"] = "kubernetes.io/tls"
    return manifest


def _foreign(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Those labels or annotations that are neither Skupper's nor this collection's."""
    return {key: value for key, value in entries.items() if not key.startswith(_OURS) and key not in keys.ENDPOINT_KEYS}


def _other_owners(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The owner references of others; that they hold up a deletion takes a right which only their maker surely has."""
    owners = foreign_owners(manifest)
    return [{key: value for key, value in owner.items() if key != "blockOwnerDeletion"} for owner in owners]


def same_again(manifest: Mapping[str, Any]) -> Manifest:
    """Return a Secret that was deleted, to be made again as it was."""
    kept = ("name", "labels", "annotations", "ownerReferences")
    fields = {key: metadata(manifest)[key] for key in kept if metadata(manifest).get(key)}
    parts = {key: manifest[key] for key in ("type", "data", "immutable") if manifest.get(key) is not None}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": fields, **parts}


def is_made_from(manifest: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Return whether a link Secret is the one that was to be made, as its controllers may have changed it since.

    They redeem its claim, which replaces the data and leaves the claim's URL.
    """
    found, notes = notes_of(manifest), notes_of(wanted)
    if any(found.get(key) != notes.get(key) for key in (keys.OWNER, keys.COST, keys.URL)):
        return False
    return keys.URL in notes or _data(manifest).get(keys.CERTIFICATE) == _data(wanted).get(keys.CERTIFICATE)


def park_patch(link: Link, cost: int) -> Manifest:
    """A merge patch that hides a link from the controllers and notes the cost it is to come back with."""
    return _relabel(link, keys.TYPE_PARKED, cost)


def unpark_patch(link: Link, cost: int) -> Manifest:
    """A merge patch that shows a parked link to the controllers again."""
    return _relabel(link, keys.TYPE_CERT, cost)


def _relabel(link: Link, kind: str, cost: int) -> Manifest:
    return {
        "metadata": {
            "resourceVersion": link.resource_version,
            "labels": {keys.TYPE: kind},
            "annotations": {keys.COST: str(cost)},
        }
    }


def forget_claim_patch() -> Manifest:
    """A merge patch that notes that the claim record of a link has been removed."""
    return {"metadata": {"annotations": {keys.CLAIM: None}}}
