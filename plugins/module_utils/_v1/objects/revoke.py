# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a revocation reads and writes: site CA, server certificate and the router's Deployment (client/revoke_all.go)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from itertools import accumulate
from typing import Any

from ..._model.authority import MOST_CLAIMS, AuthorityNotes, Record, Rollout, RouterPod, ServerCertificate
from ..._model.instant import format_instant, parse_date, parse_instant
from ..._model.secret import SecretBytes
from . import keys
from .location import read_evicted, read_evicted_locations
from .managed import owner_of
from .manifest import (
    Manifest,
    created,
    encode_data,
    integer,
    label,
    mapping,
    metadata,
    name_of,
    notes_of,
    secret_data,
    sequence,
)
from .writes import writer, written

# So many revocations are remembered, in so many characters: the API server takes 256 KiB for all annotations of an object.
_REMEMBERED = 200
_LONGEST = 128 * 1024
_OVER = ("Succeeded", "Failed")
# What the router starts with of Secret skupper-site-server.
_SERVED = (keys.CERTIFICATE, keys.KEY, keys.CA)


def read_authority_notes(manifest: Mapping[str, Any]) -> AuthorityNotes:
    """Read Secret skupper-site-ca without its key."""
    notes = notes_of(manifest)
    return AuthorityNotes(
        certificate=_data(manifest, keys.CERTIFICATE),
        written=written(manifest, keys.CERTIFICATE),
        writer=writer(manifest, keys.CERTIFICATE),
        authority=notes.get(keys.AUTHORITY),
        former=notes.get(keys.FORMER_AUTHORITY),
        records=_records(notes.get(keys.REVOCATIONS)),
        evicted=read_evicted(manifest),
        evicted_locations=read_evicted_locations(manifest),
        redeemed=parse_instant(notes.get(keys.REDEEMED) or ""),
        owner=owner_of(manifest, keys.CERTIFICATE, keys.KEY),
        resource_version=_version(manifest),
        kept_in=_title(manifest),
    )


def read_server(manifest: Mapping[str, Any]) -> ServerCertificate:
    """Read Secret skupper-site-server without its key."""
    return ServerCertificate(
        certificate=_data(manifest, keys.CERTIFICATE),
        ca=_data(manifest, keys.CA),
        written=written(manifest, *_SERVED),
        writer=writer(manifest, *_SERVED),
        trust_writer=writer(manifest, keys.CA),
        owner=owner_of(manifest, *_SERVED),
        resource_version=_version(manifest),
        kept_in=_title(manifest),
    )


def _title(manifest: Mapping[str, Any]) -> str:
    return f"Secret {name_of(manifest)}"


def _data(manifest: Mapping[str, Any], key: str) -> bytes:
    try:
        return secret_data(manifest).get(key, b"")
    except ValueError:
        return b""


def _version(manifest: Mapping[str, Any]) -> str:
    return str(metadata(manifest).get("resourceVersion") or "")


def _list(text: str | None) -> list[Any]:
    """Return a JSON list; an empty one if it is anything else."""
    try:
        return sequence(json.loads(text or "[]"))
    except (ValueError, RecursionError):
        return []


def _records(text: str | None) -> tuple[Record, ...]:
    """Read the revocations that are noted; an earlier version noted their names alone."""
    return tuple(Record((str(item),)) if not isinstance(item, dict) else _record(item) for item in _list(text) if item)


def _record(item: Mapping[str, Any]) -> Record:
    return Record(
        names=tuple(str(name) for name in sequence(item.get("names"))),
        at=parse_instant(str(item.get("at"))),
        keys=tuple(str(key) for key in sequence(item.get("keys"))),
        again=str(item.get("again") or ""),
        case=str(item.get("case") or ""),
        claims=tuple(str(digest) for digest in sequence(item.get("claims"))),
        first=parse_instant(str(item.get("first"))),
    )


def _noted(record: Record) -> Any:
    if record.at is None:
        return record.names[0] if record.names else ""
    noted = {"names": list(record.names), "at": format_instant(record.at), "keys": list(record.keys)}
    first = None if record.first is None else format_instant(record.first)
    more = {"again": record.again, "case": record.case, "claims": list(record.claims), "first": first}
    return {**noted, **{key: value for key, value in more.items() if value}}


def authority_patch(
    before: AuthorityNotes, certificate: bytes, key: SecretBytes, marks: Mapping[str, str | None]
) -> Manifest:
    """Return a merge patch that replaces the CA and what is noted of it at once, valid only for the version that was read."""
    return {
        "metadata": {"resourceVersion": before.resource_version, "annotations": dict(marks)},
        "data": encode_data({keys.CERTIFICATE: certificate, keys.KEY: key.value}),
    }


def stored_certificate(manifest: Mapping[str, Any]) -> bytes:
    """Return the certificate that an API server says it has stored in a Secret, b"" if it does not say."""
    return _data(manifest, keys.CERTIFICATE)


def authority_marks(notes: AuthorityNotes) -> dict[str, str | None]:
    """Return what is noted of a CA that this collection wrote or adopted, beside the lists."""
    return {keys.AUTHORITY: notes.authority, keys.FORMER_AUTHORITY: notes.former, **list_marks(notes)}


def list_marks(notes: AuthorityNotes) -> dict[str, str | None]:
    """Return what is noted with any CA: revocations, evicted sites, and the latest removal of a redeemed claim."""
    return {
        keys.REVOCATIONS: _text(_latest([_noted(record) for record in _remembered(notes.records)])),
        keys.EVICTED: _text(list(notes.evicted)),
        keys.EVICTED_LOCATIONS: _text([location.view() for location in notes.evicted_locations]),
        keys.REDEEMED: None if notes.redeemed is None else format_instant(notes.redeemed),
    }


def _remembered(records: tuple[Record, ...]) -> list[Record]:
    """Return the latest revocations, and with them the claims of the latest: keys are not to be forgotten for these."""
    kept: list[Record] = []
    left = MOST_CLAIMS
    for record in reversed(records[-_REMEMBERED:]):
        kept.insert(0, replace(record, claims=record.claims[:left]))
        left -= len(kept[0].claims)
    return kept


def _latest(items: list[Any]) -> list[Any]:
    """Return the latest items that an annotation can hold, and the very latest in any case."""
    sizes = accumulate(len(json.dumps(item)) for item in reversed(items))
    fitting = sum(size <= _LONGEST for size in sizes)
    return items[-max(fitting, 1) :]


def notes_patch(before: AuthorityNotes, marks: Mapping[str, str | None]) -> Manifest:
    """Return a merge patch that changes nothing but notes, valid only for the version that was read."""
    return {"metadata": {"resourceVersion": before.resource_version, "annotations": dict(marks)}}


def _text(items: list[Any]) -> str | None:
    return json.dumps(items) if items else None


def server_patch(before: ServerCertificate, certificate: bytes, key: SecretBytes, ca: bytes) -> Manifest:
    """Return a merge patch that replaces the server certificate, valid only for the version that was read."""
    return {
        "metadata": {"resourceVersion": before.resource_version},
        "data": encode_data({keys.CERTIFICATE: certificate, keys.KEY: key.value, keys.CA: ca}),
    }


def restart_patch(fingerprint: str, now: datetime) -> Manifest:
    """Return a merge patch that restarts the router as Skupper's command line does, and says for which CA."""
    notes = {keys.UPDATED: format_datetime(now), keys.AUTHORITY: fingerprint}
    return {"spec": {"template": {"metadata": {"annotations": notes}}}}


def read_rollout(deployment: Mapping[str, Any], pods: Sequence[Mapping[str, Any]]) -> Rollout:
    """Read the router's Deployment and the pods that have not ended, retired ones among them."""
    running = [pod for pod in pods if mapping(pod.get("status")).get("phase") not in _OVER]
    template = mapping(mapping(deployment.get("spec")).get("template"))
    return Rollout(
        authority=notes_of(template).get(keys.AUTHORITY),
        lack=_rollout_lack(deployment),
        pods=tuple(RouterPod(name_of(pod), created(pod), _leaves(pod)) for pod in running),
        restarted=parse_date(notes_of(template).get(keys.UPDATED)),
    )


def _leaves(pod: Mapping[str, Any]) -> str:
    if metadata(pod).get("deletionTimestamp"):
        return "it is ending"
    return "it is retired" if label(pod, keys.COMPONENT) == keys.RETIRING else ""


def _rollout_lack(deployment: Mapping[str, Any]) -> str:
    """Return what ``kubectl rollout status`` would wait for; "" for nothing."""
    status, spec = mapping(deployment.get("status")), mapping(deployment.get("spec"))
    wanted = _count(spec, "replicas") if "replicas" in spec else 1
    if _count(status, "observedGeneration") < _count(metadata(deployment), "generation"):
        return "the Deployment's new template has not been taken up"
    for field, what in (("updatedReplicas", "updated"), ("readyReplicas", "ready")):
        if _count(status, field) != wanted:
            return f"{_count(status, field)} of {wanted} routers are {what}"
    if _count(status, "replicas") != wanted:
        return "former routers still run"
    return ""


def _count(holder: Mapping[str, Any], field: str) -> int:
    return integer(str(holder.get(field))) or 0
