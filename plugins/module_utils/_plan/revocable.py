# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the CA of a site is, and whose."""

from __future__ import annotations

from .._model.authority import RevocableSite
from .._model.owner import Owner
from .._pki.certificate import fingerprint
from .._pki.trust import issuer_name, keys_of


def ca_fingerprint(site: RevocableSite) -> str | None:
    """Return that of the current CA. None if there is none that can be read."""
    return fingerprint(site.authority.certificate)


def is_ours(site: RevocableSite) -> bool:
    """Return whether this collection made or adopted the current CA."""
    present = ca_fingerprint(site)
    return present is not None and site.authority.authority == present


def trusted_keys(site: RevocableSite) -> frozenset[str]:
    """Return the digests of all keys that a credential for this site may be signed with."""
    return keys_of(site.authority.certificate, site.server.ca)


def put_back(site: RevocableSite) -> frozenset[str]:
    """Return the digests of the site CA's keys that were revoked before, and that were put back."""
    return keys_of(site.authority.certificate) & site.authority.distrusted()


def authority_owner(site: RevocableSite) -> Owner | None:
    """Return whose the CA is, if it is another tool's or a company's. Skupper's own sign themselves."""
    signer = issuer_name(site.authority.certificate)
    signed = Owner(f"the PKI of {signer}", f"{signer} has signed it") if signer else None
    return site.authority.owner or signed
