# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CA of a site and the certificate of its router, as they lie in their Secrets."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes

from testbed import Site

CA, SERVER = "skupper-site-ca", "skupper-site-server"


def fingerprint(site: Site, secret: str = CA) -> str:
    """Return the SHA-256 of a certificate, in hexadecimal digits."""
    return x509.load_pem_x509_certificate(site.data(secret)["tls.crt"]).fingerprint(hashes.SHA256()).hex()


def fits(site: Site) -> bool:
    """Whether the site's server certificate was signed by its CA, and comes with that CA."""
    ca, server = site.data(CA), site.data(SERVER)
    issuer = x509.load_pem_x509_certificate(ca["tls.crt"])
    try:
        x509.load_pem_x509_certificate(server["tls.crt"]).verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError):
        return False
    return server["ca.crt"] == ca["tls.crt"]


def dns_names(site: Site) -> list[str]:
    """Return the DNS names in a site's server certificate."""
    certificate = x509.load_pem_x509_certificate(site.data(SERVER)["tls.crt"])
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return found.get_values_for_type(x509.DNSName)
