# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Token documents: the Secrets that travel from the issuing to the linking site (pkg/domain/token.go)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._model.encoding import is_vaulted
from ..._model.errors import Failure
from ..._model.instant import format_instant, parse_instant
from ..._model.reasons import Reason
from ..._model.secret import SecretBytes
from ..._model.site import Service
from ..._model.token import CertToken, ClaimToken, PlaceholderToken, Token
from . import keys
from .endpoint_notes import endpoint_notes, read_endpoints
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
    sequence,
    truth,
)


def _malformed(why: str) -> Failure:
    return Failure(Reason.TOKEN_MALFORMED, f"This is no Skupper token: {why}.")


def read_token(document: Any) -> Token:
    """Read a token document of Skupper 0.8 to 1.9; raises Failure(token_malformed, token_unsupported)."""
    if isinstance(document, str) and is_vaulted(document):
        raise _malformed(
            "it is encrypted with Ansible Vault, decrypt it or give what lookup ansible.builtin.unvault makes of it"
        )
    if not isinstance(document, dict):
        raise _malformed("it should be one YAML document, a Secret")
    if is_foreign(document):
        raise _made_by_v2(document)
    if document.get("kind") not in ("Secret", None):
        raise _malformed("its kind should be Secret")
    try:
        data = secret_data(document)
    except ValueError as error:
        raise _malformed(str(error)) from None
    notes = notes_of(document)
    if truth(notes.get(keys.PLACEHOLDER)):
        return PlaceholderToken(name_of(document), _author(notes))
    kind = label(document, keys.TYPE) or _deduce(notes, data)
    if kind == keys.TYPE_CLAIM:
        return _read_claim(document, notes, data)
    if kind == keys.TYPE_CERT:
        return _read_cert(document, notes, data)
    raise _malformed(f"label {keys.TYPE} should be {keys.TYPE_CLAIM} or {keys.TYPE_CERT}")


def is_foreign(document: Any) -> bool:
    """Return whether a document of unknown shape is one of another generation of Skupper."""
    return str(mapping(document).get("apiVersion")).startswith("skupper.io/v2")


def _made_by_v2(document: Mapping[str, Any]) -> Failure:
    return Failure(
        Reason.TOKEN_UNSUPPORTED,
        "This token ({} of {}) was made by Skupper v2, the site it should be used on runs Skupper v1: "
        "make a token on a v1 site.".format(document.get("kind") or "object", document.get("apiVersion")),
    )


def _deduce(notes: Mapping[str, str], data: Mapping[str, bytes]) -> str:
    """Return the kind of a token without the label, recognized by its content as Skupper's command line does."""
    if keys.CERTIFICATE in data:
        return keys.TYPE_CERT
    return keys.TYPE_CLAIM if keys.URL in notes else ""


def _author(notes: Mapping[str, str]) -> str:
    author = notes.get(keys.GENERATED_BY)
    if not author:
        raise _malformed(f"annotation {keys.GENERATED_BY}, the id of the issuing site, is missing")
    return author


def _demand(data: Mapping[str, bytes], *wanted: str) -> None:
    missing = [key for key in wanted if not data.get(key)]
    if missing:
        raise _malformed("its data has no {}".format(" and no ".join(missing)))


def _read_claim(document: Mapping[str, Any], notes: Mapping[str, str], data: Mapping[str, bytes]) -> ClaimToken:
    if not notes.get(keys.URL):
        raise _malformed(f"annotation {keys.URL}, where to redeem it, is missing")
    _demand(data, keys.PASSWORD)
    return ClaimToken(
        name=name_of(document),
        url=notes[keys.URL],
        password=SecretBytes(data[keys.PASSWORD]),
        ca=data.get(keys.CA, b""),
        site_id=_author(notes),
        site_version=notes.get(keys.VERSION, ""),
        # An unparsable time is only a warning to Skupper's command line; the claim server decides.
        expires=parse_instant(notes.get(keys.EXPIRATION, "")),
        used_up=bool(truth(notes.get(keys.USED_UP))),
        cost=integer(notes.get(keys.COST)),
        owner_references=owner_references(document),
    )


def _read_cert(document: Mapping[str, Any], notes: Mapping[str, str], data: Mapping[str, bytes]) -> CertToken:
    if keys.TEMPLATE in notes:
        raise Failure(
            Reason.TOKEN_UNSUPPORTED,
            "This token was made from a template and carries no certificate of its own: use a claim or a cert token.",
        )
    _demand(data, keys.CERTIFICATE, keys.KEY, keys.CA)
    endpoints = read_endpoints(notes)
    if Service.INTER_ROUTER not in endpoints:
        raise _malformed("annotation inter-router-host, where to connect, is missing")
    return CertToken(
        name=name_of(document),
        site_id=_author(notes),
        site_version=notes.get(keys.VERSION, ""),
        endpoints=endpoints,
        certificate=data[keys.CERTIFICATE],
        key=SecretBytes(data[keys.KEY]),
        ca=data[keys.CA],
        cost=integer(notes.get(keys.COST)),
    )


def write_token(token: Token) -> Manifest:
    """Return the document that is handed over, the same that Skupper's command line would print."""
    if isinstance(token, PlaceholderToken):
        return _document(token.name, {}, {keys.GENERATED_BY: token.site_id, keys.PLACEHOLDER: "true"}, {})
    labels, notes, data = token_parts(token)
    document = _document(token.name, labels, notes, data)
    if isinstance(token, ClaimToken) and token.owner_references:
        document["metadata"]["ownerReferences"] = [dict(owner) for owner in token.owner_references]
    if isinstance(token, ClaimToken) and token.used_up:
        document["metadata"]["annotations"][keys.USED_UP] = "true"
    if isinstance(token, CertToken):
        document["type"] = "kubernetes.io/tls"
    return document


def token_parts(token: ClaimToken | CertToken) -> tuple[dict[str, str], dict[str, str], dict[str, bytes]]:
    """Return labels, annotations and data that a token document and a link made from it have in common."""
    if isinstance(token, CertToken):
        labels, notes, data = _cert_parts(token)
    else:
        labels, notes, data = _claim_parts(token)
    if token.cost is not None:
        notes[keys.COST] = str(token.cost)
    return labels, notes, data


def _claim_parts(token: ClaimToken) -> tuple[dict[str, str], dict[str, str], dict[str, bytes]]:
    notes = {keys.GENERATED_BY: token.site_id, keys.VERSION: token.site_version, keys.URL: token.url}
    if token.expires is not None:
        notes[keys.EXPIRATION] = format_instant(token.expires)
    data = {keys.PASSWORD: token.password.value}
    if token.ca:
        data[keys.CA] = token.ca
    return {keys.TYPE: keys.TYPE_CLAIM}, notes, data


def _cert_parts(token: CertToken) -> tuple[dict[str, str], dict[str, str], dict[str, bytes]]:
    notes = {keys.GENERATED_BY: token.site_id, keys.VERSION: token.site_version}
    notes.update(endpoint_notes(token.endpoints))
    data = {keys.CERTIFICATE: token.certificate, keys.KEY: token.key.value, keys.CA: token.ca}
    return {keys.TYPE: keys.TYPE_CERT}, notes, data


def _document(name: str, labels: dict[str, str], notes: dict[str, str], data: dict[str, bytes]) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": name,
            "creationTimestamp": None,
            "labels": labels,
            "annotations": notes,
        },
        "data": encode_data(data),
    }


def secrets_of(document: Any) -> list[str]:
    """Return every spelling of every secret in a document of unknown shape, for masking. Never fail."""
    found: list[str] = []
    for part in sequence(document) or [document]:
        for field in ("data", "stringData"):
            for key, text in mapping(mapping(part).get(field)).items():
                if key not in (keys.CERTIFICATE, keys.CA) and text:
                    found.extend(_spellings(str(text)))
    return found


def _spellings(text: str) -> list[str]:
    try:
        decoded: bytes | None = secret_data({"data": {"x": text}})["x"]
    except ValueError:
        decoded = None
    return [text] if decoded is None else [text, *SecretBytes(decoded).spellings()]


def document_name(document: Any) -> str:
    """Return the name in a document of unknown shape, for messages."""
    return str(mapping(metadata(mapping(document))).get("name") or "")
