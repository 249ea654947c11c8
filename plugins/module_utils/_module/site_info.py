# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_site_info."""

from __future__ import annotations

from dataclasses import dataclass

from .._kube.options import ConnectionOptions
from .._model.errors import Failure
from .._model.reasons import Reason
from .._site.endpoint_checks import check_endpoints
from .._site.since import since
from .._site.site_report import read_report
from .._view.revocation import since_view
from .._view.site import report_view
from .clients import client_for
from .options.connection import CONNECTION
from .result import Outcome
from .runtime import Runtime
from .spec import Params, Spec
from .task import make_task

_LONGEST_CHECK = 600

SPEC = Spec(
    {
        **CONNECTION,
        "check_endpoints": {"type": "bool", "default": False},
        "check_timeout": {"type": "int", "default": 5},
        "since": {"type": "str"},
    }
)


@dataclass(frozen=True)
class _Request:
    connection: ConnectionOptions
    check_endpoints: bool
    check_timeout: int
    since: str | None


def _read_request(params: Params) -> _Request:
    seconds = params["check_timeout"]
    if not 1 <= seconds <= _LONGEST_CHECK:
        raise Failure(
            Reason.INVALID_OPTION, f"check_timeout is {seconds}: it must be between 1 and {_LONGEST_CHECK} seconds."
        )
    return _Request(ConnectionOptions.from_params(params), params["check_endpoints"], seconds, params["since"])


def _run(request: _Request, runtime: Runtime) -> Outcome:
    """Read the site, and look at its endpoints if that is asked for."""
    api = client_for(request.connection, runtime)
    report = read_report(api)
    site = report_view(report)
    if request.since is not None:
        site["revocation"] = since_view(since(api, site["mode"], site["site_id"], request.since))
    if request.check_endpoints:
        endpoints = report.state.outlook.endpoints if report.state.outlook else {}
        found = check_endpoints(api, endpoints, request.check_timeout)
        site["endpoint_checks"] = {service.value: each.view() for service, each in found.items()}
    return Outcome(values={"site": site}, warnings=report.warnings)


SITE_INFO = make_task(SPEC, _read_request, _run)
