# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Discovered sites as an inventory has them."""

from __future__ import annotations

from .._model.discovery import Discovered, Host, Hosts, Survey
from .site import host_view


def hosts(survey: Survey) -> Hosts:
    """Return the sites of a survey in its order."""
    return Hosts(tuple(map(_host, survey.found)), survey.troubles)


def _host(found: Discovered) -> Host:
    context = found.context
    own = found.namespace == context.namespace
    return Host(context.kubeconfig, context.name, found.namespace, own, host_view(found.site))
