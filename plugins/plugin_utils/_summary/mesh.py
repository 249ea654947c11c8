# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Summarize a run of role mesh, with a line for each link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .results import Result, by_host, has_failed, items, mapping, message, outcomes, peer_of, text

_REMOVE = "remove"


@dataclass(frozen=True)
class _Words:
    """The phrases for links, of a run or of check mode."""

    linked: str
    not_linked: str
    removed: str
    not_removed: str


_DONE = _Words("linked", "not linked", "was removed", "was not removed")
_WOULD_BE = _Words("would be linked", "would not be linked", "would be removed", "would not be removed")


@dataclass(frozen=True)
class TaskResults:
    """What the tasks of a run returned: lists with an element for each host, or the lists of one host."""

    links: Iterable[Any] = ()
    """Of making links."""
    waits: Iterable[Any] = ()
    """Of waiting for these links."""
    handovers: Iterable[Any] = ()
    """Of making links with a token from elsewhere."""
    removals: Iterable[Any] = ()
    """Of removing links."""


def mesh_lines(plan: Result, hosts: Iterable[str], tasks: TaskResults, check_mode: bool = False) -> list[str]:
    """Return the lines of a summary, of what was done or, in check mode, of what would be."""
    names = [str(host) for host in hosts]
    made, handed, removed, awaited = (
        by_host(names, results) for results in (tasks.links, tasks.handovers, tasks.removals, tasks.waits)
    )
    lines: list[str] = []
    for host in names:
        results = outcomes(made[host], awaited[host], handed[host] or ())
        lines += (
            f"{host}: {line}" for line in _host_lines(plan, host, results, list(items(removed[host])), check_mode)
        )
    lines += (f"{host}: could not be read: {text(why)}" for host, why in mapping(plan.get("unread")).items())
    return lines + [text(refusal["message"]) for refusal in plan.get("refusals") or ()]


def mesh_lacks(plan: Result, host: str, tasks: TaskResults) -> list[str]:
    """Return sentences on what is not as planned on a host. Empty if all is as planned."""
    known = outcomes({"results": list(tasks.links)}, {"results": list(tasks.waits)}, tasks.handovers)
    lacks = [_not_linked(each) for each in known if has_failed(each)]
    lacks += (
        f"link {text(mapping(each.get('mesh_step')).get('link'))} was not removed: {message(each)}"
        for each in map(mapping, tasks.removals)
        if has_failed(each)
    )
    lacks += (
        f"its link to {text(peer)} was not looked at, since {text(peer)} could not be read."
        for peer in mapping(plan.get("pending")).get(host) or ()
    )
    refused = [text(each["message"]) for each in plan.get("refusals") or () if host in each["hosts"]]
    lacks += refused
    return [*lacks, _NEXT_RUN] if lacks and not refused else lacks


_NEXT_RUN = "The next run makes up for it."


def _not_linked(result: Result) -> str:
    """Say that a link failed. If the task failed before it looked at any link, name all of them."""
    steps = result.get("mesh_steps") or ()
    peers = [peer_of(result)] if peer_of(result) else [text(mapping(step).get("peer")) for step in steps]
    return f"not linked to {', '.join(peers)}: {message(result)}"


def _host_lines(
    plan: Result, host: str, links: list[Result], removals: list[Result], check_mode: bool
) -> Iterator[str]:
    words = _WOULD_BE if check_mode else _DONE
    steps = mapping(plan.get("steps")).get(host) or ()
    wanted = {str(step.get("peer")): step for step in steps if step.get("act") != _REMOVE}
    known = [result for result in links if peer_of(result)]
    for result in known:
        yield _link(result, wanted.get(peer_of(result)) or mapping(result.get("mesh_step")), words)
    for result in removals:
        yield _removal(result, words)
    reported = {(False, peer_of(result), "") for result in known}
    reported |= {_key(mapping(result.get("mesh_step"))) for result in removals}
    # A task may fail before it comes to any link.
    why = next((message(result) for result in links if not peer_of(result) and has_failed(result)), "")
    for step in steps:
        if _key(step) in reported:
            continue
        if check_mode and step.get("readmits"):
            yield f"{words.linked} to {text(step.get('peer'))} ({text(step.get('why'))})"
        else:
            yield f"{_lack(step, words)}: {why or f'{host} failed before'}"
    for peer in mapping(plan.get("pending")).get(host) or ():
        yield f"its link to {peer} was not looked at, since {peer} could not be read"


def _key(step: Result) -> tuple[bool, str, str]:
    removes = step.get("act") == _REMOVE
    # A new link has no name in the plan.
    return removes, str(step.get("peer")), str(step.get("link")) if removes else ""


def _lack(step: Result, words: _Words) -> str:
    peer = text(step.get("peer"))
    if step.get("act") == _REMOVE:
        return f"{text(step.get('link'))} to {peer} {words.not_removed}"
    return f"{words.not_linked} to {peer}"


def _link(result: Result, step: Result, words: _Words) -> str:
    link = mapping(result.get("link"))
    peer, name = text(peer_of(result)), text(link.get("name"))
    if has_failed(result):
        return f"{words.not_linked} to {peer}: {message(result)}"
    if result.get("changed"):
        return f"{words.linked} to {peer} by {name} ({text(step.get('why'))})"
    if link.get("connected") is False:
        return f"{name} to {peer} is down: {text(link.get('reason') or step.get('why'))}"
    return f"is linked to {peer} by {name}"


def _removal(result: Result, words: _Words) -> str:
    step: Mapping[str, Any] = mapping(result.get("mesh_step"))
    if result.get("skipped"):
        return f"{_lack(step, words)}, since a link could not be made"
    if has_failed(result):
        return f"{_lack(step, words)}: {message(result)}"
    done = words.removed if result.get("changed") else "is gone"
    return f"{text(step.get('link'))} to {text(step.get('peer'))} {done}"
