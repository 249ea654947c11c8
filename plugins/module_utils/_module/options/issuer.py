# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that lead to an issuing site and say what it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from ..._kube.options import ConnectionOptions
from ..._model.token import ClaimLimits
from ..spec import Options, Params
from .connection import OTHER_SITE, read_other_site
from .limits import LIMITS, read_limits, refuse_limits
from .waiting import INGRESS, WaitOptions, read_ingress_wait

ISSUER: Options = {
    **OTHER_SITE,
    "type": {"type": "str", "choices": ["claim", "cert", "auto"], "default": "claim"},
    **LIMITS,
    **INGRESS,
}


@dataclass(frozen=True)
class IssuerOptions:
    """How to reach an issuing site, and what to ask it for."""

    connection: ConnectionOptions
    kind: str
    """``claim``, ``cert`` or ``auto``."""
    limits: ClaimLimits
    """Of a claim."""
    wait: WaitOptions
    """For its ingress."""


def read_issuer(params: Params, here: ConnectionOptions, seconds: int) -> IssuerOptions:
    """Read the options of ``issuer``; raises Failure(invalid_duration, invalid_option)."""
    if params["type"] == "cert":
        refuse_limits(params, "issuer.")
    return IssuerOptions(
        read_other_site(params, here), params["type"], read_limits(params), read_ingress_wait(params, seconds)
    )
