# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Go's crypto/x509 says about a server certificate, and proton about a router's: the words and the rules."""

from __future__ import annotations

import datetime
import fnmatch
import ipaddress
from collections.abc import Iterable, Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtensionOID, NameOID

_PREFIX = "tls: failed to verify certificate: x509: "
_UNKNOWN = "certificate signed by unknown authority"


def parse_roots(pem: bytes) -> list[x509.Certificate]:
    """Read the certificates of a PEM bundle, passing over what is none, as AppendCertsFromPEM does."""
    roots = []
    for block in pem.split(b"-----BEGIN CERTIFICATE-----")[1:]:
        try:
            roots.append(x509.load_pem_x509_certificate(b"-----BEGIN CERTIFICATE-----" + block))
        except ValueError:
            continue
    return roots


def verify(
    leaf: x509.Certificate,
    roots: list[x509.Certificate],
    host: str,
    now: datetime.datetime,
    intermediates: Sequence[x509.Certificate] = (),
) -> str | None:
    """Check a server certificate in the order of Go's Verify; None if it holds, else the text of Go's error."""
    problem = _expired(leaf, now) or _hostname(leaf, host) or _chain(leaf, roots, now, intermediates)
    return problem and _PREFIX + problem


def _expired(certificate: x509.Certificate, now: datetime.datetime) -> str | None:
    at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now < start:
        return f"certificate has expired or is not yet valid: current time {at} is before {_zulu(start)}"
    if now > end:
        return f"certificate has expired or is not yet valid: current time {at} is after {_zulu(end)}"
    return None


def _zulu(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _hostname(leaf: x509.Certificate, host: str) -> str | None:
    addresses, names = _san(leaf)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if any(_matches(name, host) for name in names):
            return None
        if not names:
            return f"certificate is not valid for any names, but wanted to match {host}"
        return f"certificate is valid for {', '.join(names)}, not {host}"
    if address in addresses:
        return None
    if not addresses:
        return f"cannot validate certificate for {host} because it doesn't contain any IP SANs"
    return f"certificate is valid for {', '.join(map(str, addresses))}, not {host}"


def _chain(
    leaf: x509.Certificate,
    roots: list[x509.Certificate],
    now: datetime.datetime,
    intermediates: Sequence[x509.Certificate],
) -> str | None:
    problem = _UNKNOWN
    for root in [each for each in roots if each.subject == leaf.issuer]:
        if _is_issued_by(leaf, root):
            return _expired(root, now)
        # Go names the last candidate whose name fitted but whose key did not.
        problem = (
            f'{_UNKNOWN} (possibly because of "crypto/rsa: verification error" '
            f'while trying to verify candidate authority certificate "{_common_name(root)}")'
        )
    for number, issuer in enumerate(intermediates):
        if _is_issued_by(leaf, issuer):
            rest = [*intermediates[:number], *intermediates[number + 1 :]]
            return _expired(issuer, now) or _chain(issuer, roots, now, rest)
    return problem


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def proton_accepts(leaf: x509.Certificate, host: str) -> bool:
    """Whether proton takes a certificate for a host: DNS names and the common name count, IP addresses do not."""
    _addresses, names = _san(leaf)
    return any(_matches(name, host) for name in [*names, _common_name(leaf)])


def _matches(pattern: str, host: str) -> bool:
    pattern, host = pattern.lower(), host.lower().rstrip(".")
    if pattern.startswith("*."):
        return host.count(".") == pattern.count(".") and fnmatch.fnmatchcase(host, pattern)
    return bool(pattern) and pattern == host


def _san(leaf: x509.Certificate) -> tuple[list[ipaddress.IPv4Address | ipaddress.IPv6Address], list[str]]:
    try:
        san = leaf.extensions.get_extension_for_oid(ExtensionOID.SUBJECT_ALTERNATIVE_NAME).value
    except x509.ExtensionNotFound:
        return [], []
    names: Iterable[x509.GeneralName] = san if isinstance(san, x509.SubjectAlternativeName) else []
    every = list(names)
    addresses = [name.value for name in every if isinstance(name, x509.IPAddress)]
    hosts = [name.value for name in every if isinstance(name, x509.DNSName)]
    return [a for a in addresses if isinstance(a, (ipaddress.IPv4Address, ipaddress.IPv6Address))], hosts


def _common_name(certificate: x509.Certificate) -> str:
    values = [attribute.value for attribute in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return str(values[0]) if values else ""
