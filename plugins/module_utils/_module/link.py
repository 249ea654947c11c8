# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from .._model.errors import Failure
from .._model.link import Replace
from .._model.location import read_location
from .._model.reasons import Reason
from .._plan.link import LinkWish
from .._site.credentials import CertificateIssuer, ClaimIssuer, EitherIssuer, NoCredential, Source, TokenInHand
from .._site.links import Wanted, ensure_link
from .._site.reach import what_is_wrong
from .._site.removal import Removal, remove_links
from .._view.link import ensured_view, removal_view
from . import argspec
from .documents import parse_token, read_token_file
from .result import Outcome
from .runtime import Runtime, anchored, other_site
from .task import Task
from .token import CLAIM_ONLY, claim_limits, refuse_other_kind

# The router keeps costs in 32 bits (Skupper pkg/qdr/qdr.go).
_HIGHEST_COST = 2**31 - 1


def run(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    """Make the link to an issuing site exist and work, or not exist."""
    if params["state"] == "absent":
        return _remove(params, runtime)
    if params["stale"]:
        raise Failure(Reason.INVALID_OPTION, "stale is only for state: absent; replace says when a link is made anew.")
    wish, source = link_wish(params), link_source(params, runtime)
    api = runtime.client(params)
    waiting = replace(runtime.waiting(params), look=what_is_wrong if runtime.probes else None)
    try:
        made = ensure_link(api, Wanted(source, wish), waiting, runtime.check_mode)
    except Failure as failure:
        raise failure.located(api.place) from None
    return Outcome(made.change, ensured_view(made.link, made.connected_at, made.issued), warnings=made.warnings)


def _remove(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    name, site_id, stale = params["name"], params["site_id"], bool(params["stale"])
    if not stale and name is None and site_id is None and params["issuer"] is None:
        raise Failure(Reason.INVALID_OPTION, "state: absent needs name, site_id, issuer, or stale: true.")
    source = None if params["issuer"] is None else link_source(params, runtime)
    removal = Removal(name, site_id, source, stale, read_location(params["issuer_location"]))
    gone = remove_links(runtime.client(params), removal, runtime.waiting(params), runtime.check_mode)
    return Outcome(gone.change, removal_view(name, site_id, gone.removed), warnings=gone.warnings)


def link_wish(params: Mapping[str, Any]) -> LinkWish:
    """Return how a link should be; raises Failure(invalid_option)."""
    cost = params["cost"]
    if not 1 <= cost <= _HIGHEST_COST:
        raise Failure(Reason.INVALID_OPTION, f"cost is {cost}: it must be between 1 and {_HIGHEST_COST}.")
    return LinkWish(params["name"], cost, Replace(params["replace"]))


def link_source(params: Mapping[str, Any], runtime: Runtime) -> Source:
    """Return where the credential of a link comes from; raises Failure for a token that is none."""
    if params["issuer"] is not None:
        return _issuing_source(other_site(params, params["issuer"]), params["wait_timeout"], runtime)
    if params["site_id"] is not None:
        return NoCredential(params["site_id"])
    location = read_location(params["issuer_location"])
    if params["src"] is not None:
        return TokenInHand(read_token_file(anchored(params, runtime.base_dir)["src"]), location)
    return TokenInHand(parse_token(params["token"]), location)


def _issuing_source(issuer: Mapping[str, Any], seconds: int, runtime: Runtime) -> Source:
    patience = runtime.patience(issuer["wait_for_ingress"], seconds)
    if issuer["type"] == "auto":
        return EitherIssuer(runtime.client(issuer), claim_limits(issuer), runtime.choose, patience)
    if issuer["type"] == "claim":
        return ClaimIssuer(runtime.client(issuer), claim_limits(issuer), runtime.choose, patience)
    refuse_other_kind(issuer, CLAIM_ONLY, "issuer.")
    return CertificateIssuer(runtime.client(issuer), runtime.choose, patience)


LINK = Task(argspec.LINK, run)
