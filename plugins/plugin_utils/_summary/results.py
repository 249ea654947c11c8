# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read results of tasks without trust in their shape. A host that failed or was skipped has fewer of them."""

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


def outcomes(made: Any, waited: Any = None, handovers: Iterable[Any] = ()) -> list[Result]:
    """Return the last result of each link: from the task that waited for it, else from the task that made it.

    A link that was left to be waited for has failed as long as no result says that it works.
    """
    first = [*entries(made), *map(mapping, handovers)]
    later = list(entries(waited))
    known = {peer_of(each): each for each in later if peer_of(each)}
    why = next((message(each) for each in later if not peer_of(each) and has_failed(each)), _NOT_WAITED_FOR)
    return [_confirmed(known.get(peer_of(each), each), why) for each in first]


_NOT_WAITED_FOR = "it was not waited for, so that it is not known whether it works."


def _confirmed(result: Result, why: str) -> Result:
    return {**result, "failed": True, "msg": why} if result.get("begun") and not has_failed(result) else result


def peer_of(result: Result) -> str:
    """Return the name of a link's issuing site; "" if the result is of no link."""
    known = result.get("peer") or mapping(result.get("mesh_step")).get("peer") or result.get("revoke_peer")
    return str(known or "")


def entries(result: Any) -> Iterator[Result]:
    """Yield a result for each link. They come from skupper_links, or from a loop over skupper_links or skupper_link.

    A task that failed before it looked at any link yields its own result.
    """
    for each in (mapping(result), *items(result)):
        links = each.get("links")
        if isinstance(links, list):
            yield from map(mapping, links)
        elif "results" not in each and not each.get("skipped"):
            yield each


def by_host(hosts: Iterable[str], results: Iterable[Any]) -> dict[str, Any]:
    """Return results by their hosts, which are in the same order. Raise ValueError if there are not as many."""
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
