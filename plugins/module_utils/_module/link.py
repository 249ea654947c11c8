# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Union

from .._kube.options import ConnectionOptions
from .._model.errors import Failure
from .._model.reasons import Reason
from .._plan.link import LinkWish
from .._site.endpoint_checks import what_is_wrong
from .._site.links import Wanted, ensure_link
from .._site.removal import Removal, remove_links
from .._view.link import ensured_view, removal_view, with_shown_link
from .clients import client_for
from .options import link
from .options.connection import CONNECTION
from .options.link import EXCLUSIVE, CredentialOptions, read_credential, read_link_wish
from .options.state import STATE
from .options.waiting import WAIT, WaitOptions, read_wait
from .result import Outcome
from .runtime import Runtime
from .source import link_source
from .spec import Params, Spec
from .task import make_task

SPEC = Spec(
    {**CONNECTION, **WAIT, **STATE, **link.LINK, "stale": {"type": "bool"}},
    mutually_exclusive=EXCLUSIVE,
    required_if=[
        ("state", "present", ("token", "src", "issuer", "site_id"), True),
        ("state", "absent", ("name", "site_id", "issuer", "stale"), True),
    ],
)


@dataclass(frozen=True)
class _Present:
    """A link that should exist."""

    connection: ConnectionOptions
    wish: LinkWish
    credential: CredentialOptions
    wait: WaitOptions


@dataclass(frozen=True)
class _Absent:
    """Links that should not exist."""

    connection: ConnectionOptions
    name: str | None
    stale: bool
    named: CredentialOptions
    """The site that they lead to."""
    wait: WaitOptions


_Request = Union[_Present, _Absent]


def _read_request(params: Params) -> _Request:
    here, wait = ConnectionOptions.from_params(params), read_wait(params)
    name, stale = params["name"], bool(params["stale"])
    if params["state"] == "absent":
        named = read_credential(params, here, wait.seconds)
        if not stale and name is None and named.site_id is None and named.issuer is None:
            raise Failure(Reason.INVALID_OPTION, "state: absent needs name, site_id, issuer, or stale: true.")
        return _Absent(here, name, stale, named, wait)
    if stale:
        raise Failure(
            Reason.INVALID_OPTION, "stale is only for state: absent; replace decides when a link is replaced."
        )
    return _Present(here, read_link_wish(params), read_credential(params, here, wait.seconds), wait)


def _run(request: _Request, runtime: Runtime) -> Outcome:
    """Make the link to an issuing site exist and work, or not exist."""
    return _remove(request, runtime) if isinstance(request, _Absent) else _ensure(request, runtime)


def _ensure(request: _Present, runtime: Runtime) -> Outcome:
    source = link_source(request.credential, runtime)
    api = client_for(request.connection, runtime)
    waiting = replace(runtime.waiting(request.wait), look=what_is_wrong if runtime.probes else None)
    try:
        made = ensure_link(api, Wanted(source, request.wish), waiting, runtime.check_mode)
    except Failure as failure:
        raise with_shown_link(failure.located(api.place)) from None
    return Outcome(made.change, ensured_view(made.link, made.connected_at, made.issued), warnings=made.warnings)


def _remove(request: _Absent, runtime: Runtime) -> Outcome:
    named = request.named
    source = None if named.issuer is None else link_source(named, runtime)
    removal = Removal(request.name, named.site_id, source, request.stale, named.location)
    api = client_for(request.connection, runtime)
    gone = remove_links(api, removal, runtime.waiting(request.wait), runtime.check_mode)
    return Outcome(gone.change, removal_view(request.name, named.site_id, gone.removed), warnings=gone.warnings)


LINK = make_task(SPEC, _read_request, _run)
