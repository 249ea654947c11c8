# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the access to a site of Skupper v1 rests on, read and written through its API server (client/revoke_all.go)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from .._kube.api import DEPLOYMENT, SECRET, Kind, NamespaceApi
from .._model.authority import AuthorityNotes, MissingRight, RevocableSite, ServerCertificate
from .._model.revocation import RevokePlan, RevokeStep
from .._model.site import SiteConfig
from .._model.token import ClaimRecord
from .._pki.issue import Authority, Issued, issue_server, new_authority
from .._pki.names import dns_names
from .endpoint_reader import EndpointReader
from .needed import accepting_site, listed_secret, needed_secret, not_ready, site_config
from .objects import keys
from .objects.claim import disabling_patch, read_record
from .objects.revoke import (
    authority_marks,
    authority_patch,
    list_marks,
    notes_patch,
    read_authority_notes,
    read_server,
    restart_patch,
    server_patch,
    stored_certificate,
)
from .objects.site import read_authority
from .revocable import look

_SERVER_NAME = "skupper-router"
# The steps that write to the site CA's Secret.
_OF_AUTHORITY = (RevokeStep.REPLACE_CA, RevokeStep.RECORD, RevokeStep.ADOPT, RevokeStep.MARK)


class SiteAuthority:
    """The CA, the claims and the router of a site of Skupper v1."""

    def __init__(self, api: NamespaceApi) -> None:
        self._api = api
        self._hosts: tuple[str, ...] = ()

    def config(self) -> SiteConfig:
        """Return the site's configuration; raises Failure(no_site)."""
        return site_config(self._api)

    def accepting(self) -> SiteConfig:
        """Return the configuration of a site that others may link to.

        Raises Failure(no_site, site_not_ready, site_cannot_accept).
        """
        return accepting_site(self._api)[0]

    def look(self, site_id: str) -> RevocableSite:
        """Read all that decides about a revocation and proves it; raises Failure(site_not_ready)."""
        return look(self._api, site_id)

    def missing_rights(self, plan: RevokePlan) -> tuple[MissingRight, ...]:
        """Return the rights for the writes of a plan that the account does not have."""
        missing = (self._missing_right(*right) for right in _rights(plan))
        return tuple(right for right in missing if right is not None)

    def _missing_right(self, verb: str, kind: Kind, name: str) -> MissingRight | None:
        lacks = self._api.may(verb, kind, name) is False
        return MissingRight(verb, f"{kind.singular} {name}", kind.plural) if lacks else None

    def hosts(self, config: SiteConfig) -> tuple[str, ...]:
        """Return every host that the server certificate has to name.

        They are asked for once; raises Failure(ingress_pending, ingress_unsupported, forbidden).
        """
        self._hosts = self._hosts or EndpointReader(self._api).certificate_hosts(config)
        return self._hosts

    def authority(self) -> Authority:
        """Return the current CA with its key; raises Failure(site_not_ready)."""
        return Authority(*read_authority(needed_secret(self._api, keys.SITE_CA)))

    def server(self) -> ServerCertificate:
        """Return the current server certificate; raises Failure(site_not_ready)."""
        return read_server(needed_secret(self._api, keys.SITE_SERVER))

    def disable_claim(self, claim: ClaimRecord) -> ClaimRecord:
        """Make a claim unusable, and return what the API server has of it then."""
        return read_record(self._api.patch(SECRET, claim.name, disabling_patch(claim)))

    def delete_claim(self, claim: ClaimRecord) -> bool:
        """Delete a claim in the version that was read, and return whether it was there."""
        return self._api.delete(SECRET, claim.name, claim.uid, claim.resource_version)

    def issue_authority(self, lifetime: timedelta, serial: int) -> Authority:
        """Return a new CA for the site, which is not stored."""
        return new_authority(keys.SITE_CA, lifetime, serial, self._api.now())

    def replace_authority(self, before: AuthorityNotes, made: Authority, notes: AuthorityNotes) -> bool:
        """Write a CA over the one that was read, which is kept nowhere, together with its notes.

        Return whether the API server says that it has stored it.
        """
        patch = authority_patch(before, made.certificate, made.key, authority_marks(notes))
        return stored_certificate(self._api.patch(SECRET, keys.SITE_CA, patch)) == made.certificate

    def adopt_authority(self, before: AuthorityNotes, notes: AuthorityNotes) -> None:
        """Write notes to the CA that was read, and which CA they are of."""
        self._api.patch(SECRET, keys.SITE_CA, notes_patch(before, authority_marks(notes)))

    def record(self, before: AuthorityNotes, notes: AuthorityNotes) -> None:
        """Write the revocations and lists among notes to the CA that was read."""
        self._api.patch(SECRET, keys.SITE_CA, notes_patch(before, list_marks(notes)))

    def issue_server(
        self, authority: Authority, former: ServerCertificate, hosts: Sequence[str], lifetime: timedelta, serial: int
    ) -> Issued:
        """Return a new server certificate, which is not stored; raises Failure(ca_unusable)."""
        names = _server_names(self._api.place.namespace, hosts, former.certificate)
        return issue_server(authority, _SERVER_NAME, names, lifetime, serial, self._api.now())

    def replace_server(self, before: ServerCertificate, made: Issued, ca: bytes) -> bool:
        """Write a server certificate over the one that was read, and the CA as the only one that the router trusts.

        Return whether the API server says that it has stored it.
        """
        patch = server_patch(before, made.certificate, made.key, ca)
        return stored_certificate(self._api.patch(SECRET, keys.SITE_SERVER, patch)) == made.certificate

    def restart_router(self, authority: str, now: datetime) -> None:
        """Restart the router, and note for which CA."""
        self._api.patch(DEPLOYMENT, keys.ROUTER, restart_patch(authority, now))

    def kept_list(self) -> AuthorityNotes:
        """Return the notes of an edge site, which hold its lists of evicted sites; raises Failure(site_not_ready).

        An edge site has no CA for other sites, and keeps its lists with that of its local connections.
        """
        found = listed_secret(self._api, keys.LOCAL_CA)
        if found is None:
            raise not_ready(self._api, "Secret", keys.LOCAL_CA)
        return read_authority_notes(found)

    def missing_right_to_keep(self) -> MissingRight | None:
        """Return the right to write them that the account does not have. None if it has it."""
        return self._missing_right("patch", SECRET, keys.LOCAL_CA)

    def keep_list(self, before: AuthorityNotes, notes: AuthorityNotes) -> None:
        """Write the lists among notes to the edge site's notes that were read."""
        self._api.patch(SECRET, keys.LOCAL_CA, notes_patch(before, list_marks(notes)))


def _rights(plan: RevokePlan) -> list[tuple[str, Kind, str]]:
    """Return the writes of a plan, in the words of RBAC."""
    rights = [("delete", SECRET, record.name) for record in plan.claims[:1]]
    if plan.has(RevokeStep.DISABLE_CLAIMS):
        rights += [("patch", SECRET, record.name) for record in plan.claims[:1]]
    if plan.has(*_OF_AUTHORITY):
        rights.append(("patch", SECRET, keys.SITE_CA))
    if plan.has(RevokeStep.SIGN):
        rights.append(("patch", SECRET, keys.SITE_SERVER))
    if plan.has(RevokeStep.RESTART):
        rights.append(("patch", DEPLOYMENT, keys.ROUTER))
    return rights


def _server_names(namespace: str, hosts: Sequence[str], former: bytes) -> list[str]:
    """Return the names inside the cluster, those that the former certificate had, and the hosts for other sites."""
    local = f"{_SERVER_NAME}.{namespace}"
    kept = [name for name in dns_names(former) if name.startswith(f"{local}.")]
    return list(dict.fromkeys([local, f"{local}.svc.cluster.local", *kept, *hosts]))
