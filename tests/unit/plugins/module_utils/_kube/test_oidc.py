# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users of an OIDC provider: a token that is good, one that is asked for anew, and a provider that can't be asked."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason

from tests.unit.support.apiserver import Answer, ApiServer, Received, Tls, serving
from tests.unit.support.clock import FakeTime
from tests.unit.support.outcomes import failure_of

START = datetime(2020, 1, 1, tzinfo=timezone.utc)
FUTURE = 4102444800


def id_token(expiry: Any = None) -> str:
    """A token that nobody signed."""
    claims = json.dumps({} if expiry is None else {"exp": expiry}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.c2ln"


def data(api: ApiServer) -> str:
    """The CA of a test's server as kubeconfigs hold it."""
    return base64.b64encode(api.tls.ca.pem).decode()


def opened(api: ApiServer, time: FakeTime, **config: Any) -> Client:
    """A client whose user is one of a provider."""
    document = {
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u", "namespace": "hub"}}],
        "clusters": [{"name": "c", "cluster": {"server": api.url, "certificate-authority-data": data(api)}}],
        "users": [{"name": "u", "user": {"auth-provider": {"name": "oidc", "config": {"client-id": "k", **config}}}}],
    }
    return open_client(ConnectionOptions(kubeconfig=document), {}, time.clock(), START)


def provider(issuer: ApiServer, answer: Callable[[Received], Answer]) -> None:
    """Make a server a provider."""

    def fallback(received: Received) -> Answer:
        if received.path.endswith("/.well-known/openid-configuration"):
            return Answer(body={"token_endpoint": f"{issuer.url}/token"})
        return answer(received)

    issuer.fallback = fallback


@pytest.fixture
def issuer(tmp_path: Path) -> Any:
    """A provider's server, with a CA of its own."""
    (tmp_path / "issuer").mkdir()
    with serving(Tls.make(tmp_path / "issuer")) as running:
        yield running


def test_c2_a_token_that_is_good(api: ApiServer, time: FakeTime) -> None:
    """Nobody is asked for another."""
    api.will({})
    token = id_token(FUTURE)
    opened(api, time, **{"idp-issuer-url": "https://127.0.0.1:1", "id-token": token}).get(SECRET, "x")
    assert api.requests[0].header("authorization") == [f"Bearer {token}"]


@pytest.mark.parametrize("expired", [id_token(1), id_token(), ""], ids=["ended", "without end", "none"])
def test_c2_a_token_is_asked_for(api: ApiServer, issuer: ApiServer, time: FakeTime, expired: str) -> None:
    """With the refresh token and the client's secret."""
    fresh = id_token(FUTURE)
    provider(issuer, lambda _received: Answer(body={"id_token": fresh, "refresh_token": "r2"}))
    api.will({}, {})
    config = {"idp-issuer-url": f"{issuer.url}/x/", "idp-certificate-authority-data": data(issuer), "id-token": expired}
    client = opened(api, time, **config, **{"refresh-token": "r1", "client-secret": "s"})
    client.get(SECRET, "x")
    client.get(SECRET, "x")
    assert [received.header("authorization") for received in api.requests] == [[f"Bearer {fresh}"]] * 2
    found, asked = issuer.requests
    assert found.path == "/x/.well-known/openid-configuration"
    assert parse_qs(asked.body.decode()) == {"grant_type": ["refresh_token"], "refresh_token": ["r1"]}
    assert asked.header("authorization") == [f"Basic {base64.b64encode(b'k:s').decode()}"]


def test_c2_a_provider_that_wants_the_secret_in_the_form(api: ApiServer, issuer: ApiServer, time: FakeTime) -> None:
    """There are two ways, and it says which only by refusing the other."""
    fresh = id_token(FUTURE)

    def answer(received: Received) -> Answer:
        form = parse_qs(received.body.decode())
        return Answer(body={"id_token": fresh}) if form.get("client_secret") == ["s"] else Answer(401)

    provider(issuer, answer)
    api.will({})
    config = {"idp-issuer-url": issuer.url, "idp-certificate-authority-data": data(issuer)}
    opened(api, time, **config, **{"refresh-token": "r1", "client-secret": "s"}).get(SECRET, "x")
    assert api.requests[0].header("authorization") == [f"Bearer {fresh}"]


def test_c3_a_provider_is_verified(api: ApiServer, issuer: ApiServer, time: FakeTime) -> None:
    """Also one without a CA of its own: it is shown a refresh token and a secret."""
    provider(issuer, lambda _received: Answer(body={"id_token": id_token(FUTURE)}))
    config = {"idp-issuer-url": issuer.url, "refresh-token": "secret-word"}
    message = failure_of(lambda: opened(api, time, **config), Reason.CREDENTIALS_FAILED).message
    assert "certificate verify failed" in message.lower()
    assert issuer.requests == []


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"idp-issuer-url": "https://127.0.0.1:1", "refresh-token": "r"}, "https://127.0.0.1:1 is not reachable"),
        ({"idp-issuer-url": "https://127.0.0.1:1", "id-token": id_token(1)}, "no refresh-token"),
        ({"idp-issuer-url": "https://127.0.0.1:1"}, "no refresh-token"),
        ({"idp-issuer-url": "nonsense", "refresh-token": "r"}, "nonsense is not reachable"),
        ({"idp-issuer-url": "ftp://127.0.0.1:1", "refresh-token": "r"}, "is not reachable"),
        ({}, "no idp-issuer-url"),
        ({"idp-issuer-url": "https://127.0.0.1:1", "client-id": ""}, "no client-id"),
        ({"idp-issuer-url": "https://127.0.0.1:1", "id-token": "a.b"}, "no JSON Web Token"),
        ({"idp-issuer-url": "https://127.0.0.1:1", "id-token": "a.%%.c"}, "no JSON Web Token"),
        ({"idp-issuer-url": "https://127.0.0.1:1", "id-token": "a.W10.c"}, "no JSON Web Token"),
        ({"idp-issuer-url": "https://127.0.0.1:1", "id-token": id_token("soon")}, "no JSON Web Token"),
        ({"idp-issuer-url": "https://127.0.0.1:1", "id-token": id_token(1e300)}, "no JSON Web Token"),
        (
            {"idp-issuer-url": "https://127.0.0.1:1", "refresh-token": "r", "idp-certificate-authority": "/none/ca"},
            "/none/ca",
        ),
    ],
)
def test_c2_providers_that_can_not_be_asked(api: ApiServer, time: FakeTime, config: dict[str, str], words: str) -> None:
    """Each is a login that can't succeed, and no defect."""
    message = failure_of(lambda: opened(api, time, **config), Reason.CREDENTIALS_FAILED).message
    assert words in message
    assert api.requests == []


@pytest.mark.parametrize(
    "answer",
    [Answer(500), Answer(400, {"error": "invalid_grant"}), Answer(body=b"<html>"), Answer(body=[1]), Answer(body={})],
    ids=["500", "refused", "HTML", "list", "no token"],
)
def test_c2_providers_that_answer_something_else(
    api: ApiServer, issuer: ApiServer, time: FakeTime, answer: Answer
) -> None:
    """Nor is what they say."""
    provider(issuer, lambda _received: answer)
    config = {
        "idp-issuer-url": issuer.url,
        "idp-certificate-authority-data": data(issuer),
        "refresh-token": "secret-word",
    }
    message = failure_of(lambda: opened(api, time, **config), Reason.CREDENTIALS_FAILED).message
    assert issuer.url in message
    assert "secret-word" not in message
