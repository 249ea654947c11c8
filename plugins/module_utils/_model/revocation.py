# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoking the access to a site: what is asked for, what is planned, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Union

from .authority import Record
from .link import Incoming
from .location import Location
from .token import ClaimRecord


class Scope(str, Enum):
    """What is revoked."""

    ALL = "all"
    CLAIMS = "claims"
    NONE = "none"
    """Nothing: only the list of evicted sites is seen to."""


@dataclass(frozen=True)
class Criterion:
    """Condition under which the current CA is kept. If empty, any CA that existed before this run is replaced."""

    id: str | None = None
    """The name of one revocation."""
    issued_before: datetime | None = None
    max_age: timedelta | None = None


# No CA that was there before the run is good enough.
ANY = Criterion()


@dataclass(frozen=True)
class RevokeWish:
    """What to revoke, and which sites to keep away."""

    scope: Scope = Scope.ALL
    criterion: Criterion = ANY
    evict: tuple[str, ...] = ()
    readmit: tuple[str, ...] = ()
    evict_locations: tuple[Location, ...] = ()
    readmit_locations: tuple[Location, ...] | None = None
    """None to readmit the places that are noted with the ids in ``readmit``, and no others."""
    until_gone: bool = True
    """Whether to wait until the former routers are gone, or only until the new ones serve."""
    adopt: bool = False
    """Whether the current CA is the new one, which its owner has made."""
    take_over: bool = False
    """Whether to replace what another tool manages."""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the requested revocations. Each eviction is a revocation of its own."""
        given = () if self.criterion.id is None else (self.criterion.id,)
        return (*given, *map(eviction_name, self.evict)) if self.scope is Scope.ALL else ()

    @property
    def by_age(self) -> bool:
        """Return whether only a CA that is young enough is requested."""
        return not self.names and self.criterion != ANY


def eviction_name(site_id: str) -> str:
    """Return the name of the revocation that cuts off an evicted site."""
    return f"evict {site_id}"


class RevokeStep(str, Enum):
    """The steps of a revocation, in their order."""

    DISABLE_CLAIMS = "disable_claims"
    REPLACE_CA = "replace_ca"
    ADOPT = "adopt_ca"
    MARK = "mark_ca"
    RECORD = "record"
    DELETE_CLAIMS = "delete_claims"
    SIGN = "replace_server_certificate"
    RESTART = "restart_router"
    AWAIT = "await_rollout"


# Claims of the seconds around a new CA were made from the former one, or might have been. So a revocation is noted as of later.
AROUND = timedelta(seconds=3)
# Why a step about claims is needed, beside another one that says more.
OF_BEFORE = "they were issued before the site CA was replaced"


@dataclass(frozen=True)
class Planned:
    """A step, and why it is needed."""

    step: RevokeStep
    why: str


@dataclass(frozen=True)
class RevokePlan:
    """All remaining steps that can be foreseen."""

    steps: tuple[Planned, ...] = ()
    claims: tuple[ClaimRecord, ...] = ()
    """The claim records that the steps delete."""

    def has(self, *steps: RevokeStep) -> bool:
        """Return whether any of the steps is part of the plan."""
        return any(planned.step in steps for planned in self.steps)

    @property
    def why(self) -> str:
        """Return why anything has to be done."""
        about_claims = (RevokeStep.DISABLE_CLAIMS, RevokeStep.DELETE_CLAIMS)
        whys = [each.why for each in self.steps if each.step not in about_claims and each.why != OF_BEFORE]
        return next(iter(whys), "") or next((planned.why for planned in self.steps), "")

    @property
    def why_replaced(self) -> str:
        """Return why the site gets another CA; "" if it gets none."""
        steps = (RevokeStep.REPLACE_CA, RevokeStep.ADOPT)
        return next((planned.why for planned in self.steps if planned.step in steps), "")


@dataclass(frozen=True)
class Progress:
    """What one run has done, and only it can know."""

    begun: bool = False
    """Whether it has made a CA, or found that none is needed. Then it makes no other one."""
    disabled: bool = False
    """Whether it has made the claims unusable, for the CA that it is about to write."""
    cut: datetime | None = None
    """The API server's time just after the CA was written: what is not younger than this was issued before."""
    unusable: str = ""
    """Why the current CA can't sign, found when it was to; "" if it can."""
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
    """One condition of a proof."""

    name: str
    holds: bool
    fact: str
    """What was seen, as a sentence without its full stop."""


@dataclass(frozen=True)
class Proof:
    """Whether a revocation is proved by the certificates and objects of a site."""

    checks: tuple[Check, ...]
    seen_until: datetime
    """The API server's time of the look."""
    case: str = ""
    """What was redeemed while the CA was replaced, and what was done about it."""
    at: datetime | None = None
    """When the CA was replaced. The proof is about what was issued before."""

    @property
    def holds(self) -> bool:
        """Return whether the revocation is proved."""
        return all(check.holds for check in self.checks)

    @property
    def lacks(self) -> str:
        """Return which conditions do not hold; "" if all do."""
        return "; ".join(check.fact for check in self.checks if not check.holds)


@dataclass(frozen=True)
class Since:
    """What a site says of a revocation that was made before."""

    name: str
    record: Record | None = None
    """None if the site has no record of it."""
    proof: Proof | None = None


@dataclass(frozen=True)
class Access:
    """Who has access to a site, as differences show it."""

    ca: str | None
    """Fingerprint of the site CA. None if it can't be read."""
    claims: tuple[str, ...]
    incoming: tuple[str, ...]
    """Names of the sites with an open connection."""
    evicted: tuple[str, ...]
    evicted_places: tuple[str, ...]
    unfinished: tuple[RevokeStep, ...] = ()
    """What an earlier run, or another tool, has left undone."""


@dataclass(frozen=True)
class EvictionLists:
    """Whom a site keeps away, which is all that an edge site knows of access."""

    evicted: tuple[str, ...]
    places: tuple[Location, ...]


AccessState = Union[Access, EvictionLists]


@dataclass(frozen=True)
class StepDone:
    """A step of a run, or one that a run would take."""

    step: RevokeStep
    at: datetime | None = None
    """When it was done, by the API server's clock. None if it was not."""
    seconds: float | None = None
    """How long after the beginning of the run it was done."""


@dataclass(frozen=True)
class RevocationFacts:
    """What came of a revocation, or what would come of it."""

    id: str | None = None
    """The name that was given to it."""
    ca_before: str | None = None
    """Fingerprint of the CA before the revocation. None if it could not be read."""
    ca_after: str | None = None
    """Fingerprint of the current CA."""
    cas_made: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)
    """Names of the claims that were deleted, and how often each had been redeemed."""
    cut_off: tuple[Incoming, ...] = ()
    """The sites whose connections ended."""
    evicted: tuple[str, ...] = ()
    steps: tuple[StepDone, ...] = ()
    proof: Proof | None = None
    waited: bool = True
    """Whether the run ends only when the former routers are gone. Until then, what is not proved is pending."""


@dataclass(frozen=True)
class RevocationOutcome:
    """A revocation after a run, or as check mode predicts it."""

    before: AccessState
    after: AccessState
    why: str
    facts: RevocationFacts
    warnings: tuple[str, ...] = ()
