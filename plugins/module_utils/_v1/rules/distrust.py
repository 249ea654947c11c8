# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Go's crypto/x509 held against a certificate: what differs, and what can be done about it.

Go looks at the times of a certificate first, then at its names, then at who signed it, so that nothing is known of the signature
of a certificate for another host.
"""

from __future__ import annotations

import re

from ..._model.link import Distrust
from ..._model.printable import printable

# A certificate may name hundreds of hosts.
_LONGEST = 200

# The sentences of crypto/x509/verify.go.
_OTHER_NAMES = re.compile(r"x509: certificate is valid for (?P<names>.*), not (?P<host>\S+)", re.DOTALL)
_NO_NAMES = re.compile(r"x509: certificate is not valid for any names, but wanted to match (?P<host>\S+)")
_NO_ADDRESSES = re.compile(
    r"x509: cannot validate certificate for (?P<host>\S+) because it doesn't contain any IP SANs"
)
_TIMES = re.compile(r"not yet valid: current time (?P<now>\S+) is (?P<side>after|before) (?P<limit>\S+)")
_CANDIDATE = re.compile(r'candidate authority certificate "(?P<name>.*)"', re.DOTALL)
_UNKNOWN = "x509: certificate signed by unknown authority"


_ELSE = (
    "something else answers there, such as an ingress controller or a proxy with a certificate of its own, or the issuing site "
    "got this address after its certificate was made. Have TLS passed through to Service skupper-router, and compare the "
    "address with skupper_site_info of the issuing site (check_endpoints); another token for the same address would not help"
)
_CLOCKS = "compare the clocks of the two clusters; another token would not help"
_RENEWAL = "a revocation gives the issuing site new certificates; another token would not help"
_INTERRUPTED = (
    "something else answers there, such as an ingress controller or a proxy that ends TLS with a certificate of its own, unless "
    "the issuing site was given a CA of another name. Have TLS passed through to Service skupper-router, and see what "
    "skupper_site_info of the issuing site says (check_endpoints)"
)
_REVOKED = (
    "the issuing site has revoked access since the token was issued, or another site answers there; if it has revoked "
    "access, issue a new token"
)


def distrust(status: str) -> Distrust:
    """Read what a claim's client noted of a certificate that it did not trust."""
    other = _OTHER_NAMES.search(status)
    if other is not None:
        return _for_others(printable(other["names"], _LONGEST), other["host"])
    nameless = _NO_NAMES.search(status)
    if nameless is not None:
        return _for_others("no host at all", nameless["host"])
    without = _NO_ADDRESSES.search(status)
    if without is not None:
        return _for_others("names alone, and no IP address", without["host"])
    times = _TIMES.search(status)
    if times is not None:
        return _out_of_time(times["now"], times["side"], times["limit"])
    return _of_another_authority(status)


def _for_others(names: str, host: str) -> Distrust:
    return Distrust(f"its certificate is for {names}, and the address is {printable(host, _LONGEST)}", _ELSE)


def _out_of_time(now: str, side: str, limit: str) -> Distrust:
    clock = f"and the clock of the linking site's cluster says {printable(now, _LONGEST)}"
    if side == "before":
        return Distrust(f"its certificate is valid from {printable(limit, _LONGEST)} on, {clock}", _CLOCKS)
    return Distrust(f"its certificate ended at {printable(limit, _LONGEST)}, {clock}", _RENEWAL)


def _of_another_authority(status: str) -> Distrust:
    candidate = _CANDIDATE.search(status)
    if candidate is not None:
        name = printable(candidate["name"], _LONGEST)
        return Distrust(
            f"its certificate was signed by a CA named {name}, but not by the one in the token", _REVOKED, True
        )
    if _UNKNOWN in status:
        return Distrust("its certificate was signed by no CA of the name that the token's has", _INTERRUPTED)
    return Distrust(f"its certificate can't be verified ({printable(status, _LONGEST)})", _INTERRUPTED)
