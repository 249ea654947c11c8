# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the policies of a cluster allow a link, asked before anything is written.

Skupper's controllers enforce policies themselves, and undo what they forbid; a token or a link that was made
nevertheless would just not work.
"""

from __future__ import annotations

from functools import partial
from typing import Callable, Optional

from .._kube.api import NAMESPACE, NamespaceApi
from .._model.errors import Failure, Warnings
from .._model.reasons import Reason
from .enforcement import POLICY, enforced
from .objects.policy import read_labels, read_policy
from .rules.policy import Namespace, Policy, allows_incoming, allows_outgoing
from .rules.selector import selects

Judge = Callable[[list[Policy], Namespace], Optional[bool]]
_UNREADABLE = (Reason.FORBIDDEN, Reason.UNAUTHORIZED)


class Policies:
    """The SkupperClusterPolicies that decide about the links of a site."""

    def __init__(self, api: NamespaceApi) -> None:
        self._api = api

    def require_incoming(self) -> Warnings:
        """Raise Failure(policy_denied) if no policy allows links to the site. Return a warning if that can't be read."""
        advice = "Have allowIncomingLinks set in a SkupperClusterPolicy that names it."
        return _require(self._api, "incoming links", allows_incoming, advice)

    def require_outgoing(self, host: str) -> Warnings:
        """Raise Failure(policy_denied) if no policy allows links to a host. Return a warning if that can't be read."""
        advice = "Have the host added to allowedOutgoingLinksHostnames of a SkupperClusterPolicy that names it."
        return _require(self._api, f"links to {host}", partial(allows_outgoing, host=host), advice)


def _require(api: NamespaceApi, what: str, judge: Judge, advice: str) -> Warnings:
    try:
        policies = _policies(api)
        allowed = True if policies is None else judge(policies, _namespace(api, policies))
    except Failure as failure:
        if failure.reason not in _UNREADABLE:
            raise
        return (_undecided(api, what, "its cluster's SkupperClusterPolicies may not be listed with this account"),)
    if allowed is False:
        raise Failure(
            Reason.POLICY_DENIED,
            f"Policy forbids {what} of the site in {api.place}: {_named(policies or [])} allows them for namespace "
            f"{api.place.namespace}. {advice}",
        )
    return () if allowed else (_undecided(api, what, "a pattern in it or the namespace's labels can't be read"),)


def _policies(api: NamespaceApi) -> list[Policy] | None:
    """Return all policies. None if the cluster has none to enforce.

    Asked of the discovery first: a list of a kind that is not served is forbidden to most accounts, not absent.
    """
    if not enforced(api):
        return None
    return [read_policy(manifest) for manifest in api.list(POLICY)]


def _namespace(api: NamespaceApi, policies: list[Policy]) -> Namespace:
    """Return the site's namespace, with its labels if a policy may select by labels and they can be read."""
    name = api.place.namespace
    if not any(selects(entry, {}) is not None for policy in policies for entry in policy.namespaces):
        return Namespace(name, {})
    try:
        return Namespace(name, read_labels(api.get(NAMESPACE, name) or {}))
    except Failure as failure:
        if failure.reason not in _UNREADABLE:
            raise
        return Namespace(name, None)


def _named(policies: list[Policy]) -> str:
    """Return the policies that were looked at, in front of "allows"."""
    if not policies:
        return "the cluster enforces policies and has none, so nothing"
    names = sorted(policy.name for policy in policies)
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"no SkupperClusterPolicy ({', '.join(names[:5])}{more})"


def _undecided(api: NamespaceApi, what: str, why: str) -> str:
    return (
        f"policy_unreadable: it is not known whether a SkupperClusterPolicy allows {what} of the site in {api.place}: "
        f"{why}. The site's own controllers will decide."
    )
