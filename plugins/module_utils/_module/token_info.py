# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_token_info."""

from __future__ import annotations

from dataclasses import dataclass

from .._kube.options import ConnectionOptions
from .._model.token import ClaimState
from .._site.claim_report import read_claims
from .._view.token import claim_report
from .clients import client_for
from .options.connection import CONNECTION
from .result import Outcome
from .runtime import Runtime
from .spec import Params, Spec
from .task import make_task

SPEC = Spec(
    {
        **CONNECTION,
        "name": {"type": "str"},
        "state": {"type": "list", "elements": "str", "choices": ["usable", "used_up", "expired", "corrupt"]},
    }
)


@dataclass(frozen=True)
class _Request:
    connection: ConnectionOptions
    name: str | None
    states: tuple[ClaimState, ...]


def _read_request(params: Params) -> _Request:
    states = tuple(ClaimState(state) for state in params["state"] or ())
    return _Request(ConnectionOptions.from_params(params), params["name"], states)


def _run(request: _Request, runtime: Runtime) -> Outcome:
    """Read the site's claims, without their passwords."""
    api = client_for(request.connection, runtime)
    claims = read_claims(api, request.name, list(request.states))
    return Outcome(values={"claims": [claim_report(each, api.now()) for each in claims]})


TOKEN_INFO = make_task(SPEC, _read_request, _run)
