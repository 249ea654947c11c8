# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks for inventory variables whose names are misspelled; runs in the controller process alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.vars.plugins import get_vars_from_inventory_sources, get_vars_from_path
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.reasons import Reason
from ansible_collections.sitemesh.skupper.plugins.module_utils._model.variables import Misspelling, misspellings
from ansible_collections.sitemesh.skupper.plugins.module_utils._module.variables import VARIABLES


class ActionModule(ActionBase):  # type: ignore[misc]
    """Names misspelled variables in warnings, or fails for them."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Compare the names of all variables that the inventory and the command line set with those of the collection."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validated, args = self.validate_argument_spec(VARIABLES.options)
        found = misspellings(self._declared(task_vars or {}, args["group"]))
        result.update(changed=False, misspelled=[each.view() for each in found])
        if found and args["strict"]:
            result.update(failed=True, **_failure(found))
        elif found:
            result["warnings"] = [_warning(each) for each in found]
        return result

    def _declared(self, variables: Mapping[str, Any], group: str | None) -> Iterator[tuple[str, Iterable[str]]]:
        """Yield names of variables with the place where they are set; facts and registered results have no part in it."""
        manager = self._task.get_variable_manager()
        yield "the extra variables", manager.extra_vars
        # The only way from a task to the inventory as it was parsed; hostvars mixes it with facts and registered results.
        inventory = getattr(manager, "_inventory", None)
        if inventory is None:
            return
        names = {*variables.get("ansible_play_hosts_all", ()), *variables.get("groups", {}).get(group, ())}
        hosts = [inventory.hosts[name] for name in sorted(names) if name in inventory.hosts]
        groups = {each.name: each for host in hosts for each in host.get_groups()}
        sources = list(variables.get("ansible_inventory_sources") or ())
        for kind, entities in (("group", [groups[name] for name in sorted(groups)]), ("host", hosts)):
            for entity in entities:
                yield f"{kind} {entity.name}", {**entity.get_vars(), **self._from_plugins(entity, sources)}

    def _from_plugins(self, entity: Any, sources: list[str]) -> Mapping[str, Any]:
        """Return what vars plugins know of a host or a group: mostly the files of group_vars and host_vars."""
        try:
            found = dict(get_vars_from_inventory_sources(self._loader, sources, [entity], "task"))
            for folder in self._folders():
                found.update(get_vars_from_path(self._loader, folder, [entity], "task"))
        except AnsibleError:
            # The task that needs these variables fails for it, with a better message.
            return {}
        return found

    def _folders(self) -> list[str]:
        """Return the folders beside which Ansible looks for group_vars and host_vars of a play."""
        searched = [str(each) for each in self._task.get_search_path() or ()]
        if constants.PLAYBOOK_VARS_ROOT == "all":
            return searched
        return searched[:1] if constants.PLAYBOOK_VARS_ROOT == "bottom" else [str(self._loader.get_basedir())]


def _warning(found: Misspelling) -> str:
    return (
        f"{found.name} ({found.where}) is no variable of sitemesh.skupper and has no effect: "
        f"did you mean {found.meant}?"
    )


def _failure(found: list[Misspelling]) -> dict[str, Any]:
    named = ", ".join(f"{each.name} ({each.where}; did you mean {each.meant}?)" for each in found)
    return {
        "reason": Reason.VARIABLE_UNKNOWN.value,
        "msg": f"These variables look misspelled and would have no effect: {named}; "
        "correct or rename them, or run without skupper_strict.",
    }
