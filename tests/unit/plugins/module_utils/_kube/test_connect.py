# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From kubeconfigs to requests: credentials, temporary files, and what goes wrong with both."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube import connect as connect_module
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube import credential_plugin, login
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.api import SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.connect import Transport, connect
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.errors import Failure
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.instant import format_instant
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from kubernetes.config import kube_config

from tests.unit.support.apiserver import ApiServer, refusal
from tests.unit.support.certificates import Pair
from tests.unit.support.clock import FakeTime
from tests.unit.support.json_values import damaged
from tests.unit.support.kubeconfigs import write
from tests.unit.support.outcomes import attempt, failure_of

START = datetime(2020, 1, 1, tzinfo=timezone.utc)


def encoded(content: bytes) -> str:
    """As kubeconfigs hold certificates."""
    return base64.b64encode(content).decode()


def config(
    api: ApiServer, user: dict[str, Any], namespace: str | None = "east", cluster: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A kubeconfig of a test's server."""
    there = {"server": api.url, "certificate-authority-data": encoded(api.tls.ca.pem), **(cluster or {})}
    context = {"cluster": "c", "user": "u", **({"namespace": namespace} if namespace else {})}
    return {
        "current-context": "private",
        "contexts": [{"name": "private", "context": context}],
        "clusters": [{"name": "c", "cluster": there}],
        "users": [{"name": "u", "user": user}],
    }


def opened(time: FakeTime, environ: Mapping[str, str] | None = None, /, **options: Any) -> Client:
    """A client by these options."""
    return open_client(ConnectionOptions(**options), environ or {}, time.clock(), START)


def transport(**options: Any) -> Transport:
    """How these options would be followed."""
    return connect(ConnectionOptions(**options), {})


def certificate_user(pair: Pair) -> dict[str, Any]:
    """Certificate and key inside the kubeconfig."""
    return {"client-certificate-data": encoded(pair.pem), "client-key-data": encoded(pair.key_pem)}


def test_token(api: ApiServer, time: FakeTime) -> None:
    """The commonest kind."""
    api.will({})
    client = opened(time, kubeconfig=config(api, {"token": "abc"}))
    client.get(SECRET, "x")
    (received,) = api.requests
    assert received.header("authorization") == ["Bearer abc"]
    assert received.path == "/api/v1/namespaces/east/secrets/x"
    assert str(client.place) == "namespace east of context private"


def test_file_by_environment(api: ApiServer, time: FakeTime, tmp_path: Path) -> None:
    """KUBECONFIG of the task's environment."""
    api.will({})
    opened(time, {"KUBECONFIG": write(tmp_path / "config", config(api, {"token": "abc"}))}).get(SECRET, "x")
    assert api.requests[0].header("authorization") == ["Bearer abc"]


def test_token_file_beside_the_kubeconfig(api: ApiServer, time: FakeTime, tmp_path: Path) -> None:
    """A relative name starts from the kubeconfig's folder."""
    (tmp_path / "token").write_text("from-file\n", encoding="utf-8")
    api.will({})
    opened(time, kubeconfig=write(tmp_path / "config", config(api, {"tokenFile": "token"}))).get(SECRET, "x")
    assert api.requests[0].header("authorization") == ["Bearer from-file"]


def test_client_certificate_leaves_no_file(api: ApiServer, time: FakeTime, scratch: Path) -> None:
    """The key is in a file only while it is read; requests made later still show the certificate."""
    client = opened(time, kubeconfig=config(api, certificate_user(api.tls.ca.issue("alice"))))
    assert list(scratch.iterdir()) == []
    api.will({}, {})
    client.get(SECRET, "x")
    client.get(SECRET, "x")
    assert [received.client for received in api.requests] == ["alice", "alice"]
    assert api.requests[0].header("authorization") == []


def test_the_library_forgets_the_files(api: ApiServer, time: FakeTime, scratch: Path) -> None:
    """Its cache would hand out names of files that are gone."""
    user = certificate_user(api.tls.ca.issue("alice"))
    known = set(getattr(kube_config, "_temp_files", {}))
    for _turn in range(2):
        api.will({})
        opened(time, kubeconfig=config(api, user)).get(SECRET, "x")
    assert set(getattr(kube_config, "_temp_files", {})) == known
    assert [received.client for received in api.requests] == ["alice", "alice"]


@pytest.mark.parametrize("broken", ["client-key-data", "client-certificate-data"])
def test_broken_certificate(api: ApiServer, time: FakeTime, scratch: Path, broken: str) -> None:
    """No key is quoted, and no file is left."""
    user = {**certificate_user(api.tls.ca.issue("alice")), broken: encoded(b"-----BEGIN secret-content")}
    message = failure_of(lambda: opened(time, kubeconfig=config(api, user)), Reason.CREDENTIALS_FAILED).message
    assert "secret-content" not in message
    assert list(scratch.iterdir()) == []


def test_missing_files(api: ApiServer, time: FakeTime) -> None:
    """They are named."""
    for options in ({"ca_cert": "/none/ca.crt"}, {"client_cert": "/none/c.crt", "client_key": "/none/c.key"}):
        failure = failure_of(
            lambda given=options: opened(time, host=api.url, api_key="k", namespace="east", **given),  # type: ignore[misc]
            Reason.CREDENTIALS_FAILED,
        )
        assert "/none/c" in failure.message


def test_broken_base64(api: ApiServer, time: FakeTime, scratch: Path) -> None:
    """kubectl can't read such a kubeconfig at all."""
    broken = {"client-certificate-data": "%%%", "client-key-data": "a"}
    failure_of(lambda: opened(time, kubeconfig=config(api, broken)), Reason.KUBECONFIG_INVALID)
    assert list(scratch.iterdir()) == []


def plugin(code: str) -> dict[str, Any]:
    """A user whose credentials a program prints."""
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": sys.executable,
            "args": ["-c", code],
            "interactiveMode": "Never",
        }
    }


def credential(**status: str) -> str:
    """A program that prints a credential."""
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": status}
    return f"print({json.dumps(json.dumps(answer))})"


def test_exec_plugin(api: ApiServer, time: FakeTime) -> None:
    """A program that prints a token."""
    api.will({})
    opened(time, kubeconfig=config(api, plugin(credential(token="from-plugin")))).get(SECRET, "x")
    assert api.requests[0].header("authorization") == ["Bearer from-plugin"]


def test_exec_plugin_with_a_certificate(api: ApiServer, time: FakeTime, scratch: Path) -> None:
    """A program that prints a certificate and its key."""
    pair = api.tls.ca.issue("alice")
    code = credential(clientCertificateData=pair.pem.decode(), clientKeyData=pair.key_pem.decode())
    api.will({})
    opened(time, kubeconfig=config(api, plugin(code))).get(SECRET, "x")
    assert api.requests[0].client == "alice"
    assert list(scratch.iterdir()) == []


def test_refusing_exec_plugin(api: ApiServer, time: FakeTime, capfd: pytest.CaptureFixture[str]) -> None:
    """What a program says on stderr is for people: the message has it, and the screen has nothing else."""
    user = plugin("import sys; sys.exit('Your session has ended, log in again')")
    failure = failure_of(lambda: opened(time, kubeconfig=config(api, user)), Reason.CREDENTIALS_FAILED)
    assert "context private" in failure.message
    assert "Your session has ended, log in again" in failure.message
    shown = capfd.readouterr()
    assert shown.out + shown.err == ""


@pytest.mark.parametrize(
    "code",
    ["print('open sesame')", "print('{}')", "print('[1]')", "raise SystemExit(3)", "print('open sesame'); exit(1)"],
    ids=["no JSON", "no credential", "no object", "silent", "prints and fails"],
)
def test_failing_exec_plugin(api: ApiServer, time: FakeTime, capfd: pytest.CaptureFixture[str], code: str) -> None:
    """What a program prints on stdout would be a credential: it is told nowhere."""
    failure = failure_of(lambda: opened(time, kubeconfig=config(api, plugin(code))), Reason.CREDENTIALS_FAILED)
    assert "private" in failure.message
    assert "sesame" not in failure.message
    shown = capfd.readouterr()
    assert "sesame" not in shown.out + shown.err


def test_exec_plugin_that_does_not_end(api: ApiServer, time: FakeTime, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ended, with what it started; the limit and its name are told."""
    monkeypatch.setattr(credential_plugin, "LIMIT", 1)
    user = plugin("import subprocess; subprocess.run(['sleep', '4711'])")
    message = failure_of(lambda: opened(time, kubeconfig=config(api, user)), Reason.CREDENTIALS_FAILED).message
    assert "did not end within 1 seconds" in message
    assert Path(sys.executable).name in message
    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert b"sleep\x004711\x00" not in running


def test_missing_exec_plugin(api: ApiServer, time: FakeTime) -> None:
    """A program that is not there is named."""
    user = {"exec": {**plugin("")["exec"], "command": "no-such-program"}}
    assert (
        "no-such-program"
        in failure_of(lambda: opened(time, kubeconfig=config(api, user)), Reason.CREDENTIALS_FAILED).message
    )


def test_options_win_over_the_kubeconfig(api: ApiServer, time: FakeTime) -> None:
    """Server, CA, token and namespace."""
    elsewhere = {"server": "https://elsewhere.example", "certificate-authority-data": ""}
    given: dict[str, Any] = {
        "host": api.url,
        "ca_cert": str(api.tls.ca_file),
        "api_key": "from-option",
        "namespace": "north",
    }
    api.will({})
    opened(time, kubeconfig=config(api, {"token": "from-file"}, cluster=elsewhere), **given).get(SECRET, "x")
    (received,) = api.requests
    assert received.header("authorization") == ["Bearer from-option"]
    assert received.path == "/api/v1/namespaces/north/secrets/x"


def test_namespace_of_the_context(api: ApiServer, time: FakeTime) -> None:
    """It is needed from somewhere."""
    failure = failure_of(lambda: opened(time, kubeconfig=config(api, {"token": "t"}, None)), Reason.NAMESPACE_MISSING)
    assert "context private" in failure.message


def test_insecure_kubeconfig(api: ApiServer, time: FakeTime) -> None:
    """What the kubeconfig says about verification counts, and an option says otherwise."""
    unsafe = {"server": api.url, "insecure-skip-tls-verify": True}
    document = {**config(api, {"token": "t"}), "clusters": [{"name": "c", "cluster": unsafe}]}
    api.will({})
    assert opened(time, kubeconfig=document).get(SECRET, "x") is not None
    strict = opened(time, kubeconfig=document, validate_certs=True)
    failure_of(lambda: strict.get(SECRET, "x"), Reason.API_TLS_FAILED)


@pytest.mark.parametrize("value", ["false", "true", "", 0, []])
def test_c1_verification_is_not_turned_off_by_text(api: ApiServer, time: FakeTime, value: Any) -> None:
    """Nothing but a boolean says anything about it."""
    document = config(api, {"token": "t"}, cluster={"insecure-skip-tls-verify": value})
    message = failure_of(lambda: opened(time, kubeconfig=document), Reason.KUBECONFIG_INVALID).message
    assert "insecure-skip-tls-verify" in message


def test_c1_a_ca_and_no_verification_contradict_each_other(api: ApiServer, time: FakeTime) -> None:
    """kubectl refuses that; an option that says which of the two is meant settles it."""
    document = config(api, {"token": "t"}, cluster={"insecure-skip-tls-verify": True})
    failure_of(lambda: opened(time, kubeconfig=document), Reason.KUBECONFIG_INVALID)
    api.will({}, {})
    for validate in (True, False):
        opened(time, kubeconfig=document, validate_certs=validate).get(SECRET, "x")
        assert transport(kubeconfig=document, validate_certs=validate).verify is validate


def test_c1_an_option_with_a_ca_turns_verification_on(api: ApiServer) -> None:
    """As kubectl's does; the kubeconfig's word would make the CA worthless."""
    document = config(api, {"token": "t"}, cluster={"insecure-skip-tls-verify": True, "certificate-authority-data": ""})
    assert transport(kubeconfig=document, ca_cert=str(api.tls.ca_file)).verify is True


ANONYMOUS = {
    "empty token": {"token": ""},
    "null token": {"token": None},
    "blank token": {"token": " \n"},
    "blank token of a plugin": plugin(credential(token=" ")),
    "nothing": {},
    "password alone": {"password": "x"},
    "key alone": {"client-key-data": "YQ=="},
    "empty certificate": {"client-certificate-data": "", "client-key-data": ""},
    "azure": {"auth-provider": {"name": "azure", "config": {"access-token": "x"}}},
    "gcp": {"auth-provider": {"name": "gcp", "config": {"access-token": "x"}}},
    "gcp without config": {"auth-provider": {"name": "gcp"}},
    "unknown provider": {"auth-provider": {"name": "openstack"}},
    "oidc without config": {"auth-provider": {"name": "oidc"}},
}


@pytest.mark.parametrize("user", ANONYMOUS.values(), ids=ANONYMOUS)
def test_c3_no_anonymous_requests(api: ApiServer, time: FakeTime, user: dict[str, Any]) -> None:
    """A user who can't log in makes no request; nobody could be granted what the API server would say is missing."""
    message = failure_of(lambda: opened(time, kubeconfig=config(api, user)), Reason.CREDENTIALS_FAILED).message
    assert "context private" in message
    assert api.requests == []


@pytest.mark.parametrize("content", [b"", b" \n", b"$ANSIBLE_VAULT;1.1;AES256\n3834"])
def test_c3_token_files_without_a_token(api: ApiServer, time: FakeTime, tmp_path: Path, content: bytes) -> None:
    """They are named, and whether Vault has encrypted them."""
    (tmp_path / "token").write_bytes(content)
    user = {"tokenFile": str(tmp_path / "token")}
    message = failure_of(lambda: opened(time, kubeconfig=config(api, user)), Reason.CREDENTIALS_FAILED).message
    assert str(tmp_path / "token") in message
    assert ("Vault" in message) == (b"VAULT" in content)


def without_user(document: dict[str, Any], **context: Any) -> dict[str, Any]:
    """A kubeconfig whose context names no user."""
    return {**document, "users": [], "contexts": [{"name": "private", "context": {"cluster": "c", **context}}]}


def test_c5_contexts_without_user(api: ApiServer, time: FakeTime) -> None:
    """They are for a proxy that logs in; over TLS nobody would, unless options say who it is. An empty name is no user."""
    there = config(api, {}, cluster={"server": "http://127.0.0.1:1", "certificate-authority-data": ""})
    assert opened(time, kubeconfig=without_user(there, namespace="hub")).place.namespace == "hub"
    assert (
        "its user has no name"
        in failure_of(lambda: opened(time, kubeconfig=without_user(there, user="")), Reason.CREDENTIALS_FAILED).message
    )
    secure = without_user(config(api, {}), namespace="hub")
    assert "names no user" in failure_of(lambda: opened(time, kubeconfig=secure), Reason.KUBECONFIG_INVALID).message
    api.will({})
    opened(time, kubeconfig=secure, api_key="k").get(SECRET, "x")
    assert api.requests[0].header("authorization") == ["Bearer k"]


def test_no_credentials_of_a_kubeconfig_over_plain_http(api: ApiServer, time: FakeTime) -> None:
    """kubectl leaves them out, which would make the request nobody's; those of options are sent as they were asked for."""
    there = config(api, {"token": "t"}, cluster={"server": "http://127.0.0.1:1", "certificate-authority-data": ""})
    assert "plain HTTP" in failure_of(lambda: opened(time, kubeconfig=there), Reason.KUBECONFIG_INVALID).message
    given = transport(host="http://127.0.0.1:1", api_key="k", namespace="east")
    assert given.authorize() == {"authorization": "Bearer k"}


@pytest.mark.parametrize(("user", "expected"), [({}, "Basic c3ZjOnDDpHNz"), ({"token": "t"}, "Bearer t")])
def test_a_login_in_the_url_of_the_server(api: ApiServer, time: FakeTime, user: dict[str, Any], expected: str) -> None:
    """It is taken as by kubectl, and shown to nobody."""
    url = api.url.replace("https://", "https://svc:p%C3%A4ss@")
    document = config(api, user, cluster={"server": url})
    if user:
        client = opened(time, kubeconfig=document)
    else:
        client = opened(time, kubeconfig=without_user(document, namespace="east"))
        assert transport(host=url, username="a", password="b").server == api.url
    api.will({}, refusal(500))
    client.get(SECRET, "x")
    assert api.requests[0].header("authorization") == [expected]
    gone = opened(time, host="https://svc:p%C3%A4ss@127.0.0.1:1", api_key="k", namespace="east")
    message = failure_of(lambda: gone.get(SECRET, "x"), Reason.API_UNREACHABLE).message
    assert "https://127.0.0.1:1 is not reachable" in message
    assert "%C3" not in message


def test_a_key_in_the_place_of_a_file_is_not_shown(api: ApiServer, time: FakeTime) -> None:
    """People give the content where a name is expected."""
    pair = api.tls.ca.issue("alice")
    given = {"client_cert": pair.pem.decode(), "client_key": pair.key_pem.decode()}
    for names in (("client_cert", "client_key"), ("client_key",)):
        options = {name: given[name] for name in names} | ({} if "client_cert" in names else {"client_cert": "/none/c"})
        message = failure_of(
            lambda chosen=options: opened(time, host=api.url, namespace="east", **chosen),  # type: ignore[misc]
            Reason.CREDENTIALS_FAILED,
        ).message
        assert "BEGIN" not in message


def test_letters_of_any_language_in_passwords() -> None:
    """A header has them as UTF-8."""
    given = transport(host="https://127.0.0.1:1", username="jürgen", password="€", namespace="east")
    assert given.authorize() == {"authorization": f"Basic {encoded('jürgen:€'.encode())}"}
    assert transport(
        host="https://127.0.0.1:1",
        api_key="k",
        proxy="http://ä:%E2%82%AC@127.0.0.1:1",
        proxy_headers={"basic_auth": "€:€"},
    ).proxy


def test_tokens_in_files_are_read_again(api: ApiServer, time: FakeTime, tmp_path: Path) -> None:
    """They are replaced while a task runs; the file counts more than a token beside it."""
    path = tmp_path / "token"
    path.write_text("one\n", encoding="utf-8")
    api.will({}, {})
    client = opened(time, kubeconfig=config(api, {"tokenFile": str(path), "token": "old"}))
    client.get(SECRET, "x")
    path.write_text("two\n", encoding="utf-8")
    client.get(SECRET, "x")
    assert [received.header("authorization") for received in api.requests] == [["Bearer one"], ["Bearer two"]]


def test_impersonation_of_a_kubeconfig(api: ApiServer, time: FakeTime) -> None:
    """Whoever may do much and says to act as someone else does so, as with kubectl; options come first."""
    user = {"token": "t", "as": "bob", "as-uid": "7", "as-groups": ["a", "b"], "as-user-extra": {"Scopes x": ["one"]}}
    api.will({}, {})
    opened(time, kubeconfig=config(api, user)).get(SECRET, "x")
    opened(time, kubeconfig=config(api, user), impersonate_user="eve").get(SECRET, "x")
    first, second = api.requests
    assert first.header("impersonate-user") == ["bob"]
    assert first.header("impersonate-uid") == ["7"]
    assert first.header("impersonate-group") == ["a", "b"]
    assert first.header("impersonate-extra-scopes%20x") == ["one"]
    assert second.header("impersonate-user") == ["eve"]
    alone = {"token": "t", "as-groups": ["a"]}
    failure_of(lambda: opened(time, kubeconfig=config(api, alone)), Reason.KUBECONFIG_INVALID)


def test_an_encrypted_key_asks_nobody(api: ApiServer, time: FakeTime) -> None:
    """OpenSSL would ask for its password at the terminal."""
    pair = api.tls.ca.issue("alice")
    key = serialization.load_pem_private_key(pair.key_pem, None)
    locked = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    )
    user = {"client-certificate-data": encoded(pair.pem), "client-key-data": encoded(locked)}
    failure_of(lambda: opened(time, kubeconfig=config(api, user)), Reason.CREDENTIALS_FAILED)


def test_c4_plugins_are_told_the_cluster(api: ApiServer, time: FakeTime, tmp_path: Path) -> None:
    """With certificates instead of the name of a file that is gone, also when they are asked again."""
    seen = tmp_path / "seen"
    code = (
        f"import os, json; info = os.environ['KUBERNETES_EXEC_INFO']; open({str(seen)!r}, 'a').write(info + '\\n');"
        f"{credential(token='t', expirationTimestamp='2020-01-01T00:00:00Z')}"
    )
    user = plugin(code)
    user["exec"]["provideClusterInfo"] = True
    extensions = [{"name": "client.authentication.k8s.io/exec", "extension": {"audience": "x"}}]
    for cluster in (
        {"extensions": extensions},
        {"certificate-authority-data": "", "certificate-authority": str(api.tls.ca_file)},
    ):
        seen.write_text("", encoding="utf-8")
        api.will({})
        opened(time, kubeconfig=config(api, user, cluster=cluster)).get(SECRET, "x")
        infos = [json.loads(line) for line in seen.read_text(encoding="utf-8").splitlines()]
        assert len(infos) == 2
        for info in infos:
            told = info["spec"]["cluster"]
            assert base64.b64decode(told["certificate-authority-data"]) == api.tls.ca.pem
            assert told["server"] == api.url
            assert told.get("config") == ({"audience": "x"} if "extensions" in cluster else None)
            assert "certificate-authority" not in told


@pytest.mark.parametrize(("seconds", "asked"), [(None, 1), (100, 1), (-1, 4)])
def test_c4_plugins_are_asked_when_a_token_has_run_out(
    api: ApiServer, time: FakeTime, tmp_path: Path, seconds: int | None, asked: int
) -> None:
    """Not before: clouds count how often one logs in."""
    count = tmp_path / "count"
    until = datetime.now(timezone.utc) + timedelta(seconds=seconds or 0)
    status = {"token": "t"} | ({"expirationTimestamp": format_instant(until)} if seconds is not None else {})
    user = plugin(f"open({str(count)!r}, 'a').write('x'); {credential(**status)}")
    api.will({}, {}, {})
    client = opened(time, kubeconfig=config(api, user))
    for _turn in range(3):
        client.get(SECRET, "x")
    assert len(count.read_text(encoding="utf-8")) == asked


def test_c4_plugins_have_the_environment_of_the_task(api: ApiServer, time: FakeTime) -> None:
    """And their own variables with it."""
    user = plugin(
        "import json, os; print(json.dumps({'apiVersion': 'client.authentication.k8s.io/v1', 'kind': 'ExecCredential',"
        " 'status': {'token': os.environ['ONE'] + os.environ['TWO']}}))"
    )
    user["exec"].update(env=[{"name": "TWO", "value": "2"}], args=user["exec"]["args"])
    api.will({})
    opened(time, {"ONE": "1", "PATH": "/usr/bin:/bin"}, kubeconfig=config(api, user)).get(SECRET, "x")
    assert api.requests[0].header("authorization") == ["Bearer 12"]


def test_c4_plugins_are_not_asked_for_what_is_there(api: ApiServer, time: FakeTime, tmp_path: Path) -> None:
    """A token of the kubeconfig or of an option is enough."""
    user = plugin(f"open({str(tmp_path / 'asked')!r}, 'w')")
    api.will({}, {})
    opened(time, kubeconfig=config(api, {**user, "token": "t"})).get(SECRET, "x")
    opened(time, kubeconfig=config(api, user), api_key="k").get(SECRET, "x")
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"command": ""}, "no command"),
        ({"apiVersion": "client.authentication.k8s.io/v1alpha1"}, "apiVersion"),
        ({"interactiveMode": None}, "interactiveMode"),
        ({"interactiveMode": "Sometimes"}, "interactiveMode"),
        ({"env": [{"value": "x"}]}, "variable without a name"),
    ],
)
def test_plugins_are_described_as_kubectl_wants_it(
    api: ApiServer, time: FakeTime, changes: dict[str, Any], words: str
) -> None:
    """Else the kubeconfig is refused."""
    user = {"exec": {**plugin("")["exec"], **changes}}
    assert words in failure_of(lambda: opened(time, kubeconfig=config(api, user)), Reason.KUBECONFIG_INVALID).message


@pytest.mark.parametrize("host", ["api.example:6443", "ftp://api.example", "127.0.0.1"])
def test_host_that_is_no_url(time: FakeTime, host: str) -> None:
    """A host alone is not enough."""
    failure_of(lambda: opened(time, host=host, api_key="k", namespace="east"), Reason.INVALID_OPTION)


def test_refused_credentials_are_not_shown(api: ApiServer, time: FakeTime) -> None:
    """The token is in no message."""
    api.will(refusal(401, "Unauthorized"))
    client = opened(time, kubeconfig=config(api, {"token": "open-sesame"}))
    failure = failure_of(lambda: client.get(SECRET, "x"), Reason.UNAUTHORIZED)
    assert "sesame" not in failure.message


def test_without_the_library(time: FakeTime, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is named."""
    monkeypatch.setattr(connect_module, "HAS_KUBERNETES", False)
    assert "kubernetes" in failure_of(lambda: opened(time), Reason.MISSING_LIBRARY).message


WHOLE = {
    "current-context": "here",
    "contexts": [{"name": "here", "context": {"cluster": "c", "user": "u", "namespace": "hub"}}],
    "clusters": [
        {
            "name": "c",
            "cluster": {
                "server": "https://127.0.0.1:1",
                "tls-server-name": "x",
                "insecure-skip-tls-verify": True,
                "proxy-url": "http://127.0.0.1:1",
                "extensions": [{"name": "client.authentication.k8s.io/exec", "extension": {}}],
            },
        }
    ],
    "users": [
        {
            "name": "u",
            "user": {
                "token": "t",
                "as": "bob",
                "as-groups": ["a"],
                "as-user-extra": {"x": ["y"]},
                "auth-provider": {
                    "name": "oidc",
                    "config": {"client-id": "k", "idp-issuer-url": "https://127.0.0.1:1"},
                },
            },
        }
    ],
}


@given(damaged(WHOLE))
def test_c2_any_kubeconfig(document: Any) -> None:
    """Whatever it holds, there is a login, or a Failure that says why there is none."""
    found = attempt(lambda: transport(kubeconfig=document))
    assert not isinstance(found, Failure) or found.reason in (
        Reason.KUBECONFIG_INVALID,
        Reason.CONTEXT_UNKNOWN,
        Reason.CREDENTIALS_FAILED,
    )


@pytest.fixture
def pod(api: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A pod's service account; returns the environment of the pod."""
    from kubernetes.config import incluster_config

    (tmp_path / "token").write_text("from-pod", encoding="utf-8")
    (tmp_path / "namespace").write_text("podspace\n", encoding="utf-8")
    monkeypatch.setattr(login, "_POD_NAMESPACE", tmp_path / "namespace")
    monkeypatch.setattr(incluster_config, "SERVICE_TOKEN_FILENAME", str(tmp_path / "token"))
    monkeypatch.setattr(incluster_config, "SERVICE_CERT_FILENAME", str(api.tls.ca_file))
    host, port = api.url.removeprefix("https://").split(":")
    environ = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return environ


def test_in_a_pod(api: ApiServer, time: FakeTime, pod: dict[str, str], tmp_path: Path) -> None:
    """The service account is used where nothing else is named; a kubeconfig that is named wins."""
    api.will({}, {})
    client = opened(time, pod)
    client.get(SECRET, "x")
    assert client.place.namespace == "podspace"
    opened(time, pod, kubeconfig=config(api, {"token": "named"})).get(SECRET, "x")
    sent = [value.lower() for received in api.requests for value in received.header("authorization")]
    assert sent == ["bearer from-pod", "bearer named"]
