# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoking the access to a site: what is asked for, and the facts for the decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from .location import Location
from .owner import Owner

# An annotation must not grow for ever.
MOST_CLAIMS = 3000


class Scope(str, Enum):
    """What is revoked."""

    ALL = "all"
    CLAIMS = "claims"
    NONE = "none"
    """Nothing. Only the list of evicted sites changes."""


@dataclass(frozen=True)
class Criterion:
    """Condition under which the current CA is kept. If empty, any CA that existed before the run is replaced."""

    id: str | None = None
    """The name of one revocation."""
    issued_before: datetime | None = None
    max_age: timedelta | None = None


@dataclass(frozen=True)
class Record:
    """What the site CA's Secret keeps of one revocation, so that it can be proved later."""

    names: tuple[str, ...]
    """What it counts for: an id, and an eviction for each evicted site. Empty if it was requested without a name."""
    at: datetime | None = None
    """When the CA was replaced, by the API server's clock. None if an earlier version made the revocation."""
    keys: tuple[str, ...] = ()
    """SHA-256 digests of the public keys that were trusted until then."""
    again: str = ""
    """Why the CA has to be replaced once more when the former routers are gone; "" if that is not necessary."""
    case: str = ""
    """What was redeemed while the CA was replaced, so that it had to be replaced once more; "" for nothing."""
    claims: tuple[str, ...] = ()
    """Digests of the passwords of claims that were removed with it. A claim that is restored is not a new one."""
    first: datetime | None = None
    """When its first CA was written, if that CA was replaced once more."""

    @property
    def begun(self) -> datetime | None:
        """Return when it was begun. A claim that was issued later is not revoked."""
        return self.first or self.at


@dataclass(frozen=True)
class AuthorityNotes:
    """What the site CA's Secret says about its CA. The key is never read into this value."""

    certificate: bytes
    """The CA, and all other certificates in its Secret."""
    written: datetime | None
    """When the API server stored the certificate, to the second. None if it does not say."""
    writer: str = ""
    """The field manager that stored it; "" if the API server does not say."""
    authority: str | None = None
    """Fingerprint of the CA that this collection wrote or adopted last. Another tool may have written the current one."""
    former: str | None = None
    """Fingerprint of the CA that was there before that one."""
    records: tuple[Record, ...] = ()
    """Revocations, the latest last."""
    evicted: tuple[str, ...] = ()
    """Ids of sites that must not be linked to this one any more."""
    evicted_locations: tuple[Location, ...] = ()
    """Where those sites were, as far as that was known."""
    redeemed: datetime | None = None
    """When a claim was removed last that had been redeemed shortly before. Its record is gone and can't show that any more."""
    owner: Owner | None = None
    resource_version: str = ""

    def record(self, name: str) -> Record | None:
        """Return the latest record that counts for a name."""
        return next((each for each in reversed(self.records) if name in each.names), None)

    def distrusted(self, upto: Record | None = None) -> frozenset[str]:
        """Return the digests of the keys that no credential may be signed with since a revocation, or since the latest."""
        return frozenset(key for each in self._upto(upto) for key in each.keys)

    def removed(self, upto: Record | None = None) -> frozenset[str]:
        """Return the digests of the claims that were removed with a revocation and those before it, or with any revocation."""
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
    """Why it will end without this run: it is ending, or retired; "" if it stays."""


@dataclass(frozen=True)
class Rollout:
    """The state of a restart of the router's Deployment."""

    authority: str | None
    """Fingerprint of the CA that its pods are started for."""
    lack: str
    """What keeps the rollout from being complete; "" if it is."""
    pods: tuple[RouterPod, ...] = ()
    restarted: datetime | None = None
    """When a restart of its pods was requested, to the second. None if that is not noted."""


@dataclass(frozen=True)
class ServerCertificate:
    """What the router shows to other sites, and whom it trusts. The key is never read into this value."""

    certificate: bytes
    """The certificate, with intermediate ones if there are any."""
    ca: bytes = b""
    """The CA that certificates of other sites have to be signed by."""
    written: datetime | None = None
    """When the API server stored any of it last, to the second. None if it does not say."""
    writer: str = ""
    """The field manager that stored it; "" if the API server does not say."""
    trust_writer: str = ""
    """The field manager that stored whom it trusts."""
    owner: Owner | None = None
    resource_version: str = ""


@dataclass(frozen=True)
class Incoming:
    """A site with an open connection to this one, which ends when its certificate is refused."""

    site_id: str
    name: str
    since: datetime | None = field(default=None, compare=False)
    """When the connection was opened, or earlier. None if that is not known."""

    def view(self) -> dict[str, Any]:
        """Return it as results show it."""
        return {"site_id": self.site_id, "name": self.name}


@dataclass(frozen=True)
class Progress:
    """What one run has done, which only the run itself knows."""

    begun: bool = False
    """Whether it has made a CA, or found that none is needed. It makes no other one then."""
    disabled: bool = False
    """Whether it has made the claims unusable, for the CA that it is about to write."""
    cut: datetime | None = None
    """The API server's time just after the CA was written. What is not younger was issued before."""
    unusable: str = ""
    """Why the current CA can't sign, as found when it had to; "" if it can."""
    signed: int = 0
    """How often it has replaced the server certificate."""
    restarts: int = 0
    """How often it has restarted the router."""
    deletions: int = 0
    """How often it has deleted claims since the CA was written."""
    redeemed: str = ""
    """Which claim was redeemed so shortly before that its certificate may be signed after the CA was written."""


@dataclass(frozen=True)
class Check:
    """One condition for a revocation to be proved."""

    name: str
    holds: bool
    fact: str
    """What was seen, as a sentence without its full stop."""

    def view(self) -> dict[str, Any]:
        """Return it as results show it."""
        return {"check": self.name, "holds": self.holds, "fact": self.fact}


@dataclass(frozen=True)
class Proof:
    """What the certificates and objects of a site prove about a revocation."""

    checks: tuple[Check, ...]
    seen_until: datetime
    """The API server's time of the look."""
    case: str = ""
    """What was redeemed while the CA was replaced, and what was done about it."""
    at: datetime | None = None
    """When the CA was replaced. Only credentials from before are proved to be worthless."""

    @property
    def holds(self) -> bool:
        """Return whether the revocation is proved."""
        return all(check.holds for check in self.checks)

    @property
    def lacks(self) -> str:
        """Return what keeps it from being proved; "" if nothing does."""
        return "; ".join(check.fact for check in self.checks if not check.holds)
