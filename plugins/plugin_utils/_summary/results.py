# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of tasks, read without trust in their shape: a host that failed or was skipped has less of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .._status.words import clean

Result = Mapping[str, Any]


def mapping(value: Any) -> Result:
    """Return a value if it is a dictionary, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(result: Any) -> Iterator[Result]:
    """Yield the results of a task with a loop, without those that were skipped as a whole."""
    for each in mapping(result).get("results") or ():
        if isinstance(each, Mapping):
            yield each


def entries(result: Any) -> Iterator[Result]:
    """Yield what became of each link, from the result of skupper_links, or those of a loop over it or over skupper_link.

    A task that failed before it came to any link is one entry.
    """
    for each in (mapping(result), *items(result)):
        links = each.get("links")
        if isinstance(links, list):
            yield from map(mapping, links)
        elif "results" not in each and not each.get("skipped"):
            yield each


def by_host(hosts: Iterable[str], results: Iterable[Any]) -> dict[str, Any]:
    """Return results by the hosts that they are of, which are in the same order; raises ValueError if there are not as many."""
    names, found = [str(host) for host in hosts], list(results)
    if found and len(found) != len(names):
        raise ValueError("there must be as many results as hosts")
    return dict(zip(names, found or [{}] * len(names)))


def has_failed(result: Result) -> bool:
    """Return whether a task failed, or its host could not be reached."""
    return bool(result.get("failed") or result.get("unreachable"))


def message(result: Result) -> str:
    """Return why a task failed, as part of a line."""
    return clean(result.get("msg")) or "no message was given"


def text(value: Any) -> str:
    """Return a name that a site may have chosen, as part of a line."""
    return clean(value) or ""


def listed(names: Iterable[Any]) -> str:
    """Return names in one line."""
    return ", ".join(map(text, names))
