# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a revocation reads and writes: site CA, server certificate and the router's Deployment (client/revoke_all.go)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from .._model.revocation import AuthorityNotes, Rollout, RouterPod, ServerCertificate
from .._model.secret import SecretBytes
from . import v1_keys as keys
from .manifest import (
    Manifest,
    created,
    encode_data,
    mapping,
    metadata,
    name_of,
    notes_of,
    secret_data,
    sequence,
    written,
)

# So many ids of revocations are remembered; an annotation must not grow for ever.
_REMEMBERED = 200
_OVER = ("Succeeded", "Failed")


def read_authority_notes(manifest: Mapping[str, Any]) -> AuthorityNotes:
    """Read Secret skupper-site-ca without its key."""
    notes = notes_of(manifest)
    return AuthorityNotes(
        certificate=_certificate(manifest),
        written=written(manifest, keys.CERTIFICATE),
        authority=notes.get(keys.AUTHORITY),
        former=notes.get(keys.FORMER_AUTHORITY),
        revocations=_texts(notes.get(keys.REVOCATIONS)),
        evicted=read_evicted(manifest),
        resource_version=_version(manifest),
    )


def read_evicted(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The ids of evicted sites that Secret skupper-site-ca tells of."""
    return _texts(notes_of(manifest).get(keys.EVICTED))


def read_server(manifest: Mapping[str, Any]) -> ServerCertificate:
    """Read Secret skupper-site-server without its key."""
    return ServerCertificate(_certificate(manifest), written(manifest, keys.CERTIFICATE), _version(manifest))


def _certificate(manifest: Mapping[str, Any]) -> bytes:
    try:
        return secret_data(manifest).get(keys.CERTIFICATE, b"")
    except ValueError:
        return b""


def _version(manifest: Mapping[str, Any]) -> str:
    return str(metadata(manifest).get("resourceVersion") or "")


def _texts(text: str | None) -> tuple[str, ...]:
    """A JSON list of texts; empty if it is anything else."""
    try:
        return tuple(str(item) for item in sequence(json.loads(text or "[]")))
    except (ValueError, RecursionError):
        return ()


def authority_patch(
    before: AuthorityNotes, certificate: bytes, key: SecretBytes, marks: Mapping[str, str | None]
) -> Manifest:
    """A merge patch that replaces the CA and what is noted of it at once, valid only for the version that was read."""
    return {
        "metadata": {"resourceVersion": before.resource_version, "annotations": dict(marks)},
        "data": encode_data({keys.CERTIFICATE: certificate, keys.KEY: key.value}),
    }


def authority_marks(
    before: AuthorityNotes, fingerprint: str, former: str | None, revocation: str | None, evicted: Iterable[str]
) -> dict[str, str | None]:
    """What is noted of a new CA."""
    known = [each for each in before.revocations if each != revocation]
    ids = [*known, *([revocation] if revocation is not None else [])][-_REMEMBERED:]
    return {
        keys.AUTHORITY: fingerprint,
        keys.FORMER_AUTHORITY: former,
        keys.REVOCATIONS: _list(ids),
        keys.EVICTED: _list(evicted),
    }


def adoption_patch(before: AuthorityNotes, fingerprint: str) -> Manifest:
    """A merge patch that notes a CA of another tool's as one whose revocation is being finished."""
    notes = {keys.AUTHORITY: fingerprint, keys.FORMER_AUTHORITY: None}
    return {"metadata": {"resourceVersion": before.resource_version, "annotations": notes}}


def lists_patch(before: AuthorityNotes, evicted: Iterable[str], revocations: Iterable[str]) -> Manifest:
    """A merge patch that notes which sites are evicted, and which revocations are done."""
    notes = {keys.EVICTED: _list(evicted), keys.REVOCATIONS: _list(revocations)}
    return {"metadata": {"resourceVersion": before.resource_version, "annotations": notes}}


def _list(texts: Iterable[str]) -> str | None:
    found = list(texts)
    return json.dumps(found) if found else None


def server_patch(before: ServerCertificate, certificate: bytes, key: SecretBytes, ca: bytes) -> Manifest:
    """A merge patch that replaces the server certificate, valid only for the version that was read."""
    return {
        "metadata": {"resourceVersion": before.resource_version},
        "data": encode_data({keys.CERTIFICATE: certificate, keys.KEY: key.value, keys.CA: ca}),
    }


def restart_patch(fingerprint: str, now: datetime) -> Manifest:
    """A merge patch that restarts the router as Skupper's command line does, and says for which CA."""
    notes = {keys.UPDATED: format_datetime(now), keys.AUTHORITY: fingerprint}
    return {"spec": {"template": {"metadata": {"annotations": notes}}}}


def read_rollout(deployment: Mapping[str, Any], pods: Sequence[Mapping[str, Any]]) -> Rollout:
    """Read the router's Deployment and the pods that still run."""
    running = [pod for pod in pods if mapping(pod.get("status")).get("phase") not in _OVER]
    template = mapping(mapping(deployment.get("spec")).get("template"))
    return Rollout(
        authority=notes_of(template).get(keys.AUTHORITY),
        lack=_rollout_lack(deployment),
        pods=tuple(RouterPod(name_of(pod), notes_of(pod).get(keys.AUTHORITY), created(pod)) for pod in running),
    )


def _rollout_lack(deployment: Mapping[str, Any]) -> str:
    """What ``kubectl rollout status`` would wait for; "" for nothing."""
    status = mapping(deployment.get("status"))
    wanted = mapping(deployment.get("spec")).get("replicas", 1)
    if int(status.get("observedGeneration") or 0) < int(metadata(deployment).get("generation") or 0):
        return "the Deployment's new template has not been taken up"
    for field, what in (("updatedReplicas", "updated"), ("readyReplicas", "ready")):
        if int(status.get(field) or 0) != wanted:
            return f"{status.get(field) or 0} of {wanted} routers are {what}"
    if int(status.get("replicas") or 0) != wanted:
        return "former routers still run"
    return ""
