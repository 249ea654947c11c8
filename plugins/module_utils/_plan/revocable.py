# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A site as far as revoking its access goes, as one look found it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .._model.owner import Owner
from .._model.revocation import AuthorityNotes, Incoming, Record, Rollout, ServerCertificate
from .._model.token import ClaimRecord
from .._pki.certificate import fingerprint
from .._pki.trust import issuer_name, keys_of


@dataclass(frozen=True)
class RevocableSite:
    """What decides about a revocation, and proves it."""

    authority: AuthorityNotes
    server: ServerCertificate
    rollout: Rollout
    records: tuple[ClaimRecord, ...]
    incoming: tuple[Incoming, ...]
    now: datetime

    @property
    def fingerprint(self) -> str | None:
        """Return that of the present CA; None if there is none that can be read."""
        return fingerprint(self.authority.certificate)

    @property
    def is_ours(self) -> bool:
        """Return whether this collection made or adopted the present CA."""
        return self.fingerprint is not None and self.authority.authority == self.fingerprint

    @property
    def latest(self) -> Record | None:
        """Return the latest revocation that is recorded with its keys."""
        return next((each for each in reversed(self.authority.records) if each.at is not None), None)

    @property
    def trusted(self) -> frozenset[str]:
        """Return the digests of all keys that a credential for this site may be signed with."""
        return keys_of(self.authority.certificate, self.server.ca)

    @property
    def put_back(self) -> frozenset[str]:
        """Return the digests of the site CA's keys that were revoked before, and that someone has put back."""
        return keys_of(self.authority.certificate) & self.authority.distrusted()

    @property
    def authority_owner(self) -> Owner | None:
        """Return whose the CA is, if it is another tool's or a company's; Skupper's own sign themselves."""
        signer = issuer_name(self.authority.certificate)
        signed = Owner(f"the PKI of {signer}", f"{signer} has signed it") if signer else None
        return self.authority.owner or signed
