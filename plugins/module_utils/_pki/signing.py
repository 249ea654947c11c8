# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judge whether a site CA can sign: for this collection, and for Skupper's controllers, which read fewer keys.

A claim is used up before its certificate is signed, and the claim server exits if it can't read the CA
(pkg/certs/certs.go). The CA is therefore judged before a claim is issued.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime

from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.reasons import Reason
from .._model.secret import SecretBytes
from .certificate import HAS_CRYPTOGRAPHY, first, not_after
from .keypair import fits, is_rsa, unusable, why_no_signing_key

_BLOCK = re.compile(rb"-----BEGIN ([^\r\n]*?)-----\s*(.*?)-----END \1-----", re.DOTALL)
_INTEGER, _SEQUENCE = 0x02, 0x30


def require_signable(certificate: bytes, key: SecretBytes, now: datetime) -> None:
    """Raise Failure(ca_unusable) if this collection could not sign with a CA."""
    why = why_unsignable(certificate, key, now)
    if why:
        raise unusable(why)


def why_unsignable(certificate: bytes, key: SecretBytes, now: datetime) -> str:
    """Return why this collection could not sign with a CA; "" if it could. The key's numbers are not validated."""
    signer, ends = first(certificate), not_after(certificate)
    if signer is None or ends is None:
        return "its certificate can't be read"
    if ends <= now:
        return f"it ended at {format_instant(ends)}"
    return why_no_signing_key(key) or ("" if fits(key, signer) else "its key does not belong to its certificate")


def require_redeemable(certificate: bytes, key: SecretBytes, now: datetime) -> None:
    """Raise Failure(ca_unusable) if Skupper's claim server could not sign with a CA."""
    if HAS_CRYPTOGRAPHY:
        # A CA that can't sign at all has another remedy.
        require_signable(certificate, key, now)
    why = why_unredeemable(key)
    if why:
        convert = "convert it (openssl rsa -traditional), " if HAS_CRYPTOGRAPHY and is_rsa(key) else ""
        raise Failure(
            Reason.CA_UNUSABLE,
            f"The site CA can't sign for claims: {why}. To keep this CA, {convert}use cert tokens (type: cert), "
            "which do not need Skupper to sign; or revoke the site's access, which gives it a new CA.",
        )


def why_unredeemable(key: SecretBytes) -> str:
    """Return why Skupper's claim server could not sign with a key that this collection can sign with; "" if it could."""
    if _is_pkcs1(key):
        return ""
    if not HAS_CRYPTOGRAPHY:
        return "its key is no unencrypted RSA key in PKCS#1 form, the only one that Skupper reads"
    kind = "RSA" if is_rsa(key) else "EC"
    return f"its key is an {kind} key in another form than PKCS#1, the only one that Skupper reads"


def _is_pkcs1(key: SecretBytes) -> bool:
    """Return whether Go's x509.ParsePKCS1PrivateKey would read the first PEM block of a key, whatever its label.

    A sequence that begins with two numbers is an RSA key. PKCS#8 has another sequence there, and SEC 1 (EC) a text.
    """
    der = _first_block(key.value)
    if der[:1] != bytes([_SEQUENCE]):
        return False
    rest = der[2 + (der[1] & 0x7F if der[1] & 0x80 else 0) :] if len(der) > 1 else b""
    return rest[:2] == bytes([_INTEGER, 1]) and rest[3:4] == bytes([_INTEGER])


def _first_block(pem: bytes) -> bytes:
    """Return the first PEM block; b"" if there is none, or if it has headers, as an encrypted one has."""
    found = _BLOCK.search(pem)
    if found is None:
        return b""
    try:
        return base64.b64decode(b"".join(found.group(2).split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
