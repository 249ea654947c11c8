# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that say what kind of token is issued, and what limits a claim has."""

from __future__ import annotations

from ..._model.duration import parse_period
from ..._model.errors import Failure
from ..._model.reasons import Reason
from ..._model.token import ClaimLimits
from ..spec import Options, Params

# Without defaults, so that a cert token with limits of a claim can be refused.
LIMITS: Options = {
    "expiry": {"type": "str"},
    "uses": {"type": "int"},
}

# Skupper's own, for claims that no limits are named for.
_EXPIRY = "15m0s"
_USES = 1


def read_limits(params: Params) -> ClaimLimits:
    """Read ``expiry`` and ``uses``; raises Failure(invalid_duration, invalid_option)."""
    expiry = parse_period(_EXPIRY if params["expiry"] is None else params["expiry"])
    uses = _USES if params["uses"] is None else params["uses"]
    if uses < 0:
        raise Failure(Reason.INVALID_OPTION, f"uses is {uses}: use 0 for a claim without limit of uses.")
    if expiry and expiry.total_seconds() < 1:
        raise Failure(Reason.INVALID_DURATION, f"expiry {params['expiry']} is less than a second.")
    return ClaimLimits(expiry or None, uses or None)


def refuse_limits(params: Params, prefix: str = "") -> None:
    """Raise Failure(invalid_option) if a cert token is given limits, which only a claim has."""
    refuse_other_kind(params, tuple(LIMITS), prefix)


def refuse_other_kind(params: Params, names: tuple[str, ...], prefix: str = "") -> None:
    """Raise Failure(invalid_option) if an option is given that this type of token has not."""
    given = [prefix + name for name in names if params[name] is not None]
    if given:
        kind, other = params["type"], "claim" if params["type"] == "cert" else "cert"
        raise Failure(
            Reason.INVALID_OPTION,
            f"A {kind} token has no {' and no '.join(given)}: leave that out, or set {prefix}type to {other}.",
        )
