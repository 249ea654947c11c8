# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide whether a cert token that lies in a file still serves, or a new one has to be signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from .._model.change import Change
from .._model.instant import format_instant
from .._model.site import Endpoint, Service
from .._model.token import RENEW_BEFORE, CertToken
from .._pki.certificate import first, is_signed_by, lifetime, not_after
from .._pki.issue import LIFETIME
from .._pki.keypair import fits
from .._view.token import cert_view, new_cert_view

_SLACK = timedelta(seconds=2)


class CertStep(str, Enum):
    """What a cert token needs; the issuing site itself is never written to."""

    KEEP = "keep"
    ISSUE = "issue"


@dataclass(frozen=True)
class CertWish:
    """A cert token as it should be."""

    name: str
    validity: timedelta = LIFETIME
    renew_before: timedelta = RENEW_BEFORE
    always: bool = False
    """Whether every run signs a new one."""


@dataclass(frozen=True)
class CertSite:
    """What a cert token says about its site."""

    site_id: str
    ca: bytes
    endpoints: Mapping[Service, Endpoint]


@dataclass(frozen=True)
class CertPlan:
    """What to do about a cert token."""

    step: CertStep
    change: Change


def default_renew_before(validity: timedelta) -> timedelta:
    """Return thirty days, or less where a token would be replaced before two thirds of its time are over."""
    return min(RENEW_BEFORE, validity / 3)


def plan_cert(wish: CertWish, site: CertSite, existing: CertToken | None, now: datetime) -> CertPlan:
    """Compare the desired token with the one in the file, if there is one."""
    why = _why_new(wish, site, existing, now)
    if existing is not None and not why:
        view = cert_view(existing)
        return CertPlan(CertStep.KEEP, Change(view, view))
    before = {} if existing is None else cert_view(existing)
    return CertPlan(CertStep.ISSUE, Change(before, new_cert_view(wish.name), why))


def change_after(plan: CertPlan, token: CertToken) -> Change:
    """Return the change of a plan, once the token is signed."""
    return plan.change.with_after(cert_view(token))


def _why_new(wish: CertWish, site: CertSite, existing: CertToken | None, now: datetime) -> str:
    """Return why a new certificate has to be signed; "" if none has to be."""
    if existing is None:
        return "there is no such token"
    if wish.always:
        return "renewal was asked for"
    return _why_unfit(wish, site, existing) or _why_ending(wish, existing, now)


def _why_unfit(wish: CertWish, site: CertSite, token: CertToken) -> str:
    if token.site_id != site.site_id:
        return "it is a token of another site"
    if token.name != wish.name:
        return "it has another name"
    if dict(token.endpoints) != dict(site.endpoints):
        return "it leads to endpoints that the site does not have any more"
    if not is_signed_by(token.certificate, site.ca):
        return "its certificate was not signed by the site's current CA"
    if not is_signed_by(token.certificate, token.ca):
        return "its ca.crt does not fit its certificate"
    if not fits(token.key, first(token.certificate)):
        return "its key does not belong to its certificate"
    return ""


def _why_ending(wish: CertWish, token: CertToken, now: datetime) -> str:
    span, ends = lifetime(token.certificate), not_after(token.certificate)
    if span is None or ends is None:
        return "its certificate can't be read"
    if abs(span - wish.validity) > _SLACK:
        return "its validity differs"
    if ends - now <= wish.renew_before:
        return f"its certificate ends soon, at {format_instant(ends)}"
    return ""
