# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine of skupper_token for cert tokens: kept while the one in the file serves, signed anew if not."""

from __future__ import annotations

import base64
import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.token import CertToken, PlaceholderToken
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki import issue
from ansible_collections.sitemesh.skupper.plugins.module_utils._v1.objects.token import read_token
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.unit.support import recorded
from tests.unit.support.authorities import give_ca, signing_ca
from tests.unit.support.engines import Result, Runner
from tests.unit.support.store import Store

KNOWN = "(known after apply)"
HEX = "0123456789abcdef"


@pytest.fixture(scope="module")
def keys() -> list[rsa.RSAPrivateKey]:
    """Some keys, which take longer to make than all else."""
    return [rsa.generate_private_key(65537, 2048) for _number in range(3)]


@pytest.fixture
def certs(token: Runner, sites: Store, keys: list[rsa.RSAPrivateKey], monkeypatch: pytest.MonkeyPatch) -> Store:
    """The sites, with a CA on `west` that can sign."""
    give_ca(sites, signing_ca())
    turns = itertools.cycle(keys)
    monkeypatch.setattr(issue, "new_key", lambda: next(turns))
    token.choose = lambda characters: "a" if characters == HEX else characters[0]
    return sites


def both(run: Runner, path: Path, changed: bool, **args: Any) -> Result:
    """Run in check mode, which must leave the file alone, then for real; both say the same."""
    args = {"type": "cert", "dest": str(path), **args}
    before = path.read_bytes() if path.exists() else None
    predicted = run(check=True, **args)
    assert (path.read_bytes() if path.exists() else None) == before
    result = run(**args)
    assert not run.holds_secret
    assert "token" not in result
    assert (predicted.get("changed"), result.get("changed")) == (changed, changed), (predicted, result)
    assert predicted.get("change_reason") == result.get("change_reason")
    for side in ("before", "after"):
        told = predicted["diff"][side]
        assert set(told) == set(result["diff"][side])
        assert all(value in (KNOWN, result["diff"][side][key]) for key, value in told.items()), (predicted, result)
    assert ((path.read_bytes() if path.exists() else None) != before) is changed
    for shown in (predicted, result):
        assert "PRIVATE KEY" not in str(shown)
        assert "BEGIN" not in str(shown)
    return result


def read(path: Path) -> CertToken:
    """The token in a file that only its owner can read."""
    assert not path.stat().st_mode & 0o077
    found = read_token(yaml.safe_load(path.read_text(encoding="utf-8")))
    assert isinstance(found, CertToken)
    return found


def certificate(path: Path) -> x509.Certificate:
    """The certificate in a token file."""
    return x509.load_pem_x509_certificate(read(path).certificate)


def test_document(token: Runner, certs: Store, tmp_path: Path) -> None:
    """What Skupper's command line would have written, but for chance."""
    path = tmp_path / "cert.yaml"
    made = both(token, path, True, name="cert")
    assert (made["name"], made["type"], made["usable"]) == ("cert", "cert", True)
    assert (made["uses_remaining"], made["uses_made"]) == (None, None)
    assert made["expires_at"] == "2031-11-23T02:45:00Z"
    assert made["change_reason"] == "there is no such token"
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    wanted = recorded.document("tokens/cert")
    assert set(document.pop("data")) == set(wanted.pop("data"))
    assert document == wanted
    assert certs.writes == []


def test_certificate(token: Runner, certs: Store, tmp_path: Path) -> None:
    """It begins now by the API server's clock, and its number is made of what was chosen."""
    path = tmp_path / "cert.yaml"
    both(token, path, True)
    made = certificate(path)
    assert made.subject.rfc4514_string() == "CN=skupper"
    assert made.not_valid_before_utc.isoformat() == "2026-11-24T02:45:00+00:00"
    assert made.serial_number == int("a" * 32, 16)
    assert read(path).ca == signing_ca().pem


def test_again(token: Runner, certs: Store, tmp_path: Path) -> None:
    """Nothing is signed while the one in the file serves; the CA's key is not even looked at."""
    path = tmp_path / "cert.yaml"
    both(token, path, True)
    give_ca(certs, signing_ca(), form="")
    both(token, path, False)
    path.chmod(0o644)
    result = token(type="cert", dest=str(path))
    assert (result["changed"], path.stat().st_mode & 0o077) == (True, 0)
    assert result["diff"]["before"]["certificate"] == result["diff"]["after"]["certificate"]
    token.api.requests.clear()
    token(type="cert", dest=str(path))
    assert len(token.api.requests) == 4


def move(store: Store) -> None:
    """Another address of the load balancer."""
    service = store.find("Service", "west", "skupper-router")
    assert service is not None
    service["status"] = {"loadBalancer": {"ingress": [{"ip": "203.0.113.99"}]}}


def rotate(store: Store) -> None:
    """Another CA."""
    give_ca(store, signing_ca("next"))


def rebuild(store: Store) -> None:
    """Another site in the same namespace."""
    config = store.find("ConfigMap", "west", "skupper-site")
    assert config is not None
    config["metadata"]["uid"] = "another-site"


@pytest.mark.parametrize(
    ("change", "args", "why"),
    [
        pytest.param(None, {"name": "other"}, "it has another name", id="name"),
        pytest.param(None, {"validity": "720h"}, "its validity differs", id="validity"),
        pytest.param(None, {"renew_before": "43799h59m59s"}, "", id="long before its end"),
        pytest.param(None, {"renew": "always"}, "renewal was asked for", id="always"),
        pytest.param(None, {"renew": "unusable"}, "", id="unusable"),
        pytest.param(move, {}, "it leads to endpoints", id="endpoints"),
        pytest.param(rotate, {}, "current CA", id="CA"),
        pytest.param(rebuild, {}, "it is a token of another site", id="site"),
    ],
)
def test_what_does_not_serve(
    token: Runner, certs: Store, tmp_path: Path, change: Any, args: dict[str, Any], why: str
) -> None:
    """A new one is signed, once."""
    path = tmp_path / "cert.yaml"
    both(token, path, True)
    first = certificate(path)
    if change is not None:
        change(certs)
    result = both(token, path, bool(why), **args)
    assert why in result.get("change_reason", "")
    assert (certificate(path) != first) is bool(why)
    if args.get("renew") != "always":
        both(token, path, False, **args)


def test_ages(token: Runner, certs: Store, tmp_path: Path) -> None:
    """A certificate of another age than was asked for is not the one."""
    path = tmp_path / "cert.yaml"
    both(token, path, True, validity="720h")
    # A third of 30 days is left of it when it is replaced, unless something else is asked for.
    both(token, path, False, validity="720h")
    both(token, path, False, validity="720h", renew_before="719h59m59s")
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    ending = signing_ca().issue("skupper", ends=certificate(path).not_valid_after_utc)
    document["data"]["tls.crt"] = base64.b64encode(ending.pem).decode()
    document["data"]["tls.key"] = base64.b64encode(ending.key_pem).decode()
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    assert both(token, path, True, validity="720h")["change_reason"] == "its validity differs"


@pytest.mark.parametrize("content", ["", "a: [", "{}", recorded.text("tokens/claim"), "hello"])
def test_other_files(token: Runner, certs: Store, tmp_path: Path, content: str) -> None:
    """A file that holds no cert token is no token."""
    path = tmp_path / "cert.yaml"
    path.write_text(content, encoding="utf-8")
    both(token, path, True)
    both(token, path, False)


@pytest.mark.parametrize("part", ["tls.crt", "tls.key", "ca.crt"])
def test_damaged_files(token: Runner, certs: Store, tmp_path: Path, part: str) -> None:
    """One of the three that is another's makes a token worthless."""
    path = tmp_path / "cert.yaml"
    both(token, path, True)
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    document["data"][part] = recorded.document("tokens/cert")["data"][part]
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    both(token, path, True)
    both(token, path, False)


def test_returned(token: Runner, certs: Store) -> None:
    """Without a file it is returned, hidden; in check mode a placeholder is."""
    made = token(type="cert", renew="always", name="cert")
    assert token.holds_secret
    assert isinstance(read_token(made["token"]), CertToken)
    predicted = token(check=True, type="cert", renew="always", name="cert")
    assert not token.holds_secret
    assert read_token(predicted["token"]) == PlaceholderToken("cert", recorded.WEST)
    assert (predicted["changed"], predicted["expires_at"]) == (True, KNOWN)


def test_long_name(token: Runner, certs: Store, tmp_path: Path) -> None:
    """Longer than a common name should be."""
    path = tmp_path / "cert.yaml"
    both(token, path, True, name="x" * 253)
    assert b"x" * 253 in certificate(path).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("args", "reason", "words"),
    [
        pytest.param({}, "invalid_option", "renew to always", id="nowhere to keep it"),
        pytest.param({"renew": "unusable"}, "invalid_option", "dest", id="unusable is not enough"),
        pytest.param({"dest": "token.yaml", "state": "absent"}, "invalid_option", "skupper_revoke", id="absent"),
        pytest.param({"renew": "always", "uses": 1}, "invalid_option", "no uses", id="uses"),
        pytest.param({"renew": "always", "expiry": "0"}, "invalid_option", "no expiry", id="expiry"),
        pytest.param({"renew": "always", "validity": "soon"}, "invalid_duration", "soon", id="duration"),
        pytest.param({"renew": "always", "validity": "0"}, "invalid_option", "validity is 0", id="no time"),
        pytest.param({"renew": "always", "validity": "43801h"}, "invalid_option", "five years", id="too long"),
        pytest.param({"renew": "always", "renew_before": "43800h"}, "invalid_option", "renew_before", id="too early"),
        pytest.param({"renew": "always", "name": "No_Name"}, "invalid_name", "No_Name", id="name"),
        pytest.param({"renew": "always", "name": ""}, "invalid_name", "token", id="empty name"),
        pytest.param({"type": "claim", "name": "a", "validity": "1h"}, "invalid_option", "no validity", id="claim"),
        pytest.param(
            {"renew": "always", "wait_for_ingress": True, "wait_timeout": -1},
            "invalid_option",
            "wait_timeout",
            id="wait",
        ),
    ],
)
def test_wrong_options(token: Runner, certs: Store, args: dict[str, Any], reason: str, words: str) -> None:
    """Refused before anything is asked of the site."""
    assert words in token.failing(reason, **{"type": "cert", **args})
    assert token.api.requests == []


def test_sites_that_cannot(token: Runner, certs: Store, tmp_path: Path) -> None:
    """The same sentence in check mode and without; both kinds of endpoints have to be there."""
    dest = str(tmp_path / "cert.yaml")
    token.failing("site_cannot_accept", type="cert", dest=dest, namespace="shore")
    service = certs.find("Service", "west", "skupper-router")
    assert service is not None
    service["status"] = {}
    assert "no host for inter-router" in token.failing("ingress_pending", type="cert", dest=dest)
    del certs.objects[certs.path("Secret", "west", "skupper-site-ca")]
    token.failing("site_not_ready", type="cert", dest=dest)
    assert not Path(dest).exists()


@pytest.mark.parametrize(
    ("form", "words"), [("", "no unencrypted private key"), ("TraditionalOpenSSL", "neither RSA nor EC")]
)
def test_unusable_ca(token: Runner, certs: Store, tmp_path: Path, form: str, words: str) -> None:
    """It is found out in check mode as well; there is no file, and the site is named."""
    give_ca(certs, signing_ca(), form="")
    if form:
        give_ca(certs, signing_ca("odd", "ed25519"), form="PKCS8")
    path = tmp_path / "cert.yaml"
    message = token.failing("ca_unusable", type="cert", dest=str(path))
    assert not path.exists()
    assert words in message
    assert "namespace west" in message


def test_no_right_to_the_key(token: Runner, certs: Store, tmp_path: Path) -> None:
    """What has to be granted is named."""
    certs.denied.add(("get", certs.path("Secret", "west", "skupper-site-ca")))
    result = token(type="cert", dest=str(tmp_path / "cert.yaml"))
    assert result["reason"] == "forbidden"
    assert "skupper-site-ca" in result["msg"]
