# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the policies of a cluster allow links, whatever the generation of its sites."""

from __future__ import annotations

from typing import Protocol

from ..._kube.api import NamespaceApi
from ..._model.errors import Warnings
from ..._v1.policies import Policies


class LinkPolicies(Protocol):
    """The policies that decide about the links of a site."""

    def require_incoming(self) -> Warnings:
        """Raise Failure(policy_denied) if no policy allows links to the site. Return a warning if that can't be read."""


def link_policies(api: NamespaceApi) -> LinkPolicies:
    """Return the policies for the site of a namespace."""
    return Policies(api)
