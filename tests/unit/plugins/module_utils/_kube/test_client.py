# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client against a real HTTPS server: what it sends, and what it makes of each answer."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import (
    CONFIG_MAP,
    DEPLOYMENT,
    NAMESPACE,
    SECRET,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Place
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.enforcement import POLICY

from tests.unit.support.apiserver import Answer, ApiServer, Tls, refusal, secret, secrets
from tests.unit.support.certificates import authority
from tests.unit.support.clock import FakeTime
from tests.unit.support.outcomes import attempt, failure_of

START = datetime(2020, 1, 1, tzinfo=timezone.utc)
OBJECT = secret()
API_KEY = "the-secret-api-key"


def client(api: ApiServer, time: FakeTime, **options: Any) -> Client:
    """A client of the namespace east on a test's server."""
    known = {"host": api.url, "api_key": API_KEY, "ca_cert": str(api.tls.ca_file), "namespace": "east", **options}
    return open_client(ConnectionOptions(**known), {}, time.clock(), START)


Call = Callable[[Client], object]


@pytest.mark.parametrize(
    ("call", "method", "path", "query", "body"),
    [
        pytest.param(
            lambda c: c.get(SECRET, "link1"), "GET", "/api/v1/namespaces/east/secrets/link1", {}, b"", id="get"
        ),
        pytest.param(
            lambda c: c.get(DEPLOYMENT, "skupper-router"),
            "GET",
            "/apis/apps/v1/namespaces/east/deployments/skupper-router",
            {},
            b"",
            id="get from a group",
        ),
        pytest.param(
            lambda c: c.list(SECRET),
            "GET",
            "/api/v1/namespaces/east/secrets",
            {"limit": ["500"]},
            b"",
            id="list",
        ),
        pytest.param(
            lambda c: c.list(SECRET, "skupper.io/type in (a, b)", "metadata.name=x"),
            "GET",
            "/api/v1/namespaces/east/secrets",
            {"labelSelector": ["skupper.io/type in (a, b)"], "fieldSelector": ["metadata.name=x"], "limit": ["500"]},
            b"",
            id="list with selectors",
        ),
        pytest.param(
            lambda c: c.create(SECRET, OBJECT),
            "POST",
            "/api/v1/namespaces/east/secrets",
            {"fieldManager": ["sitemesh.skupper"]},
            json.dumps(OBJECT).encode(),
            id="create",
        ),
        pytest.param(
            lambda c: c.patch(SECRET, "link1", {"metadata": {"labels": None}}),
            "PATCH",
            "/api/v1/namespaces/east/secrets/link1",
            {"fieldManager": ["sitemesh.skupper"]},
            b'{"metadata": {"labels": null}}',
            id="patch",
        ),
        pytest.param(
            lambda c: c.delete(SECRET, "link1"),
            "DELETE",
            "/api/v1/namespaces/east/secrets/link1",
            {},
            b"",
            id="delete",
        ),
        pytest.param(
            lambda c: c.delete(SECRET, "link1", "uid-1"),
            "DELETE",
            "/api/v1/namespaces/east/secrets/link1",
            {},
            b'{"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": "uid-1"}}',
            id="delete one",
        ),
        pytest.param(
            lambda c: c.delete(SECRET, "link1", "uid-1", "7"),
            "DELETE",
            "/api/v1/namespaces/east/secrets/link1",
            {},
            b'{"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"uid": "uid-1", "resourceVersion": "7"}}',
            id="delete one version",
        ),
        pytest.param(
            lambda c: c.serves("route.openshift.io/v1"), "GET", "/apis/route.openshift.io/v1", {}, b"", id="serves"
        ),
        pytest.param(lambda c: c.kinds("skupper.io/v1alpha1"), "GET", "/apis/skupper.io/v1alpha1", {}, b"", id="kinds"),
        pytest.param(
            lambda c: c.list(POLICY),
            "GET",
            "/apis/skupper.io/v1alpha1/skupperclusterpolicies",
            {"limit": ["500"]},
            b"",
            id="list what has no namespace",
        ),
        pytest.param(lambda c: c.get(NAMESPACE, "west"), "GET", "/api/v1/namespaces/west", {}, b"", id="namespace"),
    ],
)
def test_request(
    api: ApiServer, time: FakeTime, call: Call, method: str, path: str, query: dict[str, list[str]], body: bytes
) -> None:
    """Each call is one request of the Kubernetes API."""
    api.will(refusal(422, "whatever the answer is"))
    failure_of(lambda: call(client(api, time)), Reason.API_ERROR)
    (received,) = api.requests
    assert (received.method, received.path, received.query, received.body) == (method, path, query, body)


def test_headers(api: ApiServer, time: FakeTime) -> None:
    """Who asks, what for, and in which format."""
    api.will(OBJECT, OBJECT)
    open_api = client(api, time)
    open_api.get(SECRET, "link1")
    open_api.patch(SECRET, "link1", {})
    read, patch = api.requests
    assert read.header("authorization") == [f"Bearer {API_KEY}"]
    assert read.header("accept") == ["application/json"]
    assert read.header("user-agent") == ["sitemesh.skupper"]
    assert read.header("content-type") == []
    assert patch.header("content-type") == ["application/merge-patch+json"]


def test_impersonation(api: ApiServer, time: FakeTime) -> None:
    """Each group has a header of its own, as Kubernetes reads them."""
    api.will(OBJECT)
    client(api, time, impersonate_user="alice", impersonate_groups=("ops", "dev")).create(SECRET, OBJECT)
    (received,) = api.requests
    assert received.header("impersonate-user") == ["alice"]
    assert received.header("impersonate-group") == ["ops", "dev"]


def test_basic_authentication(api: ApiServer, time: FakeTime) -> None:
    """User name and password."""
    api.will(OBJECT)
    client(api, time, api_key=None, username="alice", password="open sesame").get(SECRET, "link1")
    assert api.requests[0].header("authorization") == ["Basic YWxpY2U6b3BlbiBzZXNhbWU="]


def test_answers(api: ApiServer, time: FakeTime) -> None:
    """Objects come as they are."""
    open_api = client(api, time)
    api.will(OBJECT, OBJECT, OBJECT)
    assert open_api.get(SECRET, "link1") == OBJECT
    assert open_api.create(SECRET, OBJECT) == OBJECT
    assert open_api.patch(SECRET, "link1", {}) == OBJECT


def test_absent(api: ApiServer, time: FakeTime) -> None:
    """What is not there is an answer, not a failure, where it was asked for."""
    api.will(*[refusal(404, "not found")] * 3)
    open_api = client(api, time)
    assert open_api.get(SECRET, "link1") is None
    assert open_api.delete(SECRET, "link1") is False
    assert open_api.serves("route.openshift.io/v1") is False


def test_kinds(api: ApiServer, time: FakeTime) -> None:
    """Those that are served; none of a group that is not."""
    served = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "skupper.io/v1alpha1"}
    kinds = [{"kind": "SkupperClusterPolicy"}, {"kind": "Other"}]
    api.will({**served, "resources": kinds}, {**served, "resources": None}, refusal(404, "not found"))
    found = [client(api, time).kinds("skupper.io/v1alpha1") for _number in range(3)]
    assert found == [{"SkupperClusterPolicy", "Other"}, frozenset(), frozenset()]


def test_a_cluster_is_asked_once_what_it_serves(api: ApiServer, time: FakeTime) -> None:
    """That does not change in a run, and is the same in each of its namespaces; what failed is asked again."""
    served = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "skupper.io/v1alpha1", "resources": []}
    api.will(refusal(403, "forbidden"), served)
    open_api = client(api, time)
    failure_of(lambda: open_api.serves("skupper.io/v1alpha1"), Reason.FORBIDDEN)
    assert open_api.serves("skupper.io/v1alpha1")
    assert open_api.at("elsewhere").kinds("skupper.io/v1alpha1") == frozenset()
    assert len(api.requests) == 2


def test_what_has_no_namespace_is_granted_by_a_cluster_role(api: ApiServer, time: FakeTime) -> None:
    """The sentence says so."""
    api.will(refusal(403, "forbidden"))
    failure = failure_of(lambda: client(api, time).list(POLICY), Reason.FORBIDDEN)
    assert "grant verb list on skupperclusterpolicies with a ClusterRole" in failure.message


PRECONDITION = refusal(409, "the UID in the precondition does not match")


@pytest.mark.parametrize(
    "there",
    [refusal(404, "not found"), Answer(body=secret(uid="uid-2"))],
    ids=["none", "another one"],
)
def test_b5_deleting_another_object_of_the_name(api: ApiServer, time: FakeTime, there: Answer) -> None:
    """The one that was meant is gone already, which is looked at and not taken from the refusal."""
    api.will(PRECONDITION, there)
    assert client(api, time).delete(SECRET, "link1", "uid-1") is False
    assert [received.method for received in api.requests] == ["DELETE", "GET"]


@pytest.mark.parametrize(
    ("preconditions", "there"),
    [
        pytest.param(("uid-1", "7"), Answer(body=secret()), id="changed meanwhile"),
        pytest.param(("uid-1",), refusal(403, "forbidden"), id="may not be read"),
        pytest.param((), None, id="any object of the name"),
    ],
)
def test_b5_conflict_is_not_gone(
    api: ApiServer, time: FakeTime, preconditions: tuple[str, ...], there: Answer | None
) -> None:
    """What may still be there was not deleted."""
    api.will(PRECONDITION, *([there] if there else []))
    assert (
        "precondition"
        in failure_of(lambda: client(api, time).delete(SECRET, "link1", *preconditions), Reason.CONFLICT).message
    )
    assert api.answers == []


def test_paging(api: ApiServer, time: FakeTime) -> None:
    """All pages make one list."""
    api.will(secrets("one", "two", following="more/=&"), secrets("three"))
    found = client(api, time).list(SECRET, "a=b")
    assert [item["metadata"]["name"] for item in found] == ["one", "two", "three"]
    first, second = (received.query for received in api.requests)
    assert "continue" not in first
    assert second == {"labelSelector": ["a=b"], "limit": ["500"], "continue": ["more/=&"]}


@pytest.mark.parametrize("answer", [{"items": None}, {"metadata": None, "items": []}])
def test_empty_list(api: ApiServer, time: FakeTime, answer: dict[str, Any]) -> None:
    """Go writes an empty list as null."""
    api.will({**secrets(), **answer})
    assert client(api, time).list(SECRET) == []


READ: Call = lambda c: c.get(SECRET, "link1")  # noqa: E731
LIST: Call = lambda c: c.list(SECRET)  # noqa: E731
CREATE: Call = lambda c: c.create(SECRET, OBJECT)  # noqa: E731
PATCH: Call = lambda c: c.patch(SECRET, "link1", {})  # noqa: E731
REMOVE: Call = lambda c: c.delete(SECRET, "link1")  # noqa: E731


@pytest.mark.parametrize(
    ("call", "code", "reason", "words"),
    [
        pytest.param(READ, 401, Reason.UNAUTHORIZED, ["get Secret link1 in namespace east", "401"], id="401"),
        pytest.param(
            READ, 403, Reason.FORBIDDEN, ["grant verb get on secrets in namespace east", "said so"], id="403 get"
        ),
        pytest.param(LIST, 403, Reason.FORBIDDEN, ["list Secrets in", "grant verb list on secrets"], id="403 list"),
        pytest.param(CREATE, 403, Reason.FORBIDDEN, ["create Secret link1 in", "grant verb create"], id="403 create"),
        pytest.param(PATCH, 403, Reason.FORBIDDEN, ["patch Secret link1 in", "grant verb patch"], id="403 patch"),
        pytest.param(REMOVE, 403, Reason.FORBIDDEN, ["delete Secret link1 in", "grant verb delete"], id="403 delete"),
        pytest.param(CREATE, 409, Reason.CONFLICT, ["create Secret link1", "said so"], id="409 create"),
        pytest.param(PATCH, 409, Reason.CONFLICT, ["patch Secret link1", "said so"], id="409 patch"),
        pytest.param(PATCH, 404, Reason.CONFLICT, ["patch Secret link1", "said so"], id="404 patch"),
        pytest.param(CREATE, 404, Reason.CONFLICT, ["create Secret link1", "said so"], id="404 create"),
        pytest.param(CREATE, 422, Reason.API_ERROR, ["answered 422", "said so"], id="422"),
        pytest.param(READ, 400, Reason.API_ERROR, ["answered 400", "said so"], id="400"),
        pytest.param(LIST, 410, Reason.API_ERROR, ["answered 410", "said so"], id="410"),
        pytest.param(READ, 302, Reason.API_ERROR, ["answered 302"], id="redirect"),
    ],
)
def test_refusals(api: ApiServer, time: FakeTime, call: Call, code: int, reason: Reason, words: list[str]) -> None:
    """Verb, object, namespace, and what the server said; asked once, and no credentials in the message."""
    api.will(Answer(code, refusal(code, "said so").body, {"Location": f"{api.url}/elsewhere"}))
    open_api = client(api, time)
    message = failure_of(lambda: call(open_api), reason).message
    assert all(word in message for word in words), message
    assert API_KEY not in message
    assert len(api.requests) == 1
    assert time.sleeps == []


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_reads_are_tried_again(api: ApiServer, time: FakeTime, code: int) -> None:
    """A server that is busy or starting is asked again."""
    api.will(refusal(code), refusal(code), OBJECT)
    assert client(api, time).get(SECRET, "link1") == OBJECT
    assert time.sleeps == [0.2, 0.6]


def test_reads_are_given_up(api: ApiServer, time: FakeTime) -> None:
    """The last answer is the one that is told."""
    api.will(refusal(502), refusal(500), refusal(503, "still starting"))
    open_api = client(api, time)
    failure = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_ERROR)
    assert "still starting" in failure.message
    assert failure.details == {"code": 503}
    assert len(api.requests) == 3


GARBAGE = [b"", b"{", b"null", b"[]", b'"text"', b"<html>log in</html>", b"\xff\xfe", b"[" * 100000]


@pytest.mark.parametrize("call", [READ, LIST, CREATE, PATCH], ids=["get", "list", "create", "patch"])
def test_success_that_is_no_object(api: ApiServer, time: FakeTime, call: Call) -> None:
    """What a proxy's login page says must not be read as "there are no links"."""
    open_api = client(api, time)
    for content in GARBAGE:
        api.answers[:] = [Answer(200, content)] * 40
        failure_of(lambda: call(open_api), Reason.API_ERROR)


def test_refusal_that_is_no_object(api: ApiServer, time: FakeTime) -> None:
    """It is told by its number."""
    open_api = client(api, time)
    for content in GARBAGE:
        api.will(Answer(400, content))
        assert "answered 400" in failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_ERROR).message


def test_time_of_the_server(api: ApiServer, time: FakeTime) -> None:
    """The last answer's date counts, whatever its status; without one the last that is known."""
    noon, later = "Tue, 24 Nov 2026 12:00:00 GMT", "Tue, 24 Nov 2026 12:00:05 GMT"
    api.will(Answer(body=OBJECT, headers={"Date": noon}), OBJECT, Answer(body=OBJECT, headers={"Date": "noon"}))
    api.will(Answer(404, refusal(404).body, headers={"Date": later}))
    open_api = client(api, time)
    known = [open_api.now()]
    for _turn in range(4):
        open_api.get(SECRET, "link1")
        known.append(open_api.now())
    start = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
    assert known == [START, start, start, start, start.replace(second=5)]


def test_no_answer_in_time(api: ApiServer, time: FakeTime) -> None:
    """A server that is silent is asked once, since each try takes the whole time limit."""
    api.will(Answer(hangs=True))
    open_api = client(api, time, request_timeout=1)
    message = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_UNREACHABLE).message
    assert "within 1 seconds (request_timeout)" in message
    assert api.url in message
    assert len(api.requests) == 1


def unused_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_refused_connection(api: ApiServer, time: FakeTime) -> None:
    """Tried again, for reads and writes as their kind allows, and told in the system's own words."""
    host = f"https://127.0.0.1:{unused_port()}"
    open_api = client(api, time, host=host)
    message = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_UNREACHABLE).message
    assert host in message
    assert "Connection refused" in message
    assert time.sleeps == [0.2, 0.6]
    failure_of(lambda: open_api.create(SECRET, OBJECT), Reason.API_UNREACHABLE)
    assert sum(time.sleeps[2:]) <= 30


def test_unknown_host(api: ApiServer, time: FakeTime) -> None:
    """A name that does not resolve."""
    open_api = client(api, time, host="https://api.invalid:6443")
    message = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_UNREACHABLE).message
    assert "https://api.invalid:6443" in message


def test_server_comes_back(api: ApiServer, time: FakeTime) -> None:
    """A connection that the server closed in between is opened again."""
    api.will(Answer(body=OBJECT, headers={"Connection": "close"}), OBJECT)
    open_api = client(api, time)
    assert open_api.get(SECRET, "link1") == OBJECT
    assert open_api.get(SECRET, "link1") == OBJECT


def test_untrusted_server(api: ApiServer, time: FakeTime, tmp_path: Any) -> None:
    """A server certificate of another CA, and the options that have to do with it."""
    other = tmp_path / "other.crt"
    other.write_bytes(authority("test-ca").pem)
    open_api = client(api, time, ca_cert=str(other))
    message = failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_TLS_FAILED).message
    assert "ca_cert" in message
    assert "certificate verify failed" in message.lower()
    assert api.requests == []
    assert time.sleeps == []


def test_certificate_of_another_host(api: ApiServer, time: FakeTime) -> None:
    """The name in the certificate counts."""
    open_api = client(api, time, host=api.url.replace("127.0.0.1", "localhost"))
    failure_of(lambda: open_api.get(SECRET, "link1"), Reason.API_TLS_FAILED)
    assert api.requests == []


def test_validation_switched_off(api: ApiServer, time: FakeTime) -> None:
    """Works without a word, for whoever switched it off knows."""
    api.will(OBJECT)
    assert client(api, time, ca_cert=None, validate_certs=False).get(SECRET, "link1") == OBJECT


def test_plain_http_to_a_tls_port(api: ApiServer, time: FakeTime) -> None:
    """A slip in the URL is a failure of the connection, not a traceback."""
    open_api = client(api, time, host=api.url.replace("https", "http"))
    failure_of(lambda: open_api.create(SECRET, OBJECT), Reason.API_UNREACHABLE)


def test_client_certificate_in_files(api: ApiServer, time: FakeTime, tls: Tls, tmp_path: Any) -> None:
    """Certificate and key in place of a token."""
    pair = tls.ca.issue("alice")
    (tmp_path / "alice.crt").write_bytes(pair.pem)
    (tmp_path / "alice.key").write_bytes(pair.key_pem)
    files = {"client_cert": str(tmp_path / "alice.crt"), "client_key": str(tmp_path / "alice.key")}
    api.will(OBJECT)
    assert client(api, time, api_key=None, **files).get(SECRET, "link1") == OBJECT
    assert api.requests[0].client == "alice"
    assert api.requests[0].header("authorization") == []


@pytest.mark.parametrize("end", ["\n", "\r\n", " "])
def test_api_key_with_line_end(api: ApiServer, time: FakeTime, end: str) -> None:
    """Files of tokens end with one."""
    api.will(OBJECT)
    client(api, time, api_key=API_KEY + end).get(SECRET, "link1")
    assert api.requests[0].header("authorization") == [f"Bearer {API_KEY}"]


@pytest.mark.parametrize("key", [f"{API_KEY}\n{API_KEY}", f"{API_KEY}\r\nhost: x", f"{API_KEY}\u20ac"])
def test_header_values_are_not_quoted(api: ApiServer, time: FakeTime, key: str) -> None:
    """What can't be sent is refused, and not shown."""
    failure = attempt(lambda: client(api, time, api_key=key).get(SECRET, "link1"))
    assert isinstance(failure, Failure)
    assert API_KEY not in failure.message
    assert api.requests == []


def test_no_namespace(api: ApiServer, time: FakeTime) -> None:
    """There is no default that could be the wrong one."""
    failure_of(lambda: client(api, time, namespace=None), Reason.NAMESPACE_MISSING)


def test_place(api: ApiServer, time: FakeTime) -> None:
    """Messages name the server where no context was named."""
    assert client(api, time).place == Place("east", f"server {api.url}")


def test_a_path_in_the_url(api: ApiServer, time: FakeTime) -> None:
    """API servers behind a proxy may have one."""
    api.will({**secret("skupper-site"), "kind": "ConfigMap"})
    client(api, time, host=f"{api.url}/k8s/clusters/c-1/").get(CONFIG_MAP, "skupper-site")
    assert api.requests[0].path == "/k8s/clusters/c-1/api/v1/namespaces/east/configmaps/skupper-site"


def test_failing_proxy(api: ApiServer, time: FakeTime) -> None:
    """A proxy that is not there is unreachable; its password is not told."""
    open_api = client(api, time, proxy=f"http://ops:hush-hush@127.0.0.1:{unused_port()}")
    message = failure_of(lambda: open_api.create(SECRET, OBJECT), Reason.API_UNREACHABLE).message
    assert "hush-hush" not in message


def test_no_proxy(api: ApiServer, time: FakeTime) -> None:
    """Hosts that are to be reached directly."""
    api.will(OBJECT)
    options = {"proxy": f"http://127.0.0.1:{unused_port()}", "no_proxy": "127.0.0.1"}
    assert client(api, time, **options).get(SECRET, "link1") == OBJECT


REVIEW = {"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1"}


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (Answer(201, {**REVIEW, "status": {"allowed": True}}), True),
        (Answer(201, {**REVIEW, "status": {"allowed": False}}), False),
        (Answer(201, {**REVIEW, "status": {}}), None),
        (refusal(403), None),
        (refusal(403, 'admission webhook "x" denied the request: no'), None),
        (refusal(404), None),
        (refusal(500), None),
    ],
)
def test_rights(api: ApiServer, time: FakeTime, answer: Answer, right: bool | None) -> None:
    """An account asks for its own rights; an API server that does not tell is not taken for one that denies."""
    api.fallback = lambda _received: answer
    assert client(api, time).may("patch", DEPLOYMENT, "skupper-router") is right
    received = api.requests[0]
    assert received.target == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    assert received.json()["spec"]["resourceAttributes"] == {
        "verb": "patch",
        "group": "apps",
        "resource": "deployments",
        "name": "skupper-router",
        "namespace": "east",
    }
