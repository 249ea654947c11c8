# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Union

from .._kube.api import NamespaceApi
from .._kube.options import ConnectionOptions
from .._model.change import Change
from .._model.location import read_location
from .._model.names import check_name
from .._model.token import ClaimToken, PlaceholderToken, Purpose, Renew
from .._plan.claim import ClaimWish
from .._site.claims import ClaimOutcome, ensure_claim
from .._site.generations.readers import reader
from .._site.generations.tokens import write_token
from .cert import CertRequest, read_cert, run_cert
from .clients import client_for
from .options.connection import CONNECTION
from .options.limits import LIMITS, read_limits, refuse_other_kind
from .options.location import LOCATION
from .options.state import STATE
from .options.waiting import INGRESS, WAIT, WaitOptions, read_ingress_wait, read_timeout
from .result import Outcome
from .runtime import Runtime
from .spec import Options, Params, Spec
from .task import make_task
from .token_files import file_view, holds_token, inspect_file, remove_file, require_writable, write_file

_ISSUED_FOR: Options = {
    "site_id": {"type": "str", "required": True},
    "link": {"type": "str"},
    "location": {"type": "dict", "options": LOCATION},
}

SPEC = Spec(
    {
        **CONNECTION,
        "type": {"type": "str", "choices": ["claim", "cert"], "default": "claim"},
        **LIMITS,
        **INGRESS,
        **STATE,
        "name": {"type": "str"},
        "issued_for": {"type": "dict", "options": _ISSUED_FOR},
        "validity": {"type": "str"},
        "renew_before": {"type": "str"},
        "renew": {"type": "str", "choices": ["never", "unusable", "always"], "default": "never"},
        "dest": {"type": "path"},
        "wait_timeout": WAIT["wait_timeout"],
    },
    required_if=[("type", "claim", ("name",))],
)

# Options that a cert token has and a claim has not.
_CERT_ONLY = ("validity", "renew_before")


@dataclass(frozen=True)
class ClaimRequest:
    """A claim, and the file that its token goes to."""

    connection: ConnectionOptions
    wish: ClaimWish
    dest: str | None
    wait: WaitOptions | None
    """For the site's ingress; None if the claim should be absent."""


_Request = Union[ClaimRequest, CertRequest]


def _read_request(params: Params) -> _Request:
    return read_cert(params) if params["type"] == "cert" else _read_claim(params)


def _read_claim(params: Params) -> ClaimRequest:
    refuse_other_kind(params, _CERT_ONLY)
    wish = ClaimWish(
        check_name(params["name"], "claim"),
        read_limits(params),
        Renew(params["renew"]),
        params["state"] == "present",
        _read_purpose(params["issued_for"]),
    )
    wait = read_ingress_wait(params, read_timeout(params)) if wish.present else None
    return ClaimRequest(ConnectionOptions.from_params(params), wish, params["dest"], wait)


def _read_purpose(given: Params | None) -> Purpose | None:
    """Read what issued_for says."""
    if given is None:
        return None
    return Purpose(given["site_id"], given["link"], read_location(given["location"]))


def _run(request: _Request, runtime: Runtime) -> Outcome:
    """Make the named claim exist, or not, on the issuing site, or sign a cert token."""
    return run_cert(request, runtime) if isinstance(request, CertRequest) else _run_claim(request, runtime)


def _run_claim(request: ClaimRequest, runtime: Runtime) -> Outcome:
    api = client_for(request.connection, runtime)
    dest = runtime.path(request.dest)
    if request.wait is None:
        return _absence(api, request.wish, dest, runtime)
    if dest:
        require_writable(dest, runtime.check_mode)
    patience = runtime.patience(request.wait)
    claim = ensure_claim(api, request.wish, runtime.choose, runtime.check_mode, patience)
    if dest:
        return _to_file(claim, dest, runtime)
    token, holds_secret = _handed_over(claim, api, runtime)
    return Outcome(claim.change, {**_claim_values(claim), "token": token}, holds_secret, claim.warnings)


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
    """Warn that the written token can no longer be redeemed."""
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
    """Remove a claim and its file. A path that is no file is refused before the claim is removed."""
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


def _returns_token(args: Mapping[str, Any]) -> bool:
    """Return whether these arguments ask for a token that should be present and that no file takes."""
    return not args.get("dest") and args.get("state", "present") == "present"


TOKEN = make_task(SPEC, _read_request, _run, _returns_token)
