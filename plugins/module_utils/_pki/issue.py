# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make certificates as Skupper makes them (pkg/certs/certs.go), down to the order of their extensions."""

from __future__ import annotations

import hashlib
import ipaddress
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .._model.secret import SecretBytes
from .certificate import fingerprint, first, require_cryptography
from .keypair import key_pem, load_signing_key, new_key
from .signing import require_signable

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.x509.name import _ASN1Type
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
except ImportError:
    # require_cryptography() reports that before anything here is used.
    pass

# Five years as Go's code counts them, for leaves and CAs alike.
LIFETIME = timedelta(days=5 * 365)


@dataclass(frozen=True)
class Authority:
    """A CA as its Secret holds it."""

    certificate: bytes
    key: SecretBytes

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the certificate, in lower-case hex; "" if it can't be read."""
        return fingerprint(self.certificate) or ""


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, both PEM."""

    certificate: bytes
    key: SecretBytes


def issue_client(authority: Authority, name: str, lifetime: timedelta, serial: int, now: datetime) -> Issued:
    """Sign a client certificate with a key of its own, valid from ``now``. Raise Failure(ca_unusable).

    ``serial`` is a random number below 2^128. The authority's key is read here, and not kept.
    """
    return _sign(authority, name, (), lifetime, serial, now)


def issue_server(
    authority: Authority, name: str, hosts: Sequence[str], lifetime: timedelta, serial: int, now: datetime
) -> Issued:
    """Sign a server certificate for hosts and addresses, as issue_client() signs one for a client."""
    return _sign(authority, name, hosts, lifetime, serial, now)


def new_authority(name: str, lifetime: timedelta, serial: int, now: datetime) -> Authority:
    """Make a self-signed CA with a new key, valid from ``now``. ``serial`` is a random number below 2^128."""
    require_cryptography()
    key = new_key()
    certificate = authority_builder(key.public_key(), name, serial, now, now + lifetime).sign(key, hashes.SHA256())
    return Authority(certificate.public_bytes(serialization.Encoding.PEM), key_pem(key))


def _sign(
    authority: Authority, name: str, hosts: Sequence[str], lifetime: timedelta, serial: int, now: datetime
) -> Issued:
    require_cryptography()
    require_signable(authority.certificate, authority.key, now)
    signer, signing_key = first(authority.certificate), load_signing_key(authority.key)
    key = new_key()
    builder = leaf_builder(signer, key.public_key(), name, hosts, serial, (now, now + lifetime))
    certificate = builder.sign(signing_key, hashes.SHA256())
    return Issued(certificate.public_bytes(serialization.Encoding.PEM), key_pem(key))


def leaf_builder(
    signer: Any, public_key: Any, name: str, hosts: Sequence[str], serial: int, span: tuple[datetime, datetime]
) -> Any:
    """Return a certificate for hosts, or for a client if there are none, before it is signed."""
    builder = _builder(_subject(name), signer.subject, public_key, serial, span)
    builder = _add_usage(builder, authority=False)
    identifier = _authority_key_identifier(signer, name)
    if identifier is not None:
        builder = builder.add_extension(identifier, critical=False)
    return builder.add_extension(_alternatives(hosts), critical=False)


def authority_builder(public_key: Any, name: str, serial: int, begins: datetime, ends: datetime) -> Any:
    """Return a CA's own certificate before it is signed."""
    builder = _builder(_subject(name), _subject(name), public_key, serial, (begins, ends))
    builder = _add_usage(builder, authority=True)
    builder = builder.add_extension(_subject_key_identifier(public_key), critical=False)
    return builder.add_extension(_alternatives(()), critical=False)


def _builder(subject: Any, issuer: Any, public_key: Any, serial: int, span: tuple[datetime, datetime]) -> Any:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(span[0])
        .not_valid_after(span[1])
    )


def _add_usage(builder: Any, authority: bool) -> Any:
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    return (
        builder.add_extension(_key_usage(authority), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )


def _alternatives(hosts: Sequence[str]) -> Any:
    """Return every host as a DNS name, since routers look at nothing else, and addresses as such, too.

    Go's code splits an empty list of hosts at its commas and gets one empty name.
    """
    found: list[Any] = [x509.DNSName(host) for host in hosts or [""]]
    for host in hosts:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            continue
    return x509.SubjectAlternativeName(found)


def _subject(name: str) -> Any:
    """Return the common name. It may be longer than RFC 5280's 64 characters, as names of Secrets are, since Go signs it.

    Go writes what names of Secrets can hold as a PrintableString.
    """
    kind = _ASN1Type.PrintableString
    with warnings.catch_warnings():
        # The library warns about the length, or refuses it unless _validate is false. The oldest versions have no _validate.
        warnings.simplefilter("ignore", UserWarning)
        try:
            attribute = x509.NameAttribute(NameOID.COMMON_NAME, name, kind, _validate=False)
        except TypeError:
            attribute = x509.NameAttribute(NameOID.COMMON_NAME, name, kind)
    return x509.Name([attribute])


def _key_usage(authority: bool) -> Any:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _subject_key_identifier(public_key: Any) -> Any:
    """Return it as Go's x509 makes it since 1.25: the first 160 bits of the key's SHA-256 (RFC 7093, method 1)."""
    encoded = public_key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    return x509.SubjectKeyIdentifier(hashlib.sha256(encoded).digest()[:20])


def _authority_key_identifier(signer: Any, name: str) -> Any:
    """Return the signer's own identifier, as Go's x509 sets it. None if subject and issuer are the same."""
    if signer.subject == _subject(name):
        return None
    try:
        subject = signer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except (x509.ExtensionNotFound, ValueError):
        return None
    return x509.AuthorityKeyIdentifier(subject.value.digest, None, None)
