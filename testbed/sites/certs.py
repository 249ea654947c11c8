# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates as Skupper makes them (pkg/certs/certs.go): RSA 2048, PKCS#1 keys, five years, every host a DNS name."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import random
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = datetime.timedelta(days=5 * 365)
_STORED = 600  # keys kept for later runs; an interior site needs six
_USAGES = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])


class UnreadableAuthority(Exception):
    """The data of a CA Secret is not a certificate with a PKCS#1 RSA key; Skupper's controllers exit on this."""


@dataclass(frozen=True)
class Authority:
    """A certificate authority: its certificate, the PEM bytes it was read from, and its key."""

    certificate: x509.Certificate
    pem: bytes
    key: rsa.RSAPrivateKey


class KeyPool:
    """RSA keys that are new to this run, out of a store that outlives runs: making one takes longer than all else."""

    def __init__(self, store: Path) -> None:
        store.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store = store
        self._files = list(store.glob("*.pem"))
        self._room = _STORED - len(self._files)
        random.shuffle(self._files)
        self._maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rsa")

    async def take(self) -> rsa.RSAPrivateKey:
        """Return a key that no other caller gets."""
        while self._files:
            key = _load(self._files.pop())
            if key:
                return key
        key = await asyncio.get_running_loop().run_in_executor(self._maker, rsa.generate_private_key, 65537, 2048)
        if self._room > 0:
            self._room -= 1
            _save(key, self._store / f"{x509.random_serial_number():x}.pem")
        return key


def _load(path: Path) -> rsa.RSAPrivateKey | None:
    try:
        key = _parse_key(path.read_bytes())
    except (OSError, ValueError):
        return None
    return key if isinstance(key, rsa.RSAPrivateKey) else None


def _parse_key(pem: bytes) -> PrivateKeyTypes:
    # Not checked for primes and the like, which takes about as long as making a key.
    return serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)


def _save(key: rsa.RSAPrivateKey, path: Path) -> None:
    partial = path.with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_bytes(_pem(key))
    partial.replace(path)


def new_authority(
    name: str,
    key: rsa.RSAPrivateKey,
    age: datetime.timedelta = datetime.timedelta(0),
    lifetime: datetime.timedelta = LIFETIME,
) -> dict[str, bytes]:
    """Make the data of a CA Secret: tls.crt and tls.key, no ca.crt; the certificate is as old as `age` says."""
    subject = _subject(name)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = _builder(subject, subject, key, [""], identifier, authority=True, age=age, lifetime=lifetime)
    certificate = builder.sign(key, hashes.SHA256())
    return {"tls.crt": certificate.public_bytes(serialization.Encoding.PEM), "tls.key": _pem(key)}


def issue(
    authority: Authority,
    name: str,
    hosts: Iterable[str],
    key: rsa.RSAPrivateKey,
    lifetime: datetime.timedelta = LIFETIME,
) -> dict[str, bytes]:
    """Sign a leaf certificate and return the data of its Secret: tls.crt, tls.key and ca.crt."""
    # Go copies the identifier that the CA gives itself, however that was made of its key.
    own = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    identifier = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)
    # An empty list of hosts gives one empty DNS name: the Go code splits an empty string at commas.
    names = list(hosts) or [""]
    builder = _builder(
        _subject(name), authority.certificate.subject, key, names, identifier, authority=False, lifetime=lifetime
    )
    certificate = builder.sign(authority.key, hashes.SHA256())
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    return {"tls.crt": pem, "tls.key": _pem(key), "ca.crt": authority.pem}


def read_authority(data: dict[str, bytes]) -> Authority:
    """Read a CA Secret as strictly as Skupper does; UnreadableAuthority otherwise."""
    certificate, key = data.get("tls.crt", b""), data.get("tls.key", b"")
    try:
        private = _parse_key(key)
        parsed = x509.load_pem_x509_certificate(certificate)
    except ValueError as error:
        raise UnreadableAuthority(str(error)) from error
    # The controllers parse the key as PKCS#1 and nothing else, whatever the PEM header says.
    if not isinstance(private, rsa.RSAPrivateKey) or b"BEGIN RSA PRIVATE KEY" not in key:
        raise UnreadableAuthority("the key is not PKCS#1 RSA")
    return Authority(parsed, certificate, private)


def _subject(name: str) -> x509.Name:
    # Go signs names of any length; the library insists on RFC 5280's 64 unless told not to look.
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name, _validate=False)] if name else [])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    hosts: list[str],
    identifier: x509.SubjectKeyIdentifier | x509.AuthorityKeyIdentifier,
    *,
    authority: bool,
    age: datetime.timedelta = datetime.timedelta(0),
    lifetime: datetime.timedelta = LIFETIME,
) -> x509.CertificateBuilder:
    begins = datetime.datetime.now(datetime.timezone.utc) - age
    usage = x509.KeyUsage(True, False, True, False, False, authority, False, False, False)
    # Extensions in the order of Go's crypto/x509, buildCertExtensions.
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number() >> 32)
        .not_valid_before(begins)
        .not_valid_after(begins + lifetime)
        .add_extension(usage, critical=True)
        .add_extension(_USAGES, critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.SubjectAlternativeName(list(_names(hosts))), critical=False)
    )


def _names(hosts: list[str]) -> Iterable[x509.GeneralName]:
    # The order of Go's encoder: DNS names first, then addresses.
    yield from (x509.DNSName(host) for host in hosts)
    for host in hosts:
        try:
            yield x509.IPAddress(ipaddress.ip_address(host))
        except ValueError:
            continue


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
