# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the credential of a new link comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from .._kube.api import NamespaceApi
from .._kube.snapshot import Snapshot
from .._model.errors import Failure, if_allowed
from .._model.instant import later
from .._model.issuing import IssuingSite, Offer
from .._model.location import Location
from .._model.observed import Issuer
from .._model.reasons import Reason
from .._model.secret import SecretBytes
from .._model.site import Endpoint, Mode, Service, dials
from .._model.token import CertToken, ClaimLimits, ClaimToken, PlaceholderToken, Purpose, Renew, Token
from .._model.wait import Choice, Wait
from .._pki.issue import LIFETIME
from .._plan.claim import ClaimWish, claim_expired, claim_used_up
from .certs import certifying_site, sign_token
from .claims import claim_of, remove_record
from .generations.claims import claim_store
from .generations.policies import link_policies
from .generations.readers import reader
from .issuing import issuing_site, require_redeemer, require_signer
from .locate import locate

# Stands for the name and the secret of a token that is not issued.
_SAMPLE = "rehearsal"


@dataclass(frozen=True)
class Issued:
    """The record of a claim that was issued for a link."""

    name: str
    uid: str


@dataclass(frozen=True)
class Credential:
    """A token in hand, and the claim record that will be left over from it."""

    token: ClaimToken | CertToken
    issued: Issued | None = None


class Source(Protocol):
    """A way to come by a credential of one issuing site."""

    def issuer(self) -> Issuer:
        """Return what is known of the issuing site. This is cheap, since every run asks for it."""

    def other_ids(self) -> tuple[str, ...]:
        """Return further ids of an issuing site that was restored from a backup. Empty if it can't be asked."""

    def endpoints(self) -> Mapping[Service, Endpoint] | None:
        """Return where the issuing site can be reached now, as a token would say. None if it can't be asked."""

    def routers(self, site_id: str) -> frozenset[str] | None:
        """Return the names of the issuing site's routers, as its own network status has them under its id.

        None if it can't be asked.
        """

    def locate(self) -> Location | None:
        """Return where the issuing site is, and in which cluster if that may be read. None if that is unknown."""

    def check(self, now: datetime) -> Offer | None:
        """Say what obtain() will give, or raise the Failure it would meet, writing nothing; None if that is unknown."""

    def sample(self, now: datetime) -> ClaimToken | CertToken | None:
        """Return what obtain() would return, without its secret. None if it would return nothing. Only called after check()."""

    def kind(self) -> str | None:
        """Return what the issuing site is asked for, claim or cert, as check() and obtain() found; None if for nothing."""

    def obtain(self, purpose: Purpose, now: datetime) -> Credential:
        """Get the credential; only called if a link needs one, and after check()."""

    def settle(self, record: str, purpose: Purpose) -> None:
        """Remove the claim record of a credential that has been used, if it was issued for this purpose; after issuer()."""

    def discard(self, issued: Issued) -> None:
        """Remove a claim record that is known to have been issued for a link that works."""


class TokenInHand:
    """A token that was issued in another run or by another tool."""

    def __init__(self, token: Token, location: Location | None = None) -> None:
        self._token = token
        self._location = location

    def issuer(self) -> Issuer:
        """Return the site that made the token, with the CA that it had then."""
        token = self._token
        ca = None if isinstance(token, PlaceholderToken) else token.ca
        return Issuer(token.site_id, ca or None, location=self._location)

    def other_ids(self) -> tuple[str, ...]:
        """Return none: they are unknown."""
        return ()

    def endpoints(self) -> Mapping[Service, Endpoint] | None:
        """Return None: a token has the endpoints of when it was issued, which may be long ago."""
        return None

    def routers(self, site_id: str) -> frozenset[str] | None:
        """Return None: they are unknown."""
        return None

    def locate(self) -> Location | None:
        """Return where the site is, as given with the token."""
        return self._location

    def check(self, now: datetime) -> Offer | None:
        """Raise Failure(claim_expired, claim_used_up) if the token itself says so."""
        token = self._token
        if isinstance(token, PlaceholderToken):
            return None
        if isinstance(token, CertToken):
            return Offer(token.site_version, False, {mode: _host(token, mode) for mode in Mode})
        if token.expires is not None and token.expires <= now:
            raise claim_expired(token.name, token.expires)
        if token.used_up:
            raise claim_used_up(token.name)
        return Offer(token.site_version, True, dict.fromkeys(Mode, _claims_host(token.url)))

    def sample(self, now: datetime) -> ClaimToken | CertToken | None:
        """Return the token itself."""
        return None if isinstance(self._token, PlaceholderToken) else self._token

    def kind(self) -> str | None:
        """Return None: the issuing site is asked for nothing."""
        return None

    def obtain(self, purpose: Purpose, now: datetime) -> Credential:
        """Return the token itself."""
        self.check(now)
        if isinstance(self._token, PlaceholderToken):
            raise Failure(
                Reason.TOKEN_PLACEHOLDER,
                f"Token {self._token.name} is the placeholder that check mode returns: "
                "run the task that issues it without check mode.",
            )
        return Credential(self._token)

    def settle(self, record: str, purpose: Purpose) -> None:
        """Do nothing: the issuer of the claim removes it."""

    def discard(self, issued: Issued) -> None:
        """Do nothing: the issuer of the claim removes it."""


class NoCredential:
    """Nothing but the id of the issuing site: enough for a link that exists and only has to be changed or waited for."""

    def __init__(self, site_id: str) -> None:
        self._site_id = site_id

    def issuer(self) -> Issuer:
        """Return a site of which only the id is known."""
        return Issuer(self._site_id)

    def other_ids(self) -> tuple[str, ...]:
        """Return none: they are unknown."""
        return ()

    def endpoints(self) -> Mapping[Service, Endpoint] | None:
        """Return None: they are unknown."""
        return None

    def routers(self, site_id: str) -> frozenset[str] | None:
        """Return None: they are unknown."""
        return None

    def locate(self) -> Location | None:
        """Return None: it is unknown."""
        return None

    def check(self, now: datetime) -> Offer | None:
        """Raise Failure(credential_missing)."""
        raise self._refusal()

    def sample(self, now: datetime) -> ClaimToken | CertToken | None:
        """Return None, after check() has refused."""
        return None

    def kind(self) -> str | None:
        """Return None: the issuing site is asked for nothing."""
        return None

    def obtain(self, purpose: Purpose, now: datetime) -> Credential:
        """Raise Failure(credential_missing)."""
        raise self._refusal()

    def _refusal(self) -> Failure:
        return Failure(
            Reason.CREDENTIAL_MISSING,
            f"There is no link to site {self._site_id} that could be kept, and a new one needs a credential: "
            "give issuer, token or src instead of site_id.",
        )

    def settle(self, record: str, purpose: Purpose) -> None:
        """Do nothing: the issuer of the claim removes it."""

    def discard(self, issued: Issued) -> None:
        """Do nothing: the issuer of the claim removes it."""


class _AskedSite:
    """An issuing site whose API server can be asked."""

    def __init__(self, api: NamespaceApi, choose: Choice, patience: Wait | None = None) -> None:
        self._api = api
        self._seen = Snapshot(api)
        self._choose = choose
        self._patience = patience
        self._site: IssuingSite | None = None
        self._site_id = ""

    def issuer(self) -> Issuer:
        """Return the site as it is now."""
        found = replace(reader(self._seen).issuer(), location=locate(self._seen))
        self._site_id = found.site_id
        return found

    def other_ids(self) -> tuple[str, ...]:
        """Return the ids that the site's configuration and its router have."""
        return reader(self._seen).known_ids()

    def endpoints(self) -> Mapping[Service, Endpoint] | None:
        """Return where the site can be reached now."""
        return reader(self._seen).endpoints()

    def routers(self, site_id: str) -> frozenset[str] | None:
        """Return the names of the site's routers, for a while also of retired ones. None if the account may not read them."""
        return if_allowed(lambda: reader(self._api).routers(site_id))

    def locate(self) -> Location | None:
        """Return where the site is, with one request the first time."""
        return locate(self._api, read=True)

    def settle(self, record: str, purpose: Purpose) -> None:
        """Remove the record of the claim that a link was made with, be it now or before."""
        remove_record(self._api, record, purpose, self._site_id)

    def discard(self, issued: Issued) -> None:
        """Remove the record; another one of that name stays."""
        claim_store(self._api).discard(issued.name, issued.uid)

    def _looked_at(self) -> NamespaceApi:
        """Return the site to decide by. An ingress that is waited for has to be read again and again."""
        return self._api if self._patience else self._seen

    def _checked(self) -> IssuingSite:
        if self._site is None:
            raise Failure(Reason.INTERNAL, "A credential was taken from a site that had not been looked at.")
        return self._site


class ClaimIssuer(_AskedSite):
    """An issuing site that is asked for a claim."""

    def __init__(
        self,
        api: NamespaceApi,
        limits: ClaimLimits,
        choose: Choice,
        patience: Wait | None = None,
        seen: Snapshot | None = None,
    ) -> None:
        super().__init__(api, choose, patience)
        self._limits = limits
        self._seen = seen or self._seen

    def check(self, now: datetime) -> Offer:
        """Raise what would keep the site from issuing a claim."""
        self._site = issuing_site(self._looked_at(), self._patience, Service.CLAIMS)
        require_redeemer(self._api, self._site)
        host = self._site.endpoints[Service.CLAIMS].host
        warnings = link_policies(self._api).require_incoming()
        return Offer(self._site.router.version, True, dict.fromkeys(Mode, host), warnings)

    def sample(self, now: datetime) -> ClaimToken:
        """Return a token like that of the claim."""
        site, expiry = self._checked(), self._limits.expiry
        return ClaimToken(
            name=_SAMPLE,
            url=f"https://{site.endpoints[Service.CLAIMS]}/{_SAMPLE}",
            password=SecretBytes(_SAMPLE.encode()),
            ca=site.certificates.ca,
            site_id=site.config.site_id,
            site_version=site.router.version,
            expires=None if expiry is None else later(now, expiry),
        )

    def kind(self) -> str:
        """Return that a claim is asked for."""
        return "claim"

    def obtain(self, purpose: Purpose, now: datetime) -> Credential:
        """Issue a claim, or use the one that an interrupted run issued for the same purpose."""
        name = f"{purpose.link}-{purpose.site_id}"
        wish = ClaimWish(name, self._limits, Renew.UNUSABLE, purpose=purpose)
        made = claim_of(self._api, self._checked(), wish, self._choose, check_mode=False, vetted=True)
        if made.token is None or made.record is None:
            raise Failure(Reason.INTERNAL, f"Claim {name} was not made in {self._api.place}.")
        return Credential(made.token, Issued(made.record.name, made.record.uid))


class CertificateIssuer(_AskedSite):
    """An issuing site whose CA can be read, so that a certificate is signed without a claim."""

    def check(self, now: datetime) -> Offer:
        """Raise what would keep the site from taking links."""
        self._site = certifying_site(self._looked_at(), self._patience)
        require_signer(self._api, self._site)
        ends = self._site.endpoints
        hosts = {Mode.INTERIOR: ends[Service.INTER_ROUTER].host, Mode.EDGE: ends[Service.EDGE].host}
        return Offer(self._site.router.version, False, hosts, link_policies(self._api).require_incoming())

    def sample(self, now: datetime) -> ClaimToken | CertToken:
        """Return a token like the one that would be signed. API servers do not look into its certificate."""
        site = self._checked()
        return CertToken(
            name=_SAMPLE,
            site_id=site.config.site_id,
            site_version=site.router.version,
            endpoints=site.endpoints,
            certificate=site.certificates.ca,
            key=SecretBytes(_SAMPLE.encode()),
            ca=site.certificates.ca,
        )

    def kind(self) -> str:
        """Return that a certificate is asked for."""
        return "cert"

    def obtain(self, purpose: Purpose, now: datetime) -> Credential:
        """Sign a certificate that names the linking site, as the one that a claim is redeemed for does."""
        return Credential(sign_token(self._api, self._checked(), purpose.site_id, LIFETIME, self._choose))


class EitherIssuer(CertificateIssuer):
    """An issuing site whose CA is signed with where that can be done; elsewhere a claim is issued."""

    def __init__(self, api: NamespaceApi, limits: ClaimLimits, choose: Choice, patience: Wait | None = None) -> None:
        super().__init__(api, choose, patience)
        self._claims = ClaimIssuer(api, limits, choose, patience, self._seen)
        self._signs = True

    def check(self, now: datetime) -> Offer:
        """Raise what would keep the site from taking links in either way."""
        try:
            return super().check(now)
        except Failure as failure:
            if failure.reason not in _WHERE_CLAIMS_MAY_WORK:
                raise
        self._signs = False
        return self._claims.check(now)

    def sample(self, now: datetime) -> ClaimToken | CertToken:
        """Return a token of the kind that was chosen."""
        return super().sample(now) if self._signs else self._claims.sample(now)

    def kind(self) -> str:
        """Return that a certificate is asked for where one can be signed."""
        return super().kind() if self._signs else self._claims.kind()

    def obtain(self, purpose: Purpose, now: datetime) -> Credential:
        """Sign a certificate; issue a claim where the CA's key turns out not to be readable."""
        if not self._signs:
            return self._claims.obtain(purpose, now)
        try:
            return super().obtain(purpose, now)
        except Failure as failure:
            if failure.reason not in _WHERE_CLAIMS_MAY_WORK:
                raise
        self._signs = False
        self._claims.check(now)
        return self._claims.obtain(purpose, now)


# The CA can't be signed with here, or its key may not be read; Skupper itself may still do so.
_WHERE_CLAIMS_MAY_WORK = (Reason.CA_UNUSABLE, Reason.FORBIDDEN)


def _host(token: CertToken, mode: Mode) -> str:
    """Return where a linking site of a mode connects to with a cert token."""
    endpoint = token.endpoints.get(dials(mode))
    return "" if endpoint is None else endpoint.host


def _claims_host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
