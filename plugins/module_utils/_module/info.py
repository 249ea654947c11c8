# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines behind skupper_site_info and skupper_link_info."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._site.info import links_info, site_info
from .around import Around
from .result import Outcome


def run_site(params: Mapping[str, Any], around: Around) -> Outcome:
    """Read the site."""
    return Outcome(values={"site": site_info(around.client(params))})


def run_link(params: Mapping[str, Any], around: Around) -> Outcome:
    """Read the site's links."""
    return Outcome(values=links_info(around.client(params), params["name"], params["site_id"]))
