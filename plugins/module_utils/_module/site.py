# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine behind skupper_site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.errors import Failure
from .._model.reasons import Reason
from .._model.site import Mode
from .._site.sites import ensure_site, remove_site
from .._v1.rules.settings import check_setting
from .._v1.rules.site_plan import SiteWish
from . import argspec
from .result import Outcome
from .runtime import Runtime
from .task import Task


def run(params: Mapping[str, Any], runtime: Runtime) -> Outcome:
    """Make the site exist and be ready, or not exist."""
    wish = _wish(params)
    api = runtime.client(params)
    waiting = runtime.waiting(params)
    try:
        if params["state"] == "absent":
            made = remove_site(api, waiting, runtime.check_mode)
        else:
            made = ensure_site(api, wish, waiting, runtime.check_mode)
    except Failure as failure:
        raise failure.located(api.place) from None
    return Outcome(made.change, {"site": made.view})


def _wish(params: Mapping[str, Any]) -> SiteWish:
    for option in ("name", "ingress_host"):
        if params[option] is not None and not params[option].strip():
            raise Failure(Reason.INVALID_OPTION, f"{option} is empty: give it a value or leave it out.")
    return SiteWish(
        params["name"],
        None if params["mode"] is None else Mode(params["mode"]),
        params["ingress"],
        params["ingress_host"],
        {key: check_setting(key, value) for key, value in (params["settings"] or {}).items()},
    )


SITE = Task(argspec.SITE, run)
