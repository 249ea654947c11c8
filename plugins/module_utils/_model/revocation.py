# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoking the access to a site: what it is asked for by, and what it is judged from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any


class Scope(str, Enum):
    """What is revoked."""

    ALL = "all"
    CLAIMS = "claims"
    NONE = "none"
    """Nothing: only the list of evicted sites is seen to."""


@dataclass(frozen=True)
class Criterion:
    """When the present CA is good enough; with nothing set, no CA is that was there before the run."""

    id: str | None = None
    """The name of one revocation."""
    issued_before: datetime | None = None
    max_age: timedelta | None = None


@dataclass(frozen=True)
class AuthorityNotes:
    """What the site CA's Secret says about its CA besides holding it; the key is never read into this value."""

    certificate: bytes
    written: datetime | None
    """When the API server stored the certificate, to the second; None if it does not tell."""
    authority: str | None = None
    """Fingerprint of the CA that this collection wrote last; the present one may be another tool's."""
    former: str | None = None
    """Fingerprint of the CA that was there before that one."""
    revocations: tuple[str, ...] = ()
    """Ids of revocations, the latest last."""
    evicted: tuple[str, ...] = ()
    """Ids of sites that must not be linked to this one any more."""
    resource_version: str = ""


@dataclass(frozen=True)
class RouterPod:
    """A running pod of the router."""

    name: str
    authority: str | None
    """Fingerprint of the CA that the pod was started for; None if no revocation of this collection started it."""
    created: datetime
    """To the second."""


@dataclass(frozen=True)
class Rollout:
    """The router's Deployment, as far as restarting it goes."""

    authority: str | None
    """Fingerprint of the CA that its pods are started for."""
    lack: str
    """What keeps the rollout from being complete, "" if it is."""
    pods: tuple[RouterPod, ...] = ()


@dataclass(frozen=True)
class ServerCertificate:
    """What the router shows to other sites; the key is never read into this value."""

    certificate: bytes
    written: datetime | None = None
    """When the API server stored it, to the second; None if it does not tell."""
    resource_version: str = ""


@dataclass(frozen=True)
class Incoming:
    """A site with an open connection to this one, which ends when its certificate is refused."""

    site_id: str
    name: str

    def view(self) -> dict[str, Any]:
        """As results show it."""
        return {"site_id": self.site_id, "name": self.name}


@dataclass(frozen=True)
class Progress:
    """What one run has done, and only it can know."""

    begun: bool = False
    """Whether it has made a CA; there is no need for another one then."""
    cleared: bool = False
    """Whether it has deleted the claims that were there before."""
    cut: datetime | None = None
    """The API server's time just after the CA was written: what is not younger than this was issued before."""
    made: Mapping[str, int] = field(default_factory=dict)
    """How often the claims that were left had been redeemed a second before that, by their UIDs."""
