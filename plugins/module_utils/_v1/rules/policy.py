# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What cluster administrators allow Skupper sites to do (SkupperClusterPolicy, client/policy_validator.go)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .go_regexp import searches
from .selector import selects

_EVERY = "*"


@dataclass(frozen=True)
class Policy:
    """One SkupperClusterPolicy, as far as links are concerned."""

    name: str
    namespaces: tuple[str, ...]
    """Names as regular expressions, label selectors, or ``*``; one that fits is enough."""
    incoming: bool
    """Whether sites may be linked to."""
    hosts: tuple[str, ...]
    """Hosts that sites may link to, as regular expressions or ``*``."""


@dataclass(frozen=True)
class Namespace:
    """A namespace as policies see it."""

    name: str
    labels: Mapping[str, str] | None
    """None if they could not be read."""


def applies(policy: Policy, namespace: Namespace) -> bool | None:
    """Return whether a policy is about a namespace. None if that is unknown."""
    return _any(_applies(entry, namespace) for entry in policy.namespaces)


def _applies(entry: str, namespace: Namespace) -> bool | None:
    if entry == _EVERY:
        return True
    by_name = searches(entry, namespace.name)
    # A text that is no selector selects nothing, and so does any selector in a namespace without labels.
    is_selector = selects(entry, {}) is not None
    if namespace.labels is None:
        by_labels = None if is_selector else False
    else:
        by_labels = bool(namespace.labels) and bool(selects(entry, namespace.labels))
    return _any((by_name, by_labels))


def allows_host(policy: Policy, host: str) -> bool | None:
    """Return whether a policy allows links to a host. None if that is unknown."""
    return _any(True if entry == _EVERY else searches(entry, host) for entry in policy.hosts)


def _any(answers: Iterable[bool | None]) -> bool | None:
    """Return whether one of several answers is yes. None if it may be."""
    found = list(answers)
    return True if True in found else (None if None in found else False)


def allows_incoming(policies: Iterable[Policy], namespace: Namespace) -> bool | None:
    """Return whether the policies together allow links to the sites of a namespace. Without any policy none is allowed."""
    return _any(applies(policy, namespace) for policy in policies if policy.incoming)


def allows_outgoing(policies: Iterable[Policy], namespace: Namespace, host: str) -> bool | None:
    """Return whether the policies together allow links from a namespace to a host."""
    return _any(_both(allows_host(policy, host), applies(policy, namespace)) for policy in policies)


def _both(first: bool | None, second: bool | None) -> bool | None:
    if first is False or second is False:
        return False
    return True if first and second else None
