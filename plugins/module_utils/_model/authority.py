# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a revocation is judged from: the site CA and its notes, the server certificate, and the routers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .link import Incoming
from .location import Location
from .owner import Owner
from .token import ClaimRecord

# An annotation must not grow for ever.
MOST_CLAIMS = 3000


@dataclass(frozen=True)
class Record:
    """What is noted with the site CA of one revocation, so that it can be proved later."""

    names: tuple[str, ...]
    """The names it has: an id, and one for each evicted site. Empty if it was requested without a name."""
    at: datetime | None = None
    """When the CA was replaced, by the API server's clock. None if an earlier version made the revocation."""
    keys: tuple[str, ...] = ()
    """SHA-256 digests of the public keys that were trusted until then."""
    again: str = ""
    """Why the CA has to be replaced once more when the former routers are gone; "" if it need not be."""
    case: str = ""
    """What had been redeemed while the CA was replaced, so that it was replaced once more; "" if nothing was."""
    claims: tuple[str, ...] = ()
    """Digests of the passwords of the claims that were removed with it. They show that a claim was put back."""
    first: datetime | None = None
    """When its first CA was written. None unless that one was replaced once more."""

    @property
    def begun(self) -> datetime | None:
        """Return when it was begun. Claims that were issued later are not revoked by it."""
        return self.first or self.at


@dataclass(frozen=True)
class AuthorityNotes:
    """The site CA without its key, and what is noted with it."""

    certificate: bytes
    """The CA, and all certificates that are kept beside it."""
    written: datetime | None
    """When the API server stored the certificate, to the second. None if it does not say."""
    writer: str = ""
    """The field manager that stored it; "" if the API server does not say."""
    authority: str | None = None
    """Fingerprint of the CA that this collection wrote or adopted last; the present one may be another tool's."""
    former: str | None = None
    """Fingerprint of the CA that was there before that one."""
    records: tuple[Record, ...] = ()
    """Revocations, the latest last."""
    evicted: tuple[str, ...] = ()
    """Ids of the sites that must not be linked to this one."""
    evicted_locations: tuple[Location, ...] = ()
    """The known locations of those sites."""
    redeemed: datetime | None = None
    """When a claim was last removed that had been redeemed shortly before. Its record no longer shows that."""
    owner: Owner | None = None
    resource_version: str = ""
    kept_in: str = ""
    """The object that holds it, as messages name it."""

    def record(self, name: str) -> Record | None:
        """Return the latest record that counts for a name."""
        return next((each for each in reversed(self.records) if name in each.names), None)

    def distrusted(self, upto: Record | None = None) -> frozenset[str]:
        """Return the digests of the keys that were revoked up to one revocation, or up to the latest."""
        return frozenset(key for each in self._upto(upto) for key in each.keys)

    def removed(self, upto: Record | None = None) -> frozenset[str]:
        """Return the digests of the claims that were removed up to one revocation, or up to the latest."""
        return frozenset(digest for each in self._upto(upto) for digest in each.claims)

    def _upto(self, last: Record | None) -> Iterator[Record]:
        for each in self.records:
            yield each
            if each is last:
                return


@dataclass(frozen=True)
class RouterPod:
    """A pod of the router that has not ended."""

    name: str
    created: datetime
    """To the second."""
    leaves: str = ""
    """Why it goes without a restart: it is ending, or retired; "" if it stays."""


@dataclass(frozen=True)
class Rollout:
    """How far the latest restart of the router is."""

    authority: str | None
    """Fingerprint of the CA that its pods are started for."""
    lack: str
    """Why the rollout is not complete; "" if it is."""
    pods: tuple[RouterPod, ...] = ()
    restarted: datetime | None = None
    """When a restart of its pods was last asked for, to the second. None if that is not noted."""


@dataclass(frozen=True)
class ServerCertificate:
    """The certificate that the router presents to other sites, without its key, and the CA that it trusts."""

    certificate: bytes
    """The certificate, and those between it and its CA."""
    ca: bytes = b""
    """The CA that certificates of other sites have to be signed by."""
    written: datetime | None = None
    """When the API server last stored any of it, to the second. None if it does not say."""
    writer: str = ""
    """The field manager that stored it, "" if the API server does not say."""
    trust_writer: str = ""
    """The field manager that stored the CA."""
    owner: Owner | None = None
    resource_version: str = ""
    kept_in: str = ""
    """The object that holds it, as messages name it."""


@dataclass(frozen=True)
class RevocableSite:
    """A site, read as far as a revocation is decided and proved by it."""

    authority: AuthorityNotes
    server: ServerCertificate
    rollout: Rollout
    records: tuple[ClaimRecord, ...]
    incoming: tuple[Incoming, ...]
    now: datetime

    @property
    def latest(self) -> Record | None:
        """Return the latest revocation that is recorded with its keys."""
        return next((each for each in reversed(self.authority.records) if each.at is not None), None)


@dataclass(frozen=True)
class MissingRight:
    """A right that an account does not have, in the words of RBAC."""

    verb: str
    item: str
    """The object that it is about, as messages name it."""
    resource: str
    """Objects of this kind, as a Role names them."""
