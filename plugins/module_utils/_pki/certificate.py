# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read and compare certificates."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from typing import Any

from .._model.errors import Failure
from .._model.reasons import Reason
from .public_key import spki

try:
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

    HAS_CRYPTOGRAPHY = True
except ImportError:
    HAS_CRYPTOGRAPHY = False

_END = b"-----END CERTIFICATE-----"


def require_cryptography() -> None:
    """Raise Failure(missing_library) unless the cryptography package can be used."""
    if not HAS_CRYPTOGRAPHY:
        raise Failure(
            Reason.MISSING_LIBRARY,
            "The Python package cryptography is needed to read and make certificates: install it for the interpreter "
            "that runs this task.",
        )


def load_all(pem: bytes | None) -> list[Any]:
    """Return all certificates of a PEM text that can be parsed."""
    require_cryptography()
    found = []
    for block in (pem or b"").split(_END)[:-1]:
        try:
            found.append(x509.load_pem_x509_certificate(block.lstrip() + _END + b"\n"))
        except (ValueError, x509.InvalidVersion):
            continue
    return found


def first(pem: bytes | None) -> Any:
    """Return the first certificate of a PEM text, parsed. None if there is none."""
    return next(iter(load_all(pem)), None)


def fingerprint(pem: bytes | None) -> str | None:
    """Return the SHA-256 of the first certificate of a PEM text, in lower-case hex. None if there is none."""
    found = first(pem)
    return None if found is None else found.fingerprint(hashes.SHA256()).hex()


def key_digests(pem: bytes | None) -> tuple[str, ...]:
    """Return the SHA-256 digests of the public keys of all certificates of a PEM text, sorted, in lower-case hex.

    Empty without the cryptography package.
    """
    found = load_all(pem) if pem and HAS_CRYPTOGRAPHY else []
    return tuple(sorted(set(map(key_digest, found))))


def key_digest(certificate: Any) -> str:
    """Return the SHA-256 of a parsed certificate's public key, or of the whole certificate if the kind of key is not known."""
    try:
        return hashlib.sha256(spki(certificate.public_key())).hexdigest()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        digest: bytes = certificate.fingerprint(hashes.SHA256())
        return digest.hex()


def lifetime(pem: bytes | None) -> timedelta | None:
    """Return for how long in all the first certificate of a PEM text is valid. None if there is none."""
    found, ends = first(pem), not_after(pem)
    return None if found is None or ends is None else ends - begins(found)


def is_signed_by(certificate: bytes | None, ca: bytes | None) -> bool:
    """Return whether the first certificate of a PEM text carries the signature of any CA of another text.

    The signature decides, not the names: every site CA has the same subject, and ca.crt may hold several CAs.
    """
    chain = load_all(certificate)
    return bool(chain) and any(verifies(chain[0], issuer) for issuer in load_all(ca))


def verifies(certificate: Any, issuer: Any) -> bool:
    """Return whether a certificate carries the signature of another certificate's key."""
    try:
        return _is_signature_of(certificate, issuer.public_key())
    except UnsupportedAlgorithm:
        # A working link must not be called stale for an algorithm that can't be checked here.
        return bool(certificate.issuer == issuer.subject)
    except (InvalidSignature, ValueError, TypeError):
        return False


def _is_signature_of(certificate: Any, key: Any) -> bool:
    digest = certificate.signature_hash_algorithm
    signed = (certificate.signature, certificate.tbs_certificate_bytes)
    if isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
        key.verify(*signed)
    elif digest is None:
        return False
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(*signed, _padding(certificate), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(*signed, ec.ECDSA(digest))
    else:
        raise UnsupportedAlgorithm("a kind of key that is not known here")
    return True


def _padding(certificate: Any) -> Any:
    """Return the padding of an RSA signature. cryptography before 41 does not say, and Skupper makes only PKCS #1 v1.5."""
    found = getattr(certificate, "signature_algorithm_parameters", None)
    return found if isinstance(found, padding.PSS) else padding.PKCS1v15()


def not_after(certificate: bytes | None) -> datetime | None:
    """Return when the first certificate of a PEM text ends, in UTC. None if there is none."""
    chain = load_all(certificate)
    if not chain:
        return None
    # cryptography before 42 only has the naive property, later ones warn about it.
    aware = getattr(chain[0], "not_valid_after_utc", None)
    ends: datetime = aware or chain[0].not_valid_after.replace(tzinfo=timezone.utc)
    return ends


def is_newer(ca: bytes | None, other: bytes | None) -> bool:
    """Return whether the first certificate of one PEM text began to be valid later than that of another."""
    first, second = load_all(ca), load_all(other)
    return bool(first and second) and begins(first[0]) > begins(second[0])


def begins(certificate: Any) -> datetime:
    """Return when a parsed certificate begins to be valid, in UTC."""
    aware = getattr(certificate, "not_valid_before_utc", None)
    starts: datetime = aware or certificate.not_valid_before.replace(tzinfo=timezone.utc)
    return starts
