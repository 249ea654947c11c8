# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.errors import Failure
from .._model.link import Replace
from .._model.reasons import Reason
from .._plan.link import LinkWish
from .._site.credentials import IssuingPort, Source, TokenInHand
from .._site.links import ensure_link, remove_links
from .around import Around, anchored
from .documents import parse_token, read_token_file
from .result import Outcome
from .token import claim_limits

# The router keeps costs in 32 bits (Skupper pkg/qdr/qdr.go).
_HIGHEST_COST = 2**31 - 1


def run(params: Mapping[str, Any], around: Around) -> Outcome:
    """Make the link to an issuing site exist and work, or not exist."""
    if params["state"] == "absent":
        return _remove(params, around)
    cost = params["cost"]
    if not 1 <= cost <= _HIGHEST_COST:
        raise Failure(Reason.INVALID_OPTION, f"cost is {cost}: it must be between 1 and {_HIGHEST_COST}.")
    source = _source(params, around)
    wish = LinkWish(params["name"], cost, Replace(params["replace"]))
    port = around.client(params)
    try:
        made = ensure_link(port, source, wish, around.waiting(params), around.check_mode)
    except Failure as failure:
        raise failure.located(port.place) from None
    return Outcome(made.change, {"link": made.view})


def _remove(params: Mapping[str, Any], around: Around) -> Outcome:
    name, site_id = params["name"], params["site_id"]
    gone = remove_links(around.client(params), name, site_id, around.waiting(params), around.check_mode)
    return Outcome(gone.change, {"link": {"name": name, "site_id": site_id, "state": "absent"}})


def _source(params: Mapping[str, Any], around: Around) -> Source:
    if params["issuer"] is not None:
        issuer = _issuer(params)
        return IssuingPort(around.client(issuer), claim_limits(issuer), around.choose)
    if params["src"] is not None:
        return TokenInHand(read_token_file(anchored(params, around.base_dir)["src"]))
    return TokenInHand(parse_token(params["token"]))


def _issuer(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The issuing site's options; a context without a kubeconfig is looked up in the linking site's."""
    issuer: Mapping[str, Any] = params["issuer"]
    if issuer["kubeconfig"] is None and issuer["host"] is None and issuer["context"] is not None:
        return {**issuer, "kubeconfig": params["kubeconfig"]}
    return issuer
