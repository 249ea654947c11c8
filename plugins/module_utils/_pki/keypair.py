# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make and read private keys in Skupper's form (pkg/certs/certs.go)."""

from __future__ import annotations

from typing import Any

from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.secret import SecretBytes
from .public_key import spki

try:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
except ImportError:
    # require_cryptography() reports that before anything here is used.
    pass

_EXPONENT = 65537
_BITS = 2048
_UNREADABLE = "its key is no unencrypted private key in PEM"


def unusable(why: str) -> Failure:
    """Return the failure for a site CA that can't sign."""
    return Failure(
        Reason.CA_UNUSABLE,
        f"The site CA can't sign certificates: {why}. Revoke the site's access, which gives it a new CA.",
    )


def new_key() -> Any:
    """Return a new RSA key of 2048 bits. The library takes its randomness from the operating system."""
    return rsa.generate_private_key(_EXPONENT, _BITS)


def key_pem(key: Any) -> SecretBytes:
    """Return an RSA key as PKCS#1 PEM. Skupper's controllers exit on any other form."""
    encoded: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return SecretBytes(encoded)


def load_signing_key(pem: SecretBytes) -> Any:
    """Read a CA's key: RSA or EC, in PKCS#1, SEC 1 or PKCS#8. Raise Failure(ca_unusable), which quotes nothing of it."""
    why = why_no_signing_key(pem)
    if why:
        raise unusable(why)
    try:
        return serialization.load_pem_private_key(pem.value, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise unusable(_UNREADABLE) from None


def why_no_signing_key(pem: SecretBytes) -> str:
    """Return why a key can't sign, without validating its numbers; "" if it can."""
    try:
        key = _load_unchecked(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return _UNREADABLE
    known = isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey))
    return "" if known else "its key is neither RSA nor EC"


def is_rsa(pem: SecretBytes) -> bool:
    """Return whether a key that can be read is an RSA key."""
    return isinstance(_load_unchecked(pem), rsa.RSAPrivateKey)


def fits(key: SecretBytes, certificate: Any) -> bool:
    """Return whether a private key belongs to a certificate."""
    try:
        return spki(_load_unchecked(key).public_key()) == spki(certificate.public_key())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def _load_unchecked(pem: SecretBytes) -> Any:
    """Read a key that is only compared. Validating its numbers would take as long as making a new key."""
    try:
        return serialization.load_pem_private_key(pem.value, password=None, unsafe_skip_rsa_key_validation=True)
    except TypeError:
        # cryptography before 39 always validates. A key that needs a password raises this again.
        return serialization.load_pem_private_key(pem.value, password=None)
