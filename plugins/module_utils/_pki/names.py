# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare names in certificates as the programs at the other end do."""

from __future__ import annotations

import ipaddress
from typing import Any

from .._model.printable import printable
from .certificate import first, load_all

try:
    from cryptography import x509
    from cryptography.x509.oid import NameOID
except ImportError:
    # require_cryptography() reports that before anything here is used.
    pass

# A certificate may name hundreds of hosts.
_LONGEST = 200


def names_for_router(certificate: bytes, host: str) -> bool:
    """Return whether a router accepts a certificate for a host: by DNS name or common name, never by IP address.

    Source: pni_match_certificate in proton's openssl.c.
    """
    found = first(certificate)
    if found is None:
        return False
    names = [str(name) for name in _alternatives(found, "DNSName")]
    names += _common_names(found.subject)
    return any(_matches(name, host) for name in names)


def names_for_claims(certificate: bytes, host: str) -> bool:
    """Return whether Go's HTTPS client accepts a certificate for a host: an IP address by address, another by DNS name."""
    found = first(certificate)
    if found is None:
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return any(_matches(str(name), host) for name in _alternatives(found, "DNSName"))
    return address in _alternatives(found, "IPAddress")


def dns_names(certificate: bytes | None) -> list[str]:
    """Return the DNS names of the first certificate of a PEM text, in their order. Empty if there is no certificate."""
    found = first(certificate)
    return [] if found is None else [str(name) for name in _alternatives(found, "DNSName") if name]


def holder(certificate: bytes | None) -> str:
    """Return whom the first certificate of a PEM text is for: hosts, addresses, and the common name if it is not among them."""
    found = first(certificate)
    if found is None:
        return "nobody"
    hosts = [str(name) for kind in ("DNSName", "IPAddress") for name in _alternatives(found, kind) if name]
    common = [name for name in _common_names(found.subject) if name not in hosts]
    named = ", ".join(dict.fromkeys(hosts)) or "no host"
    return printable(f"{named} ({', '.join(common)})" if common else named, _LONGEST)


def signer(certificate: bytes | None) -> str:
    """Return the signer that the first certificate of a PEM text names, which may be itself."""
    found = first(certificate)
    if found is None or found.issuer == found.subject:
        return "itself"
    return printable(", ".join(_common_names(found.issuer)) or found.issuer.rfc4514_string(), _LONGEST)


def names_a_signer(certificate: bytes | None, authorities: bytes | None) -> bool:
    """Return whether the first certificate of a PEM text names a CA of another text as its signer, truly or not."""
    found = first(certificate)
    return found is not None and any(found.issuer == each.subject for each in load_all(authorities))


def _common_names(name: Any) -> list[str]:
    return [str(entry.value) for entry in name.get_attributes_for_oid(NameOID.COMMON_NAME)]


def _alternatives(certificate: Any, kind: str) -> list[Any]:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return []
    found: list[Any] = extension.value.get_values_for_type(getattr(x509, kind))
    return found


def _matches(pattern: str, host: str) -> bool:
    """Compare names by RFC 6125. Case does not count, and a leading ``*.`` stands for one label."""
    pattern, host = pattern.lower().rstrip("."), host.lower().rstrip(".")
    if pattern.startswith("*."):
        return "." in host and host.partition(".")[2] == pattern[2:]
    return bool(pattern) and pattern == host
