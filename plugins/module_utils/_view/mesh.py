# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of a mesh as results and people see them; nothing in them is secret."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from .._model.act import Act
from .._model.mesh import MeshPlan, Step
from .._model.words import counted


def plan_view(plan: MeshPlan) -> dict[str, Any]:
    """Return a plan as filter link_plan returns it."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for step in plan.steps:
        view = {**_values(step), "act": step.act.value, "replace": step.replace.value}
        steps.setdefault(step.site, []).append(view)
    pending: dict[str, list[str]] = {}
    for site, issuer in plan.pending:
        pending.setdefault(site, []).append(issuer)
    return {
        "links": [_values(link) for link in plan.links],
        "refusals": [{**_values(refusal), "reason": refusal.reason.value} for refusal in plan.refusals],
        "steps": steps,
        "pending": pending,
        "strangers": [_values(stranger) for stranger in plan.strangers],
        "unread": dict(plan.unread),
        "readmitted": list(plan.readmitted),
        "readmitted_locations": {name: [each.view() for each in places] for name, places in plan.readmitted_locations},
        "doubtful": list(plan.doubtful),
        "site_ids": dict(plan.ids),
        "text": "\n".join(plan_lines(plan)),
        "summary": summary(plan),
    }


def _values(item: Any) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(item).items()}


_SIGNS = {Act.ADD: "+", Act.REMOVE: "-", Act.AWAIT: "?"}
_ORDER = {"+": 0, "~": 1, "?": 2, "-": 3}


def plan_lines(plan: MeshPlan) -> list[str]:
    """Return the lines of a plan for people: + link, ~ relink (why), ? link that is down (why), - link (why), and what is left alone."""
    steps = sorted(plan.steps, key=lambda step: (_ORDER[_sign(step)], step.site, step.peer, step.link))
    return [_visible(line) for line in (*map(_step_line, steps), *_notes(plan))]


def _visible(line: str) -> str:
    """Return a line without what a site's name could move a cursor with, or feign another line."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in line)


def _sign(step: Step) -> str:
    return _SIGNS.get(step.act, "~")


def _step_line(step: Step) -> str:
    name = f" [{step.link}]" if step.link else ""
    return f"{_sign(step)} {step.site} -> {step.peer}{name}: {step.why}"


def _notes(plan: MeshPlan) -> Iterator[str]:
    for stranger in plan.strangers:
        arrow = "<-" if stranger.incoming else "->"
        yield f"! {stranger.site} {arrow} {stranger.peer}: {stranger.why}"
    pending = frozenset(plan.pending)
    for link in plan.links:
        if (link.site, link.issuer) in pending:
            yield f"! {link.site} -> {link.issuer}: not looked at, since {link.unsure}"
    for name, why in plan.unread:
        yield f"! {name}: could not be read: {why}"


def summary(plan: MeshPlan) -> str:
    """Return a plan in one line."""
    counts = Counter(_sign(step) for step in plan.steps)
    planned = f"{counted(plan.members, 'site')}, {counted(len(plan.links), 'link')} planned"
    words: Sequence[tuple[str, str]] = (("+", "to make"), ("~", "to mend"), ("?", "down"), ("-", "to remove"))
    listed = ", ".join(f"{counts[sign]} {word}" for sign, word in words if counts[sign])
    return f"{planned}: {listed or 'nothing to do'}"
