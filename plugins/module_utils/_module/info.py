# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines behind skupper_site_info, skupper_link_info and skupper_token_info."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.errors import Failure
from .._model.location import read_location
from .._model.reasons import Reason
from .._model.token import ClaimState
from .._site.info import claims_info, links_info, site_info
from .._site.reach import endpoint_checks
from .._site.since import since
from . import argspec
from .result import Outcome
from .runtime import Runtime, other_site
from .task import Task

_LONGEST_CHECK = 600


def run_site(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    """Read the site, and look at its endpoints if that is asked for."""
    seconds = params["check_timeout"]
    if not 1 <= seconds <= _LONGEST_CHECK:
        raise Failure(
            Reason.INVALID_OPTION, f"check_timeout is {seconds}: it must be between 1 and {_LONGEST_CHECK} seconds."
        )
    api = runtime.client(params)
    site, warnings = site_info(api)
    if params["since"] is not None:
        site["revocation"] = since(api, site, params["since"])
    if params["check_endpoints"]:
        site["endpoint_checks"] = endpoint_checks(api, site["endpoints"], seconds)
    return Outcome(values={"site": site}, warnings=warnings)


def run_link(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    """Read the site's links, and ask the issuing sites that are named about them."""
    issuers = [runtime.client(other_site(params, issuer)) for issuer in params["issuers"] or ()]
    location = read_location(params["issuer_location"])
    values, troubles = links_info(runtime.client(params), params["name"], params["site_id"], issuers, location)
    return Outcome(values=values, warnings=tuple(troubles))


def run_token(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    """Read the site's claims, without their passwords."""
    states = [ClaimState(state) for state in params["state"] or ()]
    return Outcome(values={"claims": claims_info(runtime.client(params), params["name"], states)})


SITE_INFO = Task(argspec.SITE_INFO, run_site)
LINK_INFO = Task(argspec.LINK_INFO, run_link)
TOKEN_INFO = Task(argspec.TOKEN_INFO, run_token)
