# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a revocation from being made, found before anything is written, and what is worth a warning."""

from __future__ import annotations

from .._kube.api import NamespaceApi
from .._model.authority import MissingRight, RevocableSite
from .._model.errors import Failure
from .._model.instant import format_instant
from .._model.reasons import Reason
from .._model.revocation import RevokePlan, RevokeStep, RevokeWish, Scope
from .._model.site import Place, SiteConfig
from .._pki.signing import why_unredeemable, why_unsignable
from .._plan.new_authority import overwritten, why_not_adopted, why_refused
from .._plan.revocable import put_back
from .generations.authorities import AuthorityStore


def refuse_future(wish: RevokeWish, site: RevocableSite) -> None:
    """Raise Failure(invalid_option) if the CA is to be younger than any CA can be by now."""
    limit = wish.criterion.issued_before
    if limit is not None and limit > site.now:
        raise Failure(
            Reason.INVALID_OPTION,
            f"issued_before is {format_instant(limit)}, which is in the future: every run until then would make a new CA.",
        )


def refuse_owned(
    api: NamespaceApi, store: AuthorityStore, wish: RevokeWish, site: RevocableSite, plan: RevokePlan
) -> None:
    """Raise Failure(ca_put_back, ca_managed, ca_unusable) if another tool would undo, or has undone, what is written."""
    if wish.scope is not Scope.ALL:
        return
    if put_back(site) and not wish.take_over:
        raise put_back_failure(api.place, site, "Nothing was written.")
    if plan.has(RevokeStep.ADOPT):
        _refuse_adoption(api, store, site)
    refused = why_refused(wish, site, plan)
    if refused is not None:
        kept_in, owner = refused
        raise Failure(
            Reason.CA_MANAGED,
            f"{kept_in} in {api.place} is managed by {owner.name} ({owner.fact}), which would undo what is written; "
            "nothing was written. Rotate it there and run this with adopt: true, or replace it anyway with take_over: "
            "true.",
            owner=owner.name,
        )


def _refuse_adoption(api: NamespaceApi, store: AuthorityStore, site: RevocableSite) -> None:
    if why := why_not_adopted(site):
        raise Failure(
            Reason.CA_MANAGED,
            f"The site CA in {api.place} can't be adopted as the new one: {why}. "
            "Rotate it, with a new key, where it is kept, and run this again.",
        )
    present = store.authority()
    if why := why_unsignable(present.certificate, present.key, api.now()):
        raise Failure(
            Reason.CA_UNUSABLE,
            f"The site CA in {api.place} can't be adopted as the new one: {why}. "
            "Nothing was revoked. Have its owner correct it, and run this again.",
        )


def put_back_failure(place: Place, site: RevocableSite, what: str) -> Failure:
    """Return that a revoked CA was put back; ``what`` says what that means for the run."""
    by = f" It was last written by {site.authority.writer}" if site.authority.writer else ""
    when = f" at {format_instant(site.authority.written)}." if by and site.authority.written else "."
    return Failure(
        Reason.CA_PUT_BACK,
        f"The site CA in {place} ({site.authority.kept_in}) holds a key again that was revoked "
        f"({min(put_back(site))[:16]}), so that former credentials work.{by}{when if by else ''} {what} "
        "Rotate it where that tool keeps it and run this with adopt: true, or stop it from managing the Secret and use take_over: true.",
        owner=site.authority.writer or None,
    )


def warnings_before(
    api: NamespaceApi, store: AuthorityStore, wish: RevokeWish, site: RevocableSite, plan: RevokePlan
) -> tuple[str, ...]:
    """Return what is worth a warning of a plan that is carried out."""
    found = [
        _redeemed_claims(api.place, plan) if wish.scope is Scope.CLAIMS else "",
        _adopted_without_claims(api.place, store) if plan.has(RevokeStep.ADOPT) else "",
    ]
    for kept_in, owner in overwritten(site, plan) if wish.take_over else ():
        found.append(f"{kept_in} in {api.place} is taken over from {owner.name}: {owner.fact}.")
    return tuple(filter(None, found))


def _adopted_without_claims(place: Place, store: AuthorityStore) -> str:
    why = why_unredeemable(store.authority().key)
    if not why:
        return ""
    return f"The site CA in {place} is adopted, but can't sign for claims: {why}. Links can be replaced with cert tokens only (type: cert)."


def _redeemed_claims(place: Place, plan: RevokePlan) -> str:
    redeemed = [f"{each.name} ({each.made})" for each in plan.claims if each.made]
    if not redeemed:
        return ""
    return (
        f"Claims of {place} had been redeemed before they were deleted: {', '.join(redeemed)}. "
        "Those sites keep their certificates until access is revoked (scope: all)."
    )


def prepare(
    api: NamespaceApi, store: AuthorityStore, config: SiteConfig, plan: RevokePlan, check_mode: bool
) -> tuple[str, ...]:
    """Ask for the hosts of the server certificate and for all rights; raises Failure(ingress_pending, forbidden ...).

    Rights that are missing are a warning in check mode, which an account that may only read can run.
    """
    if plan.has(RevokeStep.SIGN):
        store.hosts(config)
    lacks = [right_sentence(api.place, right) for right in store.missing_rights(plan)]
    if lacks and not check_mode:
        raise Failure(Reason.FORBIDDEN, f"Nothing was revoked in {api.place}: {lacks[0]}", missing=lacks)
    return tuple(f"forbidden: {lack}" for lack in lacks)


def right_sentence(place: Place, right: MissingRight) -> str:
    """Return which right is missing, and what to grant."""
    return (
        f"this account may not {right.verb} {right.item}: grant verb {right.verb} on {right.resource} "
        f"in namespace {place.namespace}."
    )
