# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the credential of a new link comes from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from .._kube.port import Port
from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.reasons import Reason
from .._model.token import CertToken, ClaimLimits, ClaimToken, PlaceholderToken, Renew, Token
from .._plan.claim import ClaimWish
from .._plan.link import Issuer
from . import gather
from .claims import Choice, ensure_claim, issuing_site, remove_record


@dataclass(frozen=True)
class Credential:
    """A token in hand, and the claim record that will be left over from it."""

    token: ClaimToken | CertToken
    record: str | None = None


class Source(Protocol):
    """A way to come by a credential of one issuing site."""

    def issuer(self) -> Issuer:
        """Who the issuing site is; cheap, since every run asks."""

    def check(self, now: datetime) -> None:
        """Raise the Failure that obtain() would meet, writing nothing."""

    def obtain(self, link_name: str, own_site_id: str, now: datetime) -> Credential:
        """Get the credential; only called if a link needs one."""

    def settle(self, record: str) -> None:
        """Remove the claim record of a credential that has been used."""


class TokenInHand:
    """A token that somebody else issued."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def issuer(self) -> Issuer:
        """The site that made the token, with the CA it had then."""
        token = self._token
        ca = None if isinstance(token, PlaceholderToken) else token.ca
        return Issuer(token.site_id, ca or None)

    def check(self, now: datetime) -> None:
        """Raise Failure(claim_expired, claim_used_up) for what the token itself tells."""
        token = self._token
        if not isinstance(token, ClaimToken):
            return
        if token.expires is not None and token.expires <= now:
            raise claim_expired(token.name, token.expires)
        if token.used_up:
            raise claim_used_up(token.name)

    def obtain(self, link_name: str, own_site_id: str, now: datetime) -> Credential:
        """The token itself."""
        self.check(now)
        if isinstance(self._token, PlaceholderToken):
            raise Failure(
                Reason.TOKEN_PLACEHOLDER,
                f"Token {self._token.name} is the placeholder that check mode returns: "
                "run the task that issues it without check mode.",
            )
        return Credential(self._token)

    def settle(self, record: str) -> None:
        """Nothing to do: the claim is its issuer's business."""


class IssuingPort:
    """An issuing site whose API server can be asked for a claim."""

    def __init__(self, port: Port, limits: ClaimLimits, choose: Choice) -> None:
        self._port = port
        self._limits = limits
        self._choose = choose

    def issuer(self) -> Issuer:
        """The site as it is now."""
        return gather.issuer(self._port)

    def check(self, now: datetime) -> None:
        """Raise what would keep the site from issuing a claim."""
        issuing_site(self._port)

    def obtain(self, link_name: str, own_site_id: str, now: datetime) -> Credential:
        """Issue a claim, or take up the one that an interrupted run issued: its name tells what it is for."""
        name = f"{link_name}-{own_site_id}"
        wish = ClaimWish(name, self._limits, Renew.UNUSABLE)
        token = ensure_claim(self._port, wish, self._choose, check_mode=False).token
        if token is None:
            raise Failure(Reason.INTERNAL, f"Claim {name} was not made in {self._port.place}.")
        return Credential(token, name)

    def settle(self, record: str) -> None:
        """Remove the spent claim record."""
        remove_record(self._port, record)


def claim_expired(name: str, expires: datetime | None) -> Failure:
    """The claim's time is over."""
    when = f" at {format_instant(expires)}" if expires else ""
    return Failure(
        Reason.CLAIM_EXPIRED,
        f"Claim {name} expired{when} and no link was made with it: "
        "issue a new one (skupper_token with renew: unusable).",
    )


def claim_used_up(name: str) -> Failure:
    """The claim has no uses left, or its issuing site has forgotten it."""
    return Failure(
        Reason.CLAIM_USED_UP,
        f"Claim {name} is used up, expired or removed on its issuing site and no link was made with it: "
        "issue a new one (skupper_token with renew: unusable).",
    )
