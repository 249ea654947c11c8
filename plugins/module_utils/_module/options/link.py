# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of one link, alone or among several."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..._kube.options import ConnectionOptions
from ..._model.errors import Failure
from ..._model.link import Replace
from ..._model.location import Location, read_location
from ..._model.reasons import Reason
from ..._plan.link import LinkWish
from ..spec import Options, Params
from .issuer import ISSUER, IssuerOptions, read_issuer
from .location import LOCATION

# The router keeps costs in 32 bits (Skupper pkg/qdr/qdr.go).
_HIGHEST_COST = 2**31 - 1

LINK: Options = {
    "token": {"type": "raw", "no_log": True},
    "src": {"type": "path", "no_log": True},
    "issuer": {"type": "dict", "no_log": True, "options": ISSUER},
    "site_id": {"type": "str"},
    "issuer_location": {"type": "dict", "options": LOCATION},
    "name": {"type": "str"},
    "cost": {"type": "int", "default": 1},
    "replace": {"type": "str", "choices": ["stale", "down", "never", "always"], "default": "stale"},
}

EXCLUSIVE = (
    ("token", "src", "issuer"),
    ("token", "site_id"),
    ("src", "site_id"),
    ("issuer", "site_id"),
    ("issuer", "issuer_location"),
)


@dataclass(frozen=True)
class CredentialOptions:
    """Where the credential of a link comes from: one of the first four."""

    issuer: IssuerOptions | None
    site_id: str | None
    src: str | None
    token: Any = field(repr=False)
    location: Location | None
    """Where the site is that ``token`` or ``src`` comes from."""


def read_credential(params: Params, here: ConnectionOptions, seconds: int) -> CredentialOptions:
    """Read where the credential of a link comes from; raises Failure(invalid_duration, invalid_option)."""
    issuer = params["issuer"]
    return CredentialOptions(
        None if issuer is None else read_issuer(issuer, here, seconds),
        params["site_id"],
        params["src"],
        params["token"],
        read_location(params["issuer_location"]),
    )


def read_link_wish(params: Params) -> LinkWish:
    """Read how a link should be; raises Failure(invalid_option)."""
    cost = params["cost"]
    if not 1 <= cost <= _HIGHEST_COST:
        raise Failure(Reason.INVALID_OPTION, f"cost is {cost}: it must be between 1 and {_HIGHEST_COST}.")
    return LinkWish(params["name"], cost, Replace(params["replace"]))
