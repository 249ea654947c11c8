# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn results and variables of hosts into the members and the plan of a mesh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any, TypeVar

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.mesh import Member, Prune, Rules, Topology
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.site import Exposure
from ansible_collections.sitemesh.skupper.plugins.module_utils._plan.mesh import plan_mesh
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.mesh import plan_view
from ansible_collections.sitemesh.skupper.plugins.module_utils._view.site_facts import read_facts

E = TypeVar("E", bound=Enum)
_PRUNES = {"true": Prune.OWN, "yes": Prune.OWN, "false": Prune.NONE, "no": Prune.NONE, "all": Prune.ALL}
_NO_LOOK = "it was not looked at"


def link_plan(
    looks: Mapping[str, Any],
    topology: str = "full",
    hubs_per_site: int = 2,
    prune: bool | str = False,
    readmit: Iterable[str] | str = (),
    only: Iterable[str] | None = None,
    stand_ins: Iterable[str] = (),
    groups: Mapping[str, Iterable[str]] | None = None,
    complete: bool = True,
) -> Any:
    """Return the plan for sites by their names. Raise AnsibleFilterError for other values.

    Texts of sites are marked as no templates.
    """
    if not isinstance(looks, Mapping):
        raise AnsibleFilterError("link_plan needs a dictionary of results of skupper_mesh_info by the sites' names.")
    away = frozenset(map(str, stand_ins))
    members = [member_of(str(name), look, groups or {}, str(name) in away) for name, look in looks.items()]
    rules = Rules(_choice(Topology, topology, "topology"), _count(hubs_per_site))
    at_work = None if only is None else list(map(str, only))
    plan = plan_mesh(members, rules, _prune(prune), _names(readmit), at_work, complete=bool(complete))
    return wrap_var(plan_view(plan))


def member_of(name: str, look: Any, groups: Mapping[str, Iterable[str]], stands_in: bool) -> Member:
    """Return a member of a mesh from its look, which may have failed. Raise AnsibleFilterError for invalid wishes."""
    result = look if isinstance(look, Mapping) else {}
    seen = result.get("member")
    seen = seen if isinstance(seen, Mapping) else {}
    wishes = seen.get("wishes") or {}
    exposure = str(wishes.get("exposure") or "auto")
    facts = read_facts(seen) if seen.get("site_id") else None
    return Member(
        name=name,
        facts=facts,
        exposure=None if exposure == "auto" else _choice(Exposure, exposure, "exposure"),
        accepts_from=frozenset(_hosts(wishes.get("accepts_from"), groups)) - {name},
        links_to=tuple(
            each for each in _hosts(wishes.get("links_to"), groups) if each != name or _is_own(wishes, name)
        ),
        cost=int(wishes.get("link_cost") or 1),
        leaves=wishes.get("state") == "absent",
        stands_in=stands_in,
        trouble="" if facts else str(result.get("msg") or _NO_LOOK).rstrip("."),
    )


def _is_own(wishes: Mapping[str, Any], name: str) -> bool:
    """Return whether a site names itself, which is a mistake, and not only a group that it is in."""
    return name in _names(wishes.get("links_to"))


def _hosts(names: Any, groups: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the names of hosts, each once and in order. Names of groups are replaced by their hosts."""
    found: dict[str, None] = {}
    for name in _names(names):
        found.update(dict.fromkeys(map(str, groups[name]) if name in groups else [name]))
    return list(found)


def _names(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(value)] if isinstance(value, str) else [str(each) for each in value]


def _count(value: Any) -> int:
    try:
        count = int(value)
    except (TypeError, ValueError):
        count = 0
    if count < 1:
        raise AnsibleFilterError(f"hubs_per_site is {value}: it must be a number of public sites, 1 or more.")
    return count


def _choice(kind: type[E], value: Any, what: str) -> E:
    try:
        return kind(str(value))
    except ValueError:
        known = ", ".join(str(each.value) for each in kind)
        raise AnsibleFilterError(f"{what} is {value}: it must be one of {known}.") from None


def _prune(value: Any) -> Prune:
    found = _PRUNES.get(str(value).lower())
    if found is None:
        raise AnsibleFilterError(f"prune is {value}: it must be true, false or all.")
    return found
