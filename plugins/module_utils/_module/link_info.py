# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_link_info."""

from __future__ import annotations

from dataclasses import dataclass

from .._kube.options import ConnectionOptions
from .._model.location import Location, read_location
from .._plan.link_verdict import is_orphan
from .._site.link_report import read_links
from .._view.link import incoming_view, link_report
from .clients import client_for
from .options.connection import CONNECTION, OTHER_SITE, read_other_site
from .options.location import LOCATION
from .result import Outcome
from .runtime import Runtime
from .spec import Params, Spec
from .task import make_task

SPEC = Spec(
    {
        **CONNECTION,
        "name": {"type": "str"},
        "site_id": {"type": "str"},
        "issuer_location": {"type": "dict", "options": LOCATION},
        "issuers": {"type": "list", "elements": "dict", "no_log": True, "options": OTHER_SITE},
    }
)


@dataclass(frozen=True)
class _Request:
    connection: ConnectionOptions
    name: str | None
    site_id: str | None
    issuers: tuple[ConnectionOptions, ...]
    location: Location | None
    """Where the site with the id is."""


def _read_request(params: Params) -> _Request:
    here = ConnectionOptions.from_params(params)
    issuers = tuple(read_other_site(issuer, here) for issuer in params["issuers"] or ())
    return _Request(here, params["name"], params["site_id"], issuers, read_location(params["issuer_location"]))


def _run(request: _Request, runtime: Runtime) -> Outcome:
    """Read the site's links, and ask the issuing sites that are named about them."""
    issuers = [client_for(issuer, runtime) for issuer in request.issuers]
    api = client_for(request.connection, runtime)
    report = read_links(api, request.name, request.site_id, issuers, request.location)
    links = [link_report(each, report.observed, is_orphan(each.link, report.observed)) for each in report.links]
    incoming = [incoming_view(each) for each in report.incoming]
    return Outcome(values={"links": links, "incoming": incoming}, warnings=report.troubles)


LINK_INFO = make_task(SPEC, _read_request, _run)
