# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Token documents of every shape."""

from __future__ import annotations

import base64
import copy
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.instant import parse_instant
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Endpoint, Service
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import (
    CertToken,
    ClaimToken,
    PlaceholderToken,
    Token,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.token import (
    document_name,
    read_token,
    secrets_of,
    write_token,
)
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.support import recorded
from tests.unit.support.json_values import anything, damaged
from tests.unit.support.outcomes import attempt, failure_of

Document = dict[str, Any]

PASSWORD = b"abcdefghijklmnopqrstuvwx"
ANNOTATIONS = ("metadata", "annotations")


def changed(name: str, *changes: tuple[str, Any]) -> Document:
    """A recorded token with values at dotted places replaced; None takes the key away."""
    document = recorded.document(f"tokens/{name}")
    for place, value in changes:
        *way, last = place.split("|")
        inner = document
        for key in way:
            inner = inner[key]
        if value is None:
            inner.pop(last, None)
        else:
            inner[last] = value
    return document


def claim(*changes: tuple[str, Any]) -> Document:
    """The recorded claim token, changed."""
    return changed("claim", *changes)


def cert(*changes: tuple[str, Any]) -> Document:
    """The recorded cert token, changed."""
    return changed("cert", *changes)


def read_claim(document: Document) -> ClaimToken:
    """Read a token that must be a claim."""
    token = read_token(document)
    assert isinstance(token, ClaimToken)
    return token


def read_cert(document: Document) -> CertToken:
    """Read a token that must be a certificate."""
    token = read_token(document)
    assert isinstance(token, CertToken)
    return token


def test_claim() -> None:
    """Every field of a claim token, as Skupper's command line prints it."""
    token = read_claim(claim())
    document = claim()
    assert token == ClaimToken(
        name="claim",
        url="https://203.0.113.7:8081/claim",
        password=SecretBytes(PASSWORD),
        ca=base64.b64decode(recorded.document("west/skupper-site-ca")["data"]["tls.crt"]),
        site_id=recorded.WEST,
        site_version="1.9.6",
        expires=parse_instant(document["metadata"]["annotations"]["skupper.io/claim-expiration"]),
        used_up=False,
        cost=None,
        owner_references=({"apiVersion": "v1", "kind": "ConfigMap", "name": "skupper-site", "uid": recorded.WEST},),
    )
    assert token.expires is not None


def test_cert() -> None:
    """Every field of a cert token, as Skupper's command line prints it."""
    document = cert()
    data = {key: base64.b64decode(text) for key, text in document["data"].items()}
    assert read_cert(document) == CertToken(
        name="cert",
        site_id=recorded.WEST,
        site_version="1.9.6",
        endpoints={
            Service.INTER_ROUTER: Endpoint("203.0.113.7", 55671),
            Service.EDGE: Endpoint("203.0.113.7", 45671),
        },
        certificate=data["tls.crt"],
        key=SecretBytes(data["tls.key"]),
        ca=data["ca.crt"],
    )


@pytest.mark.parametrize("name", ["claim", "claim-many", "claim-forever", "claim-negative", "cert"])
def test_is_written_as_skupper_writes_it(name: str) -> None:
    """Reading and writing gives the recorded document back, field for field."""
    document = recorded.document(f"tokens/{name}")
    assert write_token(read_token(document)) == document


ANNOTATION = "metadata|annotations|"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(claim(("metadata|labels", None)), {}, id="no labels: told by its content"),
        pytest.param(claim(("metadata|labels|skupper.io/type", None)), {}, id="other labels only"),
        pytest.param(claim(("kind", None), ("apiVersion", None)), {}, id="bare"),
        pytest.param(claim(("metadata|ownerReferences", None)), {"owner_references": ()}, id="no owners"),
        pytest.param(claim(("data|ca.crt", None)), {"ca": b""}, id="no CA: system roots"),
        pytest.param(claim((ANNOTATION + "skupper.io/site-version", None)), {"site_version": ""}, id="0.8: no version"),
        pytest.param(claim((ANNOTATION + "skupper.io/site-version", "0.8.7")), {"site_version": "0.8.7"}, id="0.8"),
        pytest.param(claim((ANNOTATION + "skupper.io/site-version", "1.0.0")), {"site_version": "1.0.0"}, id="1.0"),
        pytest.param(claim((ANNOTATION + "skupper.io/site-version", "1.9.6-rh-1")), {}, id="downstream"),
        pytest.param(claim((ANNOTATION + "skupper.io/claim-expiration", None)), {"expires": None}, id="never expires"),
        pytest.param(
            claim((ANNOTATION + "skupper.io/claim-expiration", "tomorrow")),
            {"expires": None},
            id="unreadable expiration",
        ),
        pytest.param(
            claim((ANNOTATION + "skupper.io/claim-expiration", "2026-01-31T10:00:00+01:00")),
            {"expires": parse_instant("2026-01-31T09:00:00Z")},
            id="expiration with an offset",
        ),
        pytest.param(claim((ANNOTATION + "skupper.io/cost", "7")), {"cost": 7}, id="cost in the file"),
        pytest.param(claim((ANNOTATION + "skupper.io/cost", "cheap")), {"cost": None}, id="unreadable cost"),
        pytest.param(
            claim(("stringData", {"password": "plain"})), {"password": SecretBytes(b"plain")}, id="stringData wins"
        ),
        pytest.param(
            claim(("data", None), ("stringData", {"password": "plain"})),
            {"password": SecretBytes(b"plain"), "ca": b""},
            id="stringData alone",
        ),
        pytest.param(
            claim(("data|password", base64.b64encode(b"\xff\x00").decode())),
            {"password": SecretBytes(b"\xff\x00")},
            id="password of any bytes",
        ),
        pytest.param(claim(("type", "Opaque"), ("metadata|namespace", "west")), {}, id="copied from a cluster"),
        pytest.param(claim(("metadata|name", "by-hand")), {"name": "by-hand"}, id="renamed"),
    ],
)
def test_claim_variants(document: Document, expected: dict[str, Any]) -> None:
    """Claims of other versions, and such as people edited, are read for what they say."""
    token = read_claim(document)
    assert {key: getattr(token, key) for key in expected} == expected
    assert token.site_id == recorded.WEST
    assert token.url == "https://203.0.113.7:8081/claim"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(cert(("metadata|labels", None)), {}, id="no label: told by its content"),
        pytest.param(cert(("type", None)), {}, id="no type"),
        pytest.param(cert((ANNOTATION + "skupper.io/site-version", None)), {"site_version": ""}, id="0.8: no version"),
        pytest.param(
            cert((ANNOTATION + "edge-host", None), (ANNOTATION + "edge-port", None)),
            {"endpoints": {Service.INTER_ROUTER: Endpoint("203.0.113.7", 55671)}},
            id="podman: one endpoint",
        ),
        pytest.param(
            cert((ANNOTATION + "inter-router-port", 55671)),
            {"endpoints": read_cert(cert()).endpoints},
            id="port as a number",
        ),
        pytest.param(cert((ANNOTATION + "skupper.io/cost", "3")), {"cost": 3}, id="cost in the file"),
        pytest.param(cert(("data|connect.json", "e30=")), {}, id="more data"),
    ],
)
def test_cert_variants(document: Document, expected: dict[str, Any]) -> None:
    """Cert tokens of other versions and of podman sites."""
    token = read_cert(document)
    assert {key: getattr(token, key) for key in expected} == expected
    assert token.site_id == recorded.WEST


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_c8_data_with_line_ends(end: str) -> None:
    """As the API server takes it: YAML's blocks end with one, and `base64` wraps its lines."""
    plain = claim()
    text = plain["data"]["password"]
    wrapped = claim(("data|password", f"{text[:8]}{end}{text[8:]}{end}"))
    assert read_claim(wrapped).password == read_claim(plain).password
    assert {text, f"{text[:8]}{end}{text[8:]}{end}"} <= set(secrets_of(wrapped))


def test_redeemed_link_is_no_claim() -> None:
    """A link that was made from a claim keeps its URL; the label tells that it holds a certificate by now."""
    assert isinstance(read_token(recorded.document("links/redeemed")), CertToken)


V2 = {
    "apiVersion": "skupper.io/v2alpha1",
    "kind": "AccessToken",
    "metadata": {"name": "t"},
    "spec": {"url": "https://203.0.113.7:9090/t", "code": "code", "ca": "ca"},
}


@pytest.mark.parametrize(
    ("document", "reason", "words"),
    [
        pytest.param(None, Reason.TOKEN_MALFORMED, "one YAML document", id="nothing"),
        pytest.param("text", Reason.TOKEN_MALFORMED, "one YAML document", id="text"),
        pytest.param([], Reason.TOKEN_MALFORMED, "one YAML document", id="no document"),
        pytest.param([claim(), claim()], Reason.TOKEN_MALFORMED, "one YAML document", id="two documents"),
        pytest.param({}, Reason.TOKEN_MALFORMED, "skupper.io/type", id="empty"),
        pytest.param(V2, Reason.TOKEN_UNSUPPORTED, "AccessToken of skupper.io/v2alpha1", id="v2 token"),
        pytest.param({**V2, "kind": "Link"}, Reason.TOKEN_UNSUPPORTED, "Skupper v2", id="v2 link"),
        pytest.param({**V2, "kind": None}, Reason.TOKEN_UNSUPPORTED, "Skupper v2", id="v2 without kind"),
        pytest.param(claim(("kind", "ConfigMap")), Reason.TOKEN_MALFORMED, "kind should be Secret", id="kind"),
        pytest.param(claim(("metadata", None)), Reason.TOKEN_MALFORMED, "skupper.io/type", id="no metadata"),
        pytest.param(
            claim(("metadata|annotations", None)), Reason.TOKEN_MALFORMED, "skupper.io/url", id="no annotations"
        ),
        pytest.param(
            claim(("metadata|labels|skupper.io/type", "token-claim-record")),
            Reason.TOKEN_MALFORMED,
            "skupper.io/type",
            id="claim record",
        ),
        pytest.param(
            claim(("metadata|labels|skupper.io/type", "gateway-connection-token")),
            Reason.TOKEN_MALFORMED,
            "skupper.io/type",
            id="gateway",
        ),
        pytest.param(
            claim(("metadata|labels|skupper.io/type", "connection-token")),
            Reason.TOKEN_MALFORMED,
            "no tls.crt and no tls.key",
            id="label of the other kind",
        ),
        pytest.param(
            claim((ANNOTATION + "skupper.io/url", None)), Reason.TOKEN_MALFORMED, "skupper.io/url", id="no url"
        ),
        pytest.param(
            claim((ANNOTATION + "skupper.io/url", "")), Reason.TOKEN_MALFORMED, "skupper.io/url", id="empty url"
        ),
        pytest.param(
            claim((ANNOTATION + "skupper.io/generated-by", None)),
            Reason.TOKEN_MALFORMED,
            "skupper.io/generated-by",
            id="no author",
        ),
        pytest.param(claim(("data", None)), Reason.TOKEN_MALFORMED, "no password", id="no data"),
        pytest.param(claim(("data|password", None)), Reason.TOKEN_MALFORMED, "no password", id="no password"),
        pytest.param(claim(("data|password", "")), Reason.TOKEN_MALFORMED, "no password", id="empty password"),
        pytest.param(
            claim(("data|password", "%%%%")), Reason.TOKEN_MALFORMED, "password is not base64", id="not base64"
        ),
        pytest.param(
            "$ANSIBLE_VAULT;1.1;AES256 3834", Reason.TOKEN_MALFORMED, "encrypted with Ansible Vault", id="c8 vault"
        ),
        pytest.param(claim(("data|password", "abcde")), Reason.TOKEN_MALFORMED, "password is not base64", id="padding"),
        pytest.param(cert(("data|tls.key", None)), Reason.TOKEN_MALFORMED, "no tls.key", id="no key"),
        pytest.param(cert(("data|tls.crt", None)), Reason.TOKEN_MALFORMED, "no tls.crt", id="no certificate"),
        pytest.param(cert(("data|ca.crt", None)), Reason.TOKEN_MALFORMED, "no ca.crt", id="no CA"),
        pytest.param(
            cert((ANNOTATION + "inter-router-host", None)), Reason.TOKEN_MALFORMED, "inter-router-host", id="no host"
        ),
        pytest.param(
            cert((ANNOTATION + "inter-router-host", "")), Reason.TOKEN_MALFORMED, "inter-router-host", id="empty host"
        ),
        pytest.param(
            cert((ANNOTATION + "skupper.io/generated-by", None)),
            Reason.TOKEN_MALFORMED,
            "skupper.io/generated-by",
            id="cert without author",
        ),
    ],
)
def test_refused(document: Any, reason: Reason, words: str) -> None:
    """Each refusal says what is wrong, and quotes no secret."""
    message = failure_of(lambda: read_token(document), reason).message
    assert words in message
    assert not any(secret in message for secret in secrets_of(document) if len(secret) > 4)


def test_template_token() -> None:
    """A token made from a template (a hidden option of Skupper's command line) is well-formed, though not supported."""
    document = recorded.document("tokens/cert-template")
    assert "template" in failure_of(lambda: read_token(document), Reason.TOKEN_UNSUPPORTED).message


PLACEHOLDER = PlaceholderToken("for-east", recorded.WEST)


def test_placeholder() -> None:
    """What check mode returns in place of a token holds no secret and is read back."""
    document = write_token(PLACEHOLDER)
    assert read_token(document) == PLACEHOLDER
    assert document["data"] == {}
    assert document["metadata"]["name"] == "for-east"


versions = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
ids = st.uuids().map(str)
costs = st.none() | st.integers(0, 2**31 - 1)
claims = st.builds(
    ClaimToken,
    name=st.text(max_size=10),
    url=st.text(min_size=1, max_size=30),
    password=st.binary(min_size=1, max_size=30).map(SecretBytes),
    ca=st.binary(max_size=30),
    site_id=ids,
    site_version=versions,
    expires=st.none() | st.integers(1, 253402300799).map(lambda s: datetime.fromtimestamp(s, timezone.utc)),
    used_up=st.booleans(),
    cost=costs,
    owner_references=st.lists(st.dictionaries(st.text(min_size=1), st.text(), min_size=1), max_size=2).map(tuple),
)
endpoints = st.builds(Endpoint, st.text(min_size=1), st.integers(0, 65535))
certs = st.builds(
    CertToken,
    name=st.text(max_size=10),
    site_id=ids,
    site_version=versions,
    endpoints=st.fixed_dictionaries({Service.INTER_ROUTER: endpoints}, optional={Service.EDGE: endpoints}),
    certificate=st.binary(min_size=1),
    key=st.binary(min_size=1).map(SecretBytes),
    ca=st.binary(min_size=1),
    cost=costs,
)
placeholders = st.builds(PlaceholderToken, st.text(max_size=10), ids)


@given(st.one_of(claims, certs, placeholders))
def test_round_trip(token: Token) -> None:
    """Every token is read back as it was."""
    assert read_token(write_token(token)) == token


@given(st.one_of(claims, certs, placeholders))
def test_round_trip_of_the_document(token: Token) -> None:
    """Every document that was accepted is written as it was."""
    document = write_token(token)
    assert write_token(read_token(copy.deepcopy(document))) == document


@example(claim(("metadata|ownerReferences", [1])))
@example(claim(("data|password", 5)))
@given(st.one_of(anything, damaged(claim()), damaged(cert()), damaged(V2)))
def test_any_document(document: Any) -> None:
    """Whatever comes is a token that can be written and read again, or a Failure about tokens."""
    before = copy.deepcopy(document)
    found = attempt(lambda: read_token(document))
    if isinstance(found, Failure):
        assert found.reason in (Reason.TOKEN_MALFORMED, Reason.TOKEN_UNSUPPORTED)
    else:
        assert read_token(write_token(found)) == found
    assert repr(document) == repr(before)


@pytest.mark.parametrize(
    ("document", "secrets"),
    [
        pytest.param(claim(), {PASSWORD.decode(), base64.b64encode(PASSWORD).decode()}, id="claim"),
        pytest.param([claim()], {PASSWORD.decode(), base64.b64encode(PASSWORD).decode()}, id="list"),
        pytest.param({"stringData": {"password": "plain text"}}, {"plain text"}, id="stringData"),
        pytest.param({"data": {"password": "%no base64%"}}, {"%no base64%"}, id="not base64"),
        pytest.param({"data": {"password": 12345678}}, {"12345678"}, id="number"),
        pytest.param({"data": "text"}, set(), id="data is no mapping"),
        pytest.param("text", set(), id="text"),
        pytest.param(None, set(), id="nothing"),
    ],
)
def test_secrets_of(document: Any, secrets: set[str]) -> None:
    """Secrets are found in documents that are no tokens, too, for masking."""
    assert secrets <= set(secrets_of(document))


def test_secrets_of_a_cert_token() -> None:
    """The key is one, certificates are none."""
    found = secrets_of(cert())
    assert cert()["data"]["tls.key"] in found
    assert cert()["data"]["tls.crt"] not in found
    assert cert()["data"]["ca.crt"] not in found


@given(st.one_of(anything, damaged(claim()), damaged(cert())))
def test_secrets_of_any_document(document: Any) -> None:
    """Looking for secrets fails for no document, and finds only text."""
    assert all(isinstance(secret, str) for secret in secrets_of(document))
    assert isinstance(document_name(document), str)


def test_document_name() -> None:
    """For messages and files."""
    assert document_name(claim()) == "claim"
    assert document_name(["claim"]) == ""
