# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of every kind the tests need, made on the spot."""

from __future__ import annotations

import functools
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Union

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

Key = Union[ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey, rsa.RSAPrivateKey]

# Far from the ends of all certificates that are made without another wish.
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key, PKCS#8."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def issue(self, subject: str, hosts: tuple[str, ...] = (), ends: datetime | None = None) -> Pair:
        """Return a certificate signed by this one."""
        return _make(subject, new_key("ec"), self, hosts, ends, authority=False)


def new_key(kind: str) -> Key:
    """Make a private key: ec, rsa or ed25519."""
    if kind == "rsa":
        return rsa.generate_private_key(65537, 2048)
    return ed25519.Ed25519PrivateKey.generate() if kind == "ed25519" else ec.generate_private_key(ec.SECP256R1())


def authority(subject: str = "skupper-site-ca", kind: str = "ec", starts: datetime | None = None) -> Pair:
    """Make a CA."""
    return _make(subject, new_key(kind), None, (), None, authority=True, starts=starts)


def authority_of(key: Key, starts: datetime) -> x509.Certificate:
    """Make a new certificate of a CA for its present key."""
    return _make("skupper-site-ca", key, None, (), None, authority=True, starts=starts).certificate


def signed_by(ca: Pair, issuer: Pair, starts: datetime | None = None) -> Pair:
    """Make a CA of the same name and key, its certificate signed by another CA."""
    (subject,) = ca.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return _make(str(subject.value), ca.key, issuer, (), None, authority=True, starts=starts)


def company(starts: datetime) -> dict[str, Pair]:
    """Make a company's PKI: a root, two issuing CAs, and a router's certificate by the second of them."""
    root = _make("Corp Root", new_key("rsa"), None, (), None, authority=True, starts=starts)
    issuing = {
        name: _make(f"Corp Issuing {name}", new_key("rsa"), root, (), None, authority=True, starts=starts)
        for name in ("A", "B")
    }
    server = _make("skupper-router", new_key("rsa"), issuing["B"], ("skupper-router.west",), None, authority=False)
    return {"root": root, **issuing, "server": server}


# Days: the CAs of one site, one after the other.
AGES = {"before": 2000, "now": 1000, "next": 1}


@functools.cache
def known(name: str, kind: str = "ec") -> Pair:
    """Return the same CA at each call with the same name; all have the subject that site CAs have."""
    return authority(kind=kind, starts=NOW - timedelta(days=AGES.get(name, 3650)))


@functools.cache
def leaf(ca: str, days: int = 1825) -> bytes:
    """Make a client certificate of a known CA that ends so many days after NOW."""
    return known(ca).issue("client", ends=NOW + timedelta(days=days)).pem


def _make(
    subject: str,
    key: Key,
    issuer: Pair | None,
    hosts: tuple[str, ...],
    ends: datetime | None,
    authority: bool,
    starts: datetime | None = None,
) -> Pair:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts or NOW - timedelta(days=3650))
        .not_valid_after(ends or NOW + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(h) for h in hosts]), critical=False)
    signer = issuer.key if issuer else key
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return Pair(builder.sign(signer, digest), key)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
