# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check from here the endpoints that other sites connect to: do they answer, and do their certificates fit?

It sends only a TLS handshake, which uses no secret.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Callable

from .._model.instant import format_instant
from .._model.site import Endpoint, Service
from .._pki.certificate import is_signed_by, not_after
from .._pki.names import holder, names_a_signer, names_for_claims, names_for_router, signer

# Beyond the time for connection and handshake: for looking up the name, which can't be given a limit of its own.
_GRACE = 1.0


@dataclass(frozen=True)
class Finding:
    """What one endpoint answered."""

    reachable: bool
    """Whether TLS was answered."""
    certificate_ok: bool | None
    """Whether linking sites would trust its certificate. None if it was not seen, or there is no CA to compare it with."""
    reason: str | None = None
    """Why one of the two is not true."""

    def view(self) -> dict[str, Any]:
        """Return the finding as results show it."""
        return {"reachable": self.reachable, "certificate_ok": self.certificate_ok, "reason": self.reason}


@dataclass(frozen=True)
class Trust:
    """What linking sites compare a server's certificate with."""

    ca: bytes | None
    """CA certificates. None if they could not be read."""
    now: datetime


def look_at(endpoints: Mapping[Service, Endpoint], trust: Trust, timeout: float) -> dict[Service, Finding]:
    """Look at endpoints side by side, for ``timeout`` seconds. What takes longer counts as unreachable."""
    found: dict[Service, Finding] = {}

    def look(service: Service, endpoint: Endpoint) -> None:
        found[service] = _look(service, endpoint, trust, timeout)

    # Daemons, so that nothing waits for them beyond the limit: a name server may block one for long.
    threads = [threading.Thread(target=look, args=item, daemon=True) for item in endpoints.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout + _GRACE)
    late = Finding(False, None, f"no answer within {timeout:g} seconds")
    return {service: found.get(service, late) for service in endpoints}


def _look(service: Service, endpoint: Endpoint, trust: Trust, timeout: float) -> Finding:
    try:
        certificate = _handshake(endpoint, timeout, _lowest_version(service))
    except ssl.SSLError as error:
        return Finding(True, None, f"it answers, but not with the TLS that linking sites ask for: {_error_text(error)}")
    except (OSError, ValueError, UnicodeError) as error:
        return Finding(False, None, f"no connection: {_error_text(error)}")
    except Exception as error:  # noqa: BLE001 - a thread's exception would go to the screen
        return Finding(False, None, f"it could not be looked at: {type(error).__name__}")
    return _judge_certificate(service, endpoint.host, certificate, trust)


def _lowest_version(service: Service) -> ssl.TLSVersion:
    """Return the lowest TLS version to offer. The claim server speaks only TLS 1.3, routers also 1.2."""
    return ssl.TLSVersion.TLSv1_3 if service is Service.CLAIMS else ssl.TLSVersion.TLSv1_2


def _handshake(endpoint: Endpoint, timeout: float, lowest: ssl.TLSVersion) -> bytes:
    """Return the server's certificate as PEM. A router that then asks for a client certificate gets none."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    # It is judged afterwards, by the rules of the program that will connect.
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = lowest
    name = None if _is_address(endpoint.host) else endpoint.host
    plain = socket.create_connection((endpoint.host, endpoint.port), timeout)
    with plain, context.wrap_socket(plain, server_hostname=name) as secure:
        shown = secure.getpeercert(binary_form=True)
    return ssl.DER_cert_to_PEM_cert(shown or b"").encode("ascii")


def _judge_certificate(service: Service, host: str, certificate: bytes, trust: Trust) -> Finding:
    names: Callable[[bytes, str], bool] = names_for_claims if service is Service.CLAIMS else names_for_router
    if not names(certificate, host):
        return Finding(True, False, f"{_names_other_hosts(certificate, host)}: {_who_answers(certificate, trust.ca)}")
    ends = not_after(certificate)
    if ends is None or ends <= trust.now:
        return Finding(True, False, f"its certificate ended at {format_instant(ends)}" if ends else "it can't be read")
    if not trust.ca:
        return Finding(True, None, "the site CA could not be read, so its certificate was compared with nothing")
    if not is_signed_by(certificate, trust.ca):
        why = f"its certificate was signed by {signer(certificate)}, and not by the site's current CA"
        return Finding(True, False, f"{why}: {_who_answers(certificate, trust.ca)}")
    return Finding(True, True)


def _names_other_hosts(certificate: bytes, host: str) -> str:
    return f"its certificate is for {holder(certificate)}, and does not name {host}"


def _who_answers(certificate: bytes, ca: bytes | None) -> str:
    """Return what is known of the server if linking sites would not trust its certificate."""
    if ca and is_signed_by(certificate, ca):
        return "it is the site's own, made before the site had this address; a revocation gives it a new one"
    if ca and names_a_signer(certificate, ca):
        return (
            "its router still serves the certificate of a former CA (restart its router), or another site answers there"
        )
    return (
        "something else seems to answer there, such as an ingress controller or a proxy with a certificate of its own; have TLS "
        "passed through to the router's Service"
    )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _error_text(error: Exception) -> str:
    if isinstance(error, ssl.SSLError) and error.reason:
        return str(error.reason).replace("_", " ").lower()
    if isinstance(error, (socket.timeout, TimeoutError)):
        return "no answer in time"
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)
