# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._kube.api import NamespaceApi
from .._model.change import Change
from .._model.duration import parse_period
from .._model.errors import Failure
from .._model.location import read_location
from .._model.names import check_name
from .._model.reasons import Reason
from .._model.token import ClaimLimits, ClaimToken, PlaceholderToken, Purpose, Renew
from .._plan.claim import ClaimWish
from .._site.claims import ClaimOutcome, ensure_claim
from .._site.generations.readers import reader
from .._site.generations.tokens import write_token
from . import argspec
from .cert import run_cert
from .documents import file_view, holds_token, inspect_file, remove_file, require_writable, write_file
from .result import Outcome
from .runtime import Runtime, anchored
from .task import Task

# Skupper's own, for claims that no limits are named for.
_EXPIRY = "15m0s"
_USES = 1
# Options that one kind of token has and the other has not.
CLAIM_ONLY = ("expiry", "uses")
_CERT_ONLY = ("validity", "renew_before")


def claim_limits(params: Mapping[str, Any]) -> ClaimLimits:
    """The limits that expiry and uses ask for; raises Failure(invalid_duration, invalid_option)."""
    expiry = parse_period(_EXPIRY if params["expiry"] is None else params["expiry"])
    uses = _USES if params["uses"] is None else params["uses"]
    if uses < 0:
        raise Failure(Reason.INVALID_OPTION, f"uses is {uses}: use 0 for a claim without limit of uses.")
    if expiry and expiry.total_seconds() < 1:
        raise Failure(Reason.INVALID_DURATION, f"expiry {params['expiry']} is less than a second.")
    return ClaimLimits(expiry or None, uses or None)


def refuse_other_kind(params: Mapping[str, Any], names: tuple[str, ...], prefix: str = "") -> None:
    """Raise Failure(invalid_option) if an option is given that this type of token has not."""
    given = [prefix + name for name in names if params[name] is not None]
    if given:
        kind, other = params["type"], "claim" if params["type"] == "cert" else "cert"
        raise Failure(
            Reason.INVALID_OPTION,
            f"A {kind} token has no {' and no '.join(given)}: leave that out, or set {prefix}type to {other}.",
        )


def run(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    """Make the named claim exist, or not, on the issuing site, or sign a cert token."""
    if params["type"] == "cert":
        refuse_other_kind(params, CLAIM_ONLY)
        return run_cert(params, runtime)
    refuse_other_kind(params, _CERT_ONLY)
    return _run_claim(params, runtime)


def _run_claim(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    wish = ClaimWish(
        check_name(params["name"], "claim"),
        claim_limits(params),
        Renew(params["renew"]),
        params["state"] == "present",
        _purpose(params["issued_for"]),
    )
    api = runtime.client(params)
    dest = anchored(params, runtime.base_dir).get("dest")
    if not wish.present:
        return _absence(api, wish, dest, runtime)
    if dest:
        require_writable(dest, runtime.check_mode)
    patience = runtime.patience(params["wait_for_ingress"], params["wait_timeout"])
    claim = ensure_claim(api, wish, runtime.choose, runtime.check_mode, patience)
    if dest:
        return _to_file(claim, dest, runtime)
    token, holds_secret = _handed_over(claim, api, runtime)
    return Outcome(claim.change, {**_claim_values(claim), "token": token}, holds_secret, claim.warnings)


def _purpose(given: Mapping[str, Any] | None) -> Purpose | None:
    """What issued_for says."""
    if given is None:
        return None
    return Purpose(given["site_id"], given["link"], read_location(given["location"]))


def _claim_values(claim: ClaimOutcome) -> dict[str, Any]:
    return {key: value for key, value in claim.change.after.items() if key != "password"}


def _handed_over(claim: ClaimOutcome, api: Any, runtime: Runtime) -> tuple[dict[str, Any], bool]:
    if claim.token is None or runtime.check_mode:
        name = str(claim.change.after["name"])
        return write_token(PlaceholderToken(name, reader(api).config().site_id)), False
    return write_token(claim.token), True


def _to_file(claim: ClaimOutcome, dest: str, runtime: Runtime) -> Outcome:
    """Write the token to a file; uses that were made are no part of the document, so it stays as it is."""
    document = _document(claim.token)
    state = inspect_file(dest, document)
    if not runtime.check_mode and document is not None and not state.is_right:
        write_file(dest, document)
    before = {**claim.change.before, "dest": state.view()}
    after = {**claim.change.after, "dest": file_view(dest)}
    change = Change(before, after, claim.change.why or "the file does not hold the token, or others may read it")
    spent = _spent_warning(claim, dest) if not state.same else ()
    return Outcome(change, {**_claim_values(claim), "dest": dest}, False, (*claim.warnings, *spent))


def _spent_warning(claim: ClaimOutcome, dest: str) -> tuple[str, ...]:
    """A token that is handed out although no site can redeem it any more deserves a word."""
    if claim.change.after["usable"]:
        return ()
    warning = (
        f"Claim {claim.change.after['name']} is expired or used up: the token written to {dest} can't be redeemed. "
        "Set renew to unusable for a new one."
    )
    return (warning,)


def _document(token: ClaimToken | None) -> dict[str, Any] | None:
    return None if token is None else write_token(replace(token, used_up=False))


def _absence(api: NamespaceApi, wish: ClaimWish, dest: str | None, runtime: Runtime) -> Outcome:
    """Remove a claim and its file; what is no file is found out before the claim is gone."""
    ours = holds_token(dest, wish.name) if dest else False
    claim = ensure_claim(api, wish, runtime.choose, runtime.check_mode)
    values: dict[str, Any] = {"name": wish.name, "type": "claim", "usable": False}
    if not dest:
        return Outcome(claim.change, values, warnings=claim.warnings)
    if ours and not runtime.check_mode:
        remove_file(dest)
    before = {**claim.change.before, **({"dest": {"path": dest, "state": "file"}} if ours else {})}
    change = Change(before, {}, "it should be absent")
    return Outcome(change, {**values, "dest": dest}, warnings=claim.warnings)


TOKEN = Task(argspec.TOKEN, run)
