# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find which keys a bundle of CA certificates trusts, how old they are, and what chains to them.

A certificate can be renewed with its key, and a bundle can hold former CAs beside the current one. What was signed by a
key is accepted for as long as any certificate of that key is trusted, so that keys are compared, not certificates.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .certificate import begins, key_digest, key_digests, load_all, verifies

# Certificates between a server's own and the CA that is trusted; real chains have two or three.
_LONGEST_CHAIN = 8
# OpenSSL also trusts what is marked as "X509 CERTIFICATE" or "TRUSTED CERTIFICATE", which no other reader here knows.
_BEGIN = b"-----BEGIN "


def keys_of(*bundles: bytes | None) -> frozenset[str]:
    """Return the SHA-256 digests, in lower-case hex, of the public keys of all certificates of PEM texts."""
    return frozenset(digest for bundle in bundles for digest in key_digests(bundle))


def is_readable(bundle: bytes | None) -> bool:
    """Return whether a PEM text holds certificates, all of which can be parsed."""
    found = load_all(bundle)
    return bool(found) and len(found) == (bundle or b"").count(_BEGIN)


def chains_to(chain: bytes | None, anchors: bytes | None) -> bool:
    """Return whether the first certificate of one PEM text leads, over the others, to a certificate of another.

    Signatures decide, not names. An anchor need not be signed by itself, as the CA of a company's PKI is not.
    """
    certificates, trusted = load_all(chain), load_all(anchors)
    if not certificates:
        return False
    reached, between = certificates[:1], certificates[1:]
    for _link in range(_LONGEST_CHAIN):
        if any(verifies(current, anchor) for current in reached for anchor in trusted):
            return True
        # A CA that two others have signed has two certificates, and either may lead to an anchor.
        above = [each for each in between if any(verifies(current, each) for current in reached)]
        between = [each for each in between if each not in above]
        reached = above
    return False


def issuer_name(bundle: bytes | None) -> str:
    """Return who signed the first certificate of a PEM text; "" if it signed itself, or there is none."""
    certificates = load_all(bundle)
    if not certificates or verifies(certificates[0], certificates[0]):
        return ""
    return str(certificates[0].issuer.rfc4514_string())


def oldest(*bundles: bytes | None, besides: frozenset[str] = frozenset()) -> datetime | None:
    """Return when the oldest CA of PEM texts began to be valid, in UTC. None if there is no certificate.

    CAs above the first one in a company's PKI do not count: they are always older, and sign other CAs. An
    older certificate of the first one's own key counts. ``besides`` are digests of keys that do not count.
    """
    certificates = [certificate for bundle in bundles for certificate in load_all(bundle)]
    above = _above(certificates)
    counted = (each for each in certificates if each not in above and key_digest(each) not in besides)
    return min(map(begins, counted), default=None)


def _above(certificates: list[Any]) -> list[Any]:
    """Return the certificates of other keys that have signed the first one, directly or not."""
    found: list[Any] = []
    own = set(map(key_digest, certificates[:1]))
    below, others = certificates[:1], [each for each in certificates if key_digest(each) not in own]
    while below:
        below = [each for each in others if each not in found and any(verifies(lower, each) for lower in below)]
        found += below
    return found
