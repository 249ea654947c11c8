# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Claims of a site of Skupper v1: records that are Secrets, which its claim server reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from .._kube.admission import check_admission
from .._kube.api import SECRET, NamespaceApi
from .._model.errors import Failure, Warnings
from .._model.issuing import IssuingSite, NewClaim
from .._model.reasons import Reason
from .._model.site import Service
from .._model.token import ClaimRecord, ClaimToken
from .objects import keys
from .objects.claim import is_record, limit_patch, read_record, removal_patch, write_record

_ATTEMPTS = 4


class Claims:
    """The claims of a site of Skupper v1."""

    def __init__(self, api: NamespaceApi) -> None:
        self._api = api

    def find(self, name: str) -> ClaimRecord | None:
        """Return the claim of a name. None if there is none; raises Failure(name_taken) if a Secret of that name is no claim."""
        manifest = self._api.get(SECRET, name)
        if manifest is None:
            return None
        if not is_record(manifest):
            raise Failure(
                Reason.NAME_TAKEN,
                f"Secret {name} in {self._api.place} is no claim: it belongs to something else. Choose another name.",
            )
        return read_record(manifest)

    def check_admission(self, site: IssuingSite, new: NewClaim) -> None:
        """Raise what would keep a claim from being replaced under its own name. Change nothing."""
        check_admission(self._api, self._record(site, new), f"Claim {new.name}")

    def create(self, site: IssuingSite, new: NewClaim) -> ClaimRecord:
        """Make a claim; raises Failure(conflict) if its name is taken."""
        return read_record(self._api.create(SECRET, self._record(site, new)))

    def _record(self, site: IssuingSite, new: NewClaim) -> Mapping[str, Any]:
        return write_record(
            name=new.name,
            password=new.password,
            expires=new.expires,
            uses=new.uses,
            version=site.router.version,
            site_id=site.config.site_id,
            owners=site.router.owner_references,
            purpose=new.purpose,
        )

    def limit(self, record: ClaimRecord, expires: datetime | None, remaining: int | None) -> ClaimRecord:
        """Give a claim other limits; raises Failure(conflict) if it was changed since it was read."""
        return read_record(self._api.patch(SECRET, record.name, limit_patch(record, expires, remaining)))

    def remove(self, record: ClaimRecord) -> tuple[bool, Warnings]:
        """Delete a claim as it was when it was last looked at, so that no redemption is unknown.

        Return whether this did it, and warnings. It did not if the claim was gone already.
        """
        warnings: Warnings = ()
        for _attempt in range(_ATTEMPTS):
            warnings = self._note_redemption(record)
            try:
                return self._api.delete(SECRET, record.name, record.uid, record.resource_version), warnings
            except Failure as failure:
                latest = self.find(record.name) if failure.reason is Reason.CONFLICT else None
                if latest is None or latest.uid != record.uid:
                    raise
                record = latest
        return self._api.delete(SECRET, record.name, record.uid), warnings

    def _note_redemption(self, record: ClaimRecord) -> Warnings:
        """Note with the CA that a claim goes which was redeemed shortly before, for a revocation that follows.

        A claim that was issued for a link is removed when its link works, and has its certificate.
        """
        if record.purpose is not None or not record.may_be_signed_for(self._api.now()):
            return ()
        try:
            self._api.patch(SECRET, keys.SITE_CA, removal_patch(self._api.now()))
        except Failure as failure:
            if failure.reason not in (Reason.FORBIDDEN, Reason.CONFLICT):
                raise
            warning = (
                f"Claim {record.name} in {self._api.place} was redeemed shortly before it was removed, and that could not "
                f"be noted in Secret {keys.SITE_CA}: if access is to be revoked, wait two minutes. {failure.message}"
            )
            return (warning,)
        return ()

    def discard(self, name: str, uid: str) -> None:
        """Delete the claim with this UID, whatever its state. Another one of that name stays."""
        self._api.delete(SECRET, name, uid)

    def token(self, site: IssuingSite, record: ClaimRecord) -> ClaimToken:
        """Return the token of a claim; the same each time (client/token_claim_create.go, RecreateTokenClaim)."""
        return ClaimToken(
            name=record.name,
            url=f"https://{site.endpoints[Service.CLAIMS]}/{record.name}",
            password=record.password,
            ca=site.certificates.ca,
            site_id=site.config.site_id,
            site_version=site.router.version,
            expires=record.expires,
            used_up=record.remaining == 0,
            owner_references=site.router.owner_references,
        )
