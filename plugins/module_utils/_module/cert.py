# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_token for cert tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from .._kube.options import ConnectionOptions
from .._model.change import Change
from .._model.duration import parse_period
from .._model.errors import Failure
from .._model.names import check_name
from .._model.reasons import Reason
from .._model.token import CertToken, PlaceholderToken
from .._pki.certificate import require_cryptography
from .._pki.issue import LIFETIME
from .._plan.cert import CertWish, default_renew_before
from .._site.certs import CertOutcome, ensure_cert
from .._site.generations.tokens import write_token
from .clients import client_for
from .options.limits import refuse_limits
from .options.waiting import WaitOptions, read_ingress_wait, read_timeout
from .result import Outcome
from .runtime import Runtime
from .spec import Params
from .token_files import file_view, inspect_file, require_writable, token_in, write_file

# What Skupper's command line calls a token that it is given no name for.
_NAME = "skupper"


@dataclass(frozen=True)
class CertRequest:
    """A cert token, and the file that it goes to."""

    connection: ConnectionOptions
    wish: CertWish
    dest: str | None
    wait: WaitOptions
    """For the site's ingress."""


def read_cert(params: Params) -> CertRequest:
    """Read the options of a cert token; raises Failure(invalid_option, invalid_duration, invalid_name)."""
    refuse_limits(params)
    wait = read_ingress_wait(params, read_timeout(params))
    return CertRequest(ConnectionOptions.from_params(params), _read_wish(params), params["dest"], wait)


def _read_wish(params: Params) -> CertWish:
    if params["state"] == "absent":
        raise Failure(
            Reason.INVALID_OPTION,
            "A cert token can't be withdrawn by itself, since its site keeps no trace of it: skupper_revoke makes "
            "all tokens of the site worthless.",
        )
    if not params["dest"] and params["renew"] != "always":
        raise Failure(
            Reason.INVALID_OPTION,
            "A cert token can't be found again on its site: set dest, so that the one in the file is kept while it "
            "serves, or renew to always for a new one at every run.",
        )
    validity = _validity(params["validity"])
    return CertWish(
        name=check_name(_NAME if params["name"] is None else params["name"], "token"),
        validity=validity,
        renew_before=_renew_before(params["renew_before"], validity),
        always=params["renew"] == "always",
    )


def _validity(text: str | None) -> timedelta:
    validity = LIFETIME if text is None else parse_period(text)
    if not timedelta(minutes=1) <= validity <= LIFETIME:
        raise Failure(
            Reason.INVALID_OPTION,
            f"validity is {text}: it must be between 1m and the 43800h (five years) that Skupper's own certificates have.",
        )
    return validity


def _renew_before(text: str | None, validity: timedelta) -> timedelta:
    if text is None:
        return default_renew_before(validity)
    renew_before = parse_period(text)
    if renew_before >= validity:
        raise Failure(
            Reason.INVALID_OPTION,
            f"renew_before is {text}: it must be less than the token is valid for, or every run would sign a new one.",
        )
    return renew_before


def run_cert(request: CertRequest, runtime: Runtime) -> Outcome:
    """Sign a cert token, unless the file that it goes to holds one that still serves."""
    require_cryptography()
    api = client_for(request.connection, runtime)
    dest = runtime.path(request.dest)
    if dest:
        require_writable(dest, runtime.check_mode)
    existing = token_in(dest) if dest else None
    patience = runtime.patience(request.wait)
    held = existing if isinstance(existing, CertToken) else None
    made = ensure_cert(api, request.wish, held, runtime.choose, runtime.check_mode, patience)
    return _to_file(made, dest, runtime) if dest else _returned(made, request.wish)


def _values(made: CertOutcome) -> dict[str, Any]:
    return {key: value for key, value in made.change.after.items() if key != "certificate"}


def _returned(made: CertOutcome, wish: CertWish) -> Outcome:
    token = made.token or PlaceholderToken(wish.name, made.site_id)
    values = {**_values(made), "token": write_token(token)}
    return Outcome(made.change, values, made.token is not None, made.warnings)


def _to_file(made: CertOutcome, dest: str, runtime: Runtime) -> Outcome:
    document = None if made.token is None else write_token(made.token)
    state = inspect_file(dest, document)
    if not runtime.check_mode and document is not None and not state.is_right:
        write_file(dest, document)
    change = Change(
        {**made.change.before, "dest": state.view()},
        {**made.change.after, "dest": file_view(dest)},
        made.change.why or "the file has more in it than the token, or others may read it",
    )
    return Outcome(change, {**_values(made), "dest": dest}, False, made.warnings)
