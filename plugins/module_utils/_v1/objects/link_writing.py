# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write link Secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._model.link import Link
from ..._model.new_link import NewLink
from ..._model.token import CertToken
from . import keys
from .link import link_data
from .location import write_location
from .managed import foreign_owners
from .manifest import Manifest, encode_data, mapping, metadata, notes_of
from .token import token_parts

_OURS = ("skupper.io/", "internal.skupper.io/", "sitemesh.skupper/")


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
    """Return those labels or annotations that are neither Skupper's nor this collection's."""
    return {key: value for key, value in entries.items() if not key.startswith(_OURS) and key not in keys.ENDPOINT_KEYS}


def _other_owners(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the owner references of others. To block a deletion takes a right that only the one who set it surely has."""
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
    return keys.URL in notes or link_data(manifest).get(keys.CERTIFICATE) == link_data(wanted).get(keys.CERTIFICATE)


def park_patch(link: Link, cost: int) -> Manifest:
    """Return a merge patch that hides a link from the controllers and notes the cost to restore."""
    return _relabel(link, keys.TYPE_PARKED, cost)


def unpark_patch(link: Link, cost: int) -> Manifest:
    """Return a merge patch that shows a parked link to the controllers again."""
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
    """Return a merge patch that notes that the claim record of a link has been removed."""
    return {"metadata": {"annotations": {keys.CLAIM: None}}}
