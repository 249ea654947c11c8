# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From kubeconfigs to requests: credentials, temporary files, and what goes wrong with both."""

from __future__ import annotations

import base64
import json
import logging
import sys
import threading
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube import connect as connect_module
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube import login, program
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.client import Client, open_client
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.options import ConnectionOptions
from ansible_collections.sitemesh.skupper.plugins.module_utils._kube.port import SECRET
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from kubernetes.config import kube_config

from tests.unit.support.apiserver import ApiServer, refusal
from tests.unit.support.certificates import Pair
from tests.unit.support.clock import FakeTime
from tests.unit.support.kubeconfigs import write
from tests.unit.support.outcomes import failure_of

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


def test_logins_side_by_side(api: ApiServer, scratch: Path) -> None:
    """Threads log in at the same time: the end of one neither takes another's files away nor the root logger's handlers."""
    options = ConnectionOptions(kubeconfig=config(api, certificate_user(api.tls.ca.issue("alice"))))
    before = logging.getLogger().handlers
    first, second = login.log_in(options, {}), login.log_in(options, {})
    gone, there = first.__enter__(), second.__enter__()
    first.__exit__(None, None, None)
    files = [getattr(there.configuration, name) for name in ("ssl_ca_cert", "cert_file", "key_file")]
    assert all(Path(name).is_file() for name in files)
    assert not Path(gone.configuration.cert_file).exists()
    assert {Path(name).stat().st_mode & 0o777 for name in files} == {0o600}
    second.__exit__(None, None, None)
    assert list(scratch.iterdir()) == []
    assert logging.getLogger().handlers is before


def test_each_thread_hears_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one thread logs is no other's cause, and the handlers come back with the last one."""
    kept = [logging.NullHandler()]
    monkeypatch.setattr(logging.getLogger(), "handlers", kept)
    heard: dict[str, list[str]] = {}
    begun, ended = threading.Barrier(2), threading.Barrier(2)

    def listen(name: str) -> None:
        with login._heard() as said:
            begun.wait(10)
            logging.getLogger("x").error(name)
            ended.wait(10)
        heard[name] = said

    threads = [threading.Thread(target=listen, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert heard == {"one": ["one"], "two": ["two"]}
    assert logging.getLogger().handlers is kept


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
    """Data that can't be decoded is a failure about credentials."""
    broken = {"client-certificate-data": "%%%", "client-key-data": "a"}
    failure_of(lambda: opened(time, kubeconfig=config(api, broken)), Reason.CREDENTIALS_FAILED)
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
    monkeypatch.setattr(program, "LIMIT", 1)
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
