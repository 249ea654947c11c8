# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Site CAs as production clusters have them: old, expired, renewed with the same key, bundled, or a company's own."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from .kube import encoded
from .site_handle import Site
from .sites import names
from .sites.certs import LIFETIME, issue, new_authority, read_authority

Data = dict[str, bytes]
ISSUER = "cert-manager-certificates-issuing"
_NAME_NOTE = "cert-manager.io/certificate-name"


def make(age: timedelta = timedelta(0), lifetime: timedelta = LIFETIME, key: bytes | None = None) -> Data:
    """Make the data of a site CA's Secret, with a key of its own or for an existing PEM key."""
    private = rsa.generate_private_key(65537, 2048) if key is None else _load(key)
    return new_authority(names.SITE_CA, private, age, lifetime)


def install(site: Site, authority: Data, wait: bool = True) -> None:
    """Give a site another CA and a server certificate of it, and restart its router."""
    site.put(names.SITE_CA, authority)
    serve(site, authority, authority["tls.crt"], wait)


def serve(site: Site, authority: Data, trusted: bytes, wait: bool = True) -> None:
    """Give a site a server certificate of some CA, and let its router trust these certificates."""
    key = rsa.generate_private_key(65537, 2048)
    made = issue(read_authority(authority), names.ROUTER, site.server_hosts(), key)
    site.put(names.SITE_SERVER, {**made, "ca.crt": trusted})
    site.restart_for_new_certificate(wait)


def trust(site: Site, *certificates: bytes, wait: bool = True) -> None:
    """Let a site's router trust these CAs, too, and restart it."""
    server = site.data(names.SITE_SERVER)
    site.put(names.SITE_SERVER, {**server, "ca.crt": b"".join([server["ca.crt"], *certificates])})
    site.restart_for_new_certificate(wait)


@dataclass(frozen=True)
class Company:
    """A company's PKI: a root, an issuing CA for sites, and another one for the certificates of servers."""

    root: bytes
    authority: Data
    """The data of the site CA's Secret: the issuing CA with the root behind it, and its key."""
    _servers: tuple[x509.Certificate, rsa.RSAPrivateKey]
    _age: timedelta

    @classmethod
    def found(cls, age: timedelta = timedelta(days=10)) -> Company:
        """Make all three certificates, as old as `age` says."""
        root_key, site_key, server_key = (rsa.generate_private_key(65537, 2048) for _each in range(3))
        root = _certificate("Example Root", root_key, "Example Root", root_key, age)
        sites = _certificate("Example Issuing A", site_key, "Example Root", root_key, age)
        servers = _certificate("Example Issuing B", server_key, "Example Root", root_key, age)
        authority = {"tls.crt": _pem(sites) + _pem(root), "tls.key": _key_pem(site_key)}
        return cls(_pem(root), authority, (servers, server_key), age)

    def equip(self, site: Site, root_alone: bool = False, wait: bool = True) -> None:
        """Write site CA and server certificate as cert-manager does, and restart the router.

        With `root_alone` the router trusts the root alone: a client has to show the issuing CA's certificate, too.
        """
        trusted = self.root if root_alone else self.authority["tls.crt"]
        self._write(site, names.SITE_CA, self.authority)
        self._write(site, names.SITE_SERVER, {**self._server(site.server_hosts()), "ca.crt": trusted})
        site.restart_for_new_certificate(wait)

    def _server(self, hosts: Sequence[str]) -> Data:
        authority, authority_key = self._servers
        key = rsa.generate_private_key(65537, 2048)
        signed = _certificate(names.ROUTER, key, "Example Issuing B", authority_key, self._age, hosts)
        return {"tls.crt": _pem(signed) + _pem(authority), "tls.key": _key_pem(key)}

    def _write(self, site: Site, secret: str, data: Data) -> None:
        body = {"metadata": {"annotations": {_NAME_NOTE: secret}}, "data": encoded(data)}
        target = f"/api/v1/namespaces/{site.namespace}/secrets/{secret}"
        merge = "application/merge-patch+json"
        site.cluster.api.call("PATCH", target, body, query={"fieldManager": ISSUER}, content_type=merge)


def _certificate(
    subject: str,
    key: rsa.RSAPrivateKey,
    issuer: str,
    issuer_key: rsa.RSAPrivateKey,
    age: timedelta,
    hosts: Sequence[str] = (),
) -> x509.Certificate:
    """Sign a certificate of two years: a server's if there are hosts, and a CA's if there are none."""
    begins = datetime.now(timezone.utc) - age
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=730))
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(_alternatives(hosts)), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _alternatives(hosts: Sequence[str]) -> list[x509.GeneralName]:
    # Routers compare with DNS names alone, claim clients with addresses.
    named: list[x509.GeneralName] = [x509.DNSName(host) for host in hosts]
    for host in hosts:
        try:
            named.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            continue
    return named


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )


def _load(pem: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("Skupper reads RSA keys alone")
    return key
