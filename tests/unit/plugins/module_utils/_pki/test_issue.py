# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that are made are those that Skupper makes, byte for byte as far as chance allows."""

from __future__ import annotations

import base64
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.secret import SecretBytes
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.issue import (
    LIFETIME,
    Authority,
    authority_builder,
    issue_client,
    issue_server,
    leaf_builder,
    new_authority,
)
from ansible_collections.sitemesh.skupper.plugins.module_utils._pki.keypair import fits
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from tests.unit.support import recorded
from tests.unit.support.certificates import Pair, authority, new_key
from tests.unit.support.outcomes import failure_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)
SERIAL = 2**127 + 12345
GO_CA, GO_LEAVES = recorded.go_certificates()
LONG = "long-name." * 9 + "of-more-than-64-characters"


def load(pem: bytes) -> x509.Certificate:
    """Parse."""
    return x509.load_pem_x509_certificate(pem)


def recorded_token() -> tuple[x509.Certificate, x509.Certificate]:
    """The certificate of a cert token that Skupper's command line made, and its CA."""
    data = recorded.document("tokens/cert")["data"]
    return load(base64.b64decode(data["tls.crt"])), load(base64.b64decode(data["ca.crt"]))


def span(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    """Beginning and end."""
    return certificate.not_valid_before_utc, certificate.not_valid_after_utc


def again(certificate: x509.Certificate, ca: x509.Certificate, name: str) -> x509.Certificate:
    """The same certificate made by this collection: with the same key, serial number and times, but another signature."""
    public: Any = certificate.public_key()
    builder = leaf_builder(ca, public, name, (), certificate.serial_number, span(certificate))
    signed: x509.Certificate = builder.sign(new_key("rsa"), hashes.SHA256())
    return signed


def test_as_the_command_line() -> None:
    """Everything that is signed is the same, byte for byte."""
    theirs, ca = recorded_token()
    ours = again(theirs, ca, "cert")
    assert ours.tbs_certificate_bytes == theirs.tbs_certificate_bytes
    assert ours.signature_algorithm_oid == theirs.signature_algorithm_oid


def test_extensions_as_the_command_line() -> None:
    """Field by field, which shows where a difference is: order, criticality and content of the extensions."""
    theirs, ca = recorded_token()
    ours = again(theirs, ca, "cert")

    def listed(certificate: x509.Certificate) -> list[tuple[str, bool, bytes]]:
        return [(e.oid.dotted_string, e.critical, e.value.public_bytes()) for e in certificate.extensions]

    assert listed(ours) == listed(theirs)
    assert [oid for oid, _critical, _content in listed(ours)] == [
        "2.5.29.15",
        "2.5.29.37",
        "2.5.29.19",
        "2.5.29.35",
        "2.5.29.17",
    ]


@pytest.mark.parametrize("name", GO_LEAVES, ids=lambda name: f"{len(name)} {name[:12]}")
def test_as_go(name: str) -> None:
    """Names of every length, a site's id, and the name of the CA itself, for which Go leaves an extension out."""
    theirs = load(GO_LEAVES[name])
    assert again(theirs, load(GO_CA), name).tbs_certificate_bytes == theirs.tbs_certificate_bytes


def ca_of(pair: Pair, form: str = "TraditionalOpenSSL") -> Authority:
    """A CA as its Secret holds it."""
    key = pair.key.private_bytes(
        serialization.Encoding.PEM, getattr(serialization.PrivateFormat, form), serialization.NoEncryption()
    )
    return Authority(pair.pem, SecretBytes(key))


@pytest.fixture(scope="module")
def site_ca() -> Pair:
    """A site CA, RSA as Skupper makes them."""
    return authority(kind="rsa")


def test_key(site_ca: Pair) -> None:
    """RSA of 2048 bits, PKCS#1 PEM, and it is the certificate's."""
    made = issue_client(ca_of(site_ca), "skupper", LIFETIME, SERIAL, NOW)
    assert made.key.value.startswith(b"-----BEGIN RSA PRIVATE KEY-----\n")
    key = serialization.load_pem_private_key(made.key.value, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert (key.key_size, key.public_key().public_numbers().e) == (2048, 65537)
    assert key.public_key() == load(made.certificate).public_key()
    assert fits(made.key, load(made.certificate))
    assert "PRIVATE" not in repr(made)


def test_times_and_number(site_ca: Pair) -> None:
    """Valid from now for five years of 365 days, or for as long as was asked; the number is the one given."""
    made = load(issue_client(ca_of(site_ca), "skupper", LIFETIME, SERIAL, NOW).certificate)
    assert span(made) == (NOW, NOW + timedelta(days=1825))
    assert made.serial_number == SERIAL
    short = load(issue_client(ca_of(site_ca), "skupper", timedelta(hours=36), SERIAL, NOW).certificate)
    assert span(short) == (NOW, NOW + timedelta(hours=36))


def test_every_certificate_has_its_own_key(site_ca: Pair) -> None:
    """Two of the same name differ."""
    made = [issue_client(ca_of(site_ca), "skupper", LIFETIME, SERIAL, NOW) for _number in range(2)]
    assert made[0].key != made[1].key


@pytest.mark.parametrize(
    ("kind", "form"),
    [("rsa", "TraditionalOpenSSL"), ("rsa", "PKCS8"), ("ec", "TraditionalOpenSSL"), ("ec", "PKCS8")],
)
@pytest.mark.parametrize("name", ["skupper", LONG], ids=["short", "long"])
def test_openssl_verifies(tmp_path: Path, kind: str, form: str, name: str) -> None:
    """For both purposes, whatever the CA's key is."""
    ca = authority(kind=kind)
    made = issue_client(ca_of(ca, form), name, LIFETIME, SERIAL, NOW)
    (tmp_path / "ca.crt").write_bytes(ca.pem)
    (tmp_path / "tls.crt").write_bytes(made.certificate)
    moment = str(int((NOW + timedelta(days=1)).timestamp()))
    for purpose in ("sslclient", "sslserver"):
        command = ["openssl", "verify", "-purpose", purpose, "-attime", moment, "-CAfile", "ca.crt", "tls.crt"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "tls.crt: OK\n"), done.stderr


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (b"", "no unencrypted private key"),
        (b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", "no unencrypted private key"),
        (
            rsa.generate_private_key(65537, 2048).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.BestAvailableEncryption(b"p"),
            ),
            "no unencrypted private key",
        ),
        (
            ed25519.Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
            "neither RSA nor EC",
        ),
        (
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
            "does not belong to its certificate",
        ),
    ],
    ids=["none", "broken", "encrypted", "ed25519", "another's"],
)
def test_unusable_key(site_ca: Pair, key: bytes, words: str) -> None:
    """One sentence, without a letter of the key."""
    ca = Authority(site_ca.pem, SecretBytes(key))
    failure = failure_of(lambda: issue_client(ca, "skupper", LIFETIME, SERIAL, NOW), Reason.CA_UNUSABLE)
    assert words in failure.message
    assert "BEGIN" not in failure.message


@pytest.mark.parametrize("certificate", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_no_certificate(site_ca: Pair, certificate: bytes) -> None:
    """A CA without a certificate signs nothing."""
    ca = Authority(certificate, ca_of(site_ca).key)
    failure = failure_of(lambda: issue_client(ca, "skupper", LIFETIME, SERIAL, NOW), Reason.CA_UNUSABLE)
    assert "can't be read" in failure.message


def test_ended_ca(site_ca: Pair) -> None:
    """Whatever it signed would be refused everywhere."""
    later = NOW + timedelta(days=4000)
    failure = failure_of(lambda: issue_client(ca_of(site_ca), "x", LIFETIME, SERIAL, later), Reason.CA_UNUSABLE)
    assert "it ended at 2036-" in failure.message


def recorded_pair() -> tuple[x509.Certificate, x509.Certificate]:
    """A site's server certificate and its CA, as Skupper made them."""
    server, ca = (
        recorded.document(f"west/{name}")["data"]["tls.crt"] for name in ("skupper-site-server", "skupper-site-ca")
    )
    return load(base64.b64decode(server)), load(base64.b64decode(ca))


def test_authority_as_skupper() -> None:
    """All that is signed of a CA is what Skupper signed, down to the order of the extensions."""
    _server, ca = recorded_pair()
    public: Any = ca.public_key()
    builder = authority_builder(public, "skupper-site-ca", ca.serial_number, *span(ca))
    assert builder.sign(new_key("rsa"), hashes.SHA256()).tbs_certificate_bytes == ca.tbs_certificate_bytes


def test_server_as_skupper() -> None:
    """The same of a server certificate, with its hosts as names and addresses as both."""
    server, ca = recorded_pair()
    public: Any = server.public_key()
    names = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    hosts = names.get_values_for_type(x509.DNSName)
    (subject,) = server.subject
    builder = leaf_builder(ca, public, str(subject.value), hosts, server.serial_number, span(server))
    assert builder.sign(new_key("rsa"), hashes.SHA256()).tbs_certificate_bytes == server.tbs_certificate_bytes


def test_new_authority() -> None:
    """It signs for servers and clients, with a key that Skupper's controllers read."""
    made = new_authority("skupper-site-ca", timedelta(days=30), SERIAL, NOW)
    ca = load(made.certificate)
    assert span(ca) == (NOW, NOW + timedelta(days=30))
    assert ca.serial_number == SERIAL
    assert made.key.value.startswith(b"-----BEGIN RSA PRIVATE KEY-----")
    assert new_authority("skupper-site-ca", timedelta(days=30), SERIAL, NOW).key != made.key
    server = issue_server(made, "skupper-router", ["a.example", "192.0.2.1", "2001:db8::1"], LIFETIME, SERIAL, NOW)
    load(server.certificate).verify_directly_issued_by(ca)
    names = load(server.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["a.example", "192.0.2.1", "2001:db8::1"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.1", "2001:db8::1"]
