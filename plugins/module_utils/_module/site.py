# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_site."""

from __future__ import annotations

from dataclasses import dataclass

from .._kube.options import ConnectionOptions
from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import Mode
from .._model.site_plan import SiteWish
from .._site.generations.sites import checked_settings
from .._site.sites import ensure_site, remove_site
from .._view.site import result_view
from .clients import client_for
from .options.connection import CONNECTION
from .options.state import STATE
from .options.waiting import WAIT, WaitOptions, read_wait
from .result import Outcome
from .runtime import Runtime
from .spec import Params, Spec
from .task import make_task

_INGRESSES = ["none", "loadbalancer", "nodeport", "ingress", "nginx-ingress-v1", "contour-http-proxy", "route"]

SPEC = Spec(
    {
        **CONNECTION,
        **STATE,
        "wait": WAIT["wait"],
        # Images may have to be pulled.
        "wait_timeout": {"type": "int", "default": 300},
        "name": {"type": "str"},
        "mode": {"type": "str", "choices": ["interior", "edge"]},
        "ingress": {"type": "str", "choices": _INGRESSES},
        "ingress_host": {"type": "str"},
        "settings": {"type": "dict", "no_log": True},
    }
)


@dataclass(frozen=True)
class _Request:
    connection: ConnectionOptions
    wish: SiteWish
    present: bool
    wait: WaitOptions


def _read_request(params: Params) -> _Request:
    for option in ("name", "ingress_host"):
        if params[option] is not None and not params[option].strip():
            raise Failure(Reason.INVALID_OPTION, f"{option} is empty: give it a value or leave it out.")
    wish = SiteWish(
        params["name"],
        None if params["mode"] is None else Mode(params["mode"]),
        params["ingress"],
        params["ingress_host"],
        checked_settings(params["settings"] or {}),
    )
    present = params["state"] == "present"
    return _Request(ConnectionOptions.from_params(params), wish, present, read_wait(params))


def _run(request: _Request, runtime: Runtime) -> Outcome:
    """Make the site exist and be ready, or not exist."""
    api = client_for(request.connection, runtime)
    waiting = runtime.waiting(request.wait)
    try:
        if request.present:
            made = ensure_site(api, request.wish, waiting, runtime.check_mode)
        else:
            made = remove_site(api, waiting, runtime.check_mode)
    except Failure as failure:
        raise failure.located(api.place) from None
    return Outcome(made.change, {"site": result_view(made.site)})


SITE = make_task(SPEC, _read_request, _run)
