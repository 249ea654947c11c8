# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a site's credentials are revoked, whatever its generation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from ..._kube.api import NamespaceApi
from ..._model.authority import AuthorityNotes, MissingRight, RevocableSite, ServerCertificate
from ..._model.revocation import RevokePlan
from ..._model.site import SiteConfig
from ..._model.token import ClaimRecord
from ..._pki.issue import Authority, Issued
from ..._v1.authority import SiteAuthority


class AuthorityStore(Protocol):
    """What a site's access rests on: its CA, its claims and its router. Each method that writes is one step or a part of it.

    Writes that are valid only for the version that was read raise Failure(conflict) if there is another one.
    """

    def config(self) -> SiteConfig:
        """Return the site's configuration; raises Failure(no_site)."""

    def accepting(self) -> SiteConfig:
        """Return the configuration of a site that others may link to.

        Raises Failure(no_site, site_not_ready, site_cannot_accept).
        """

    def look(self, site_id: str) -> RevocableSite:
        """Read all that decides about a revocation and proves it; raises Failure(site_not_ready)."""

    def missing_rights(self, plan: RevokePlan) -> tuple[MissingRight, ...]:
        """Return the rights for the writes of a plan that the account does not have."""

    def hosts(self, config: SiteConfig) -> tuple[str, ...]:
        """Return every host that the server certificate has to name.

        They are asked for once; raises Failure(ingress_pending, ingress_unsupported, forbidden).
        """

    def authority(self) -> Authority:
        """Return the current CA with its key; raises Failure(site_not_ready)."""

    def server(self) -> ServerCertificate:
        """Return the current server certificate; raises Failure(site_not_ready)."""

    def disable_claim(self, claim: ClaimRecord) -> ClaimRecord:
        """Make a claim unusable, and return what the API server has of it then."""

    def delete_claim(self, claim: ClaimRecord) -> bool:
        """Delete a claim in the version that was read, and return whether it was there."""

    def issue_authority(self, lifetime: timedelta, serial: int) -> Authority:
        """Return a new CA for the site, which is not stored."""

    def replace_authority(self, before: AuthorityNotes, made: Authority, notes: AuthorityNotes) -> bool:
        """Write a CA over the one that was read, which is kept nowhere, together with its notes.

        Return whether the API server says that it has stored it.
        """

    def adopt_authority(self, before: AuthorityNotes, notes: AuthorityNotes) -> None:
        """Write notes to the CA that was read, and which CA they are of."""

    def record(self, before: AuthorityNotes, notes: AuthorityNotes) -> None:
        """Write the revocations and lists among notes to the CA that was read."""

    def issue_server(
        self, authority: Authority, former: ServerCertificate, hosts: Sequence[str], lifetime: timedelta, serial: int
    ) -> Issued:
        """Return a new server certificate, which is not stored; raises Failure(ca_unusable)."""

    def replace_server(self, before: ServerCertificate, made: Issued, ca: bytes) -> bool:
        """Write a server certificate over the one that was read, and the CA as the only one that the router trusts.

        Return whether the API server says that it has stored it.
        """

    def restart_router(self, authority: str, now: datetime) -> None:
        """Restart the router, and note for which CA."""

    def kept_list(self) -> AuthorityNotes:
        """Return the notes of an edge site, which hold its lists of evicted sites; raises Failure(site_not_ready)."""

    def missing_right_to_keep(self) -> MissingRight | None:
        """Return the right to write them that the account does not have. None if it has it."""

    def keep_list(self, before: AuthorityNotes, notes: AuthorityNotes) -> None:
        """Write the lists among notes to the edge site's notes that were read."""


def authority_store(api: NamespaceApi) -> AuthorityStore:
    """Return what the access to the site in a namespace rests on."""
    return SiteAuthority(api)
