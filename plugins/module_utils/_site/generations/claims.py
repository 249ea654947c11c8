# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How claims are kept, whatever the generation of the issuing site."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ..._kube.api import NamespaceApi
from ..._model.errors import Warnings
from ..._model.issuing import IssuingSite, NewClaim
from ..._model.token import ClaimRecord, ClaimToken
from ..._v1.claims import Claims


class ClaimStore(Protocol):
    """The claims of an issuing site."""

    def find(self, name: str) -> ClaimRecord | None:
        """Return the claim of a name. None if there is none; raises Failure(name_taken) if something else has the name."""

    def check_admission(self, site: IssuingSite, new: NewClaim) -> None:
        """Raise what would keep a claim from being replaced under its own name. Change nothing."""

    def create(self, site: IssuingSite, new: NewClaim) -> ClaimRecord:
        """Make a claim; raises Failure(conflict) if its name is taken."""

    def limit(self, record: ClaimRecord, expires: datetime | None, remaining: int | None) -> ClaimRecord:
        """Give a claim other limits; raises Failure(conflict) if it was changed since it was read."""

    def remove(self, record: ClaimRecord) -> tuple[bool, Warnings]:
        """Delete a claim as it was when it was last looked at. Return whether this did it, and warnings."""

    def discard(self, name: str, uid: str) -> None:
        """Delete the claim with this UID, whatever its state. Another one of that name stays."""

    def token(self, site: IssuingSite, record: ClaimRecord) -> ClaimToken:
        """Return the token of a claim; the same each time."""


def claim_store(api: NamespaceApi) -> ClaimStore:
    """Return the claims of the site in a namespace."""
    return Claims(api)
