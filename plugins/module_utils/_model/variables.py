# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory variables of roles and playbooks, and which names are probably meant to be one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

# What users set. The only list of them: a test compares it with what roles and playbooks read, and with their documentation.
SETTABLE = frozenset(
    {
        "skupper_accepts_from",
        "skupper_adopt_ca",
        "skupper_ca_validity",
        "skupper_connection",
        "skupper_context",
        "skupper_evict_site",
        "skupper_exposure",
        "skupper_fail_on",
        "skupper_hosts",
        "skupper_hubs_per_site",
        "skupper_kubeconfig",
        "skupper_link_cost",
        "skupper_links_to",
        "skupper_max_age",
        "skupper_namespace",
        "skupper_place",
        "skupper_prune",
        "skupper_public_sites",
        "skupper_readmit",
        "skupper_revoke_id",
        "skupper_revoke_site",
        "skupper_serial",
        "skupper_state",
        "skupper_status_html",
        "skupper_status_json",
        "skupper_status_mermaid",
        "skupper_status_show",
        "skupper_status_title",
        "skupper_strict",
        "skupper_take_over_ca",
        "skupper_throttle",
        "skupper_topology",
        "skupper_warn_days",
        "skupper_watch",
    }
)
# What the inventory plugin sets; a name that is similar to one of these is not meant to be it.
DISCOVERED = frozenset({"skupper_site", "skupper_sites_missing"})

_BEGINNING = "skup"
_PREFIX = "skupper_"
# Names with this many letters after the prefix may differ in two places, shorter ones in one: contact is not context.
_LONG = 8


@dataclass(frozen=True)
class Misspelling:
    """A variable without effect, since its name is misspelled."""

    name: str
    meant: str
    where: str
    """Where it is set, as part of a sentence."""

    def view(self) -> dict[str, Any]:
        """Return it as results show it."""
        return {"name": self.name, "meant": self.meant, "where": self.where}


def misspellings(declared: Iterable[tuple[str, Iterable[str]]]) -> list[Misspelling]:
    """Return the misspelled variables. ``declared`` has their names by the places where they are set."""
    places: dict[str, dict[str, None]] = {}
    for place, names in declared:
        for name in names:
            if _is_candidate(name) and meant_by(name):
                places.setdefault(name, {})[place] = None
    return [Misspelling(name, meant_by(name) or "", _where(list(found))) for name, found in sorted(places.items())]


def _is_candidate(name: object) -> bool:
    return isinstance(name, str) and name[: len(_BEGINNING)].lower() == _BEGINNING


def _where(places: list[str]) -> str:
    return places[0] if len(places) == 1 else f"{places[0]} and {len(places) - 1} more"


@cache
def meant_by(name: str) -> str | None:
    """Return the variable that a name is probably meant to be. None if it is a variable itself, or similar to no variable."""
    if name in SETTABLE or name in DISCOVERED or not _is_candidate(name):
        return None
    near = sorted(_near(name.lower()))
    return near[0][1] if near else None


def _near(name: str) -> Iterator[tuple[int, str]]:
    for variable in SETTABLE:
        limit = 2 if len(variable) - len(_PREFIX) >= _LONG else 1
        if abs(len(variable) - len(name)) <= limit:
            found = distance(name, variable)
            if found <= limit:
                yield found, variable


def distance(one: str, other: str) -> int:
    """Return how many letters have to be added, removed, replaced or swapped with their neighbour to get from one to the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
