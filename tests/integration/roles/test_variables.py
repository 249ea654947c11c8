# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Inventory variables that look misspelled: they are named once, or make the run fail, in every playbook and role."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

import pytest

from tests.harness import EVERY_CORE, Ansible, Core, Run

LINK, REVOKE, EVICT, STATUS = PLAYBOOKS = tuple(
    f"sitemesh.skupper.{name}" for name in ("link_sites", "revoke_access", "evict_site", "status")
)
LOOK = "Check for misspelled variables"
# No site can be read, which makes no difference here.
NOWHERE = {"skupper_context": "nowhere", "skupper_kubeconfig": "nowhere"}
Hosts = dict[str, dict[str, Any]]


@pytest.fixture
def ansible(core: Core, tmp_path: Path) -> Ansible:
    """Runs playbooks; no cluster is needed."""
    return Ansible(core, tmp_path / "runs")


def run(ansible: Ansible, playbook: Any, inventory: Hosts, *arguments: str, **variables: Any) -> Run:
    """Run a playbook on hosts with extra variables."""
    words = ["-e", json.dumps({"skupper_hosts": "all", **variables}), *arguments]
    return ansible.start(playbook, words, inventory={k: {**NOWHERE, **v} for k, v in inventory.items()}).wait()


def named(run: Run) -> dict[str, str]:
    """Return the misspelled variables with the places where they are set; each look of a run finds the same."""
    looks = run.of(LOOK)
    assert len({json.dumps(look["misspelled"]) for look in looks}) == 1
    return {each["name"]: each["where"] for each in looks[0]["misspelled"]}


def read(run: Run) -> bool:
    """Return whether the run has come so far as to read sites."""
    return any(result.task == "Read the site" for result in run.results)


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_playbooks(ansible: Ansible, playbook: str) -> None:
    """A misspelled variable is named once with the one that is meant; with skupper_strict nothing is read after it."""
    hosts: Hosts = {"a": {"skupper_exposre": "public", "skupper_team_name": "x"}, "b": {}, "c": {}}
    asked: dict[str, Any] = {"skupper_revoke_site": "a", "skupper_revoke_id": "INC-1"} if playbook == REVOKE else {}
    asked |= {"skupper_evict_site": "a"} if playbook == EVICT else {}
    noticed = run(ansible, playbook, hosts, skupper_serial=1, **asked)
    assert named(noticed) == {"skupper_exposre": "host a"}
    output = " ".join(noticed.output.split())
    warning = (
        "skupper_exposre (host a) is no variable of sitemesh.skupper and has no effect: did you mean skupper_exposure?"
    )
    assert output.count(warning) == 1
    assert read(noticed)

    refused = run(ansible, playbook, hosts, skupper_strict=True, **asked)
    assert refused.code == 2
    (failure,) = {(result.task, result.reason) for result in refused.failed}
    assert failure == (LOOK, "variable_unknown")
    assert "skupper_exposre (host a; did you mean skupper_exposure?)" in refused.failed[0].msg
    assert not read(refused)

    hosts["a"] = {"skupper_exposure": "public", "skupper_team_name": "x"}
    fine = run(ansible, playbook, hosts, skupper_strict=True, **asked)
    assert named(fine) == {}
    assert read(fine)


@pytest.mark.parametrize("role", ["mesh", "status"])
def test_roles(ansible: Ansible, role: str) -> None:
    """So it is in a play of the user's own, where the option of the role wins."""
    play = {"hosts": "all", "gather_facts": False, "roles": [{"role": f"sitemesh.skupper.{role}"}]}
    hosts: Hosts = {"a": {"skupper_exposre": "public"}}
    assert named(run(ansible, [play], hosts)) == {"skupper_exposre": "host a"}
    for strict in ({"skupper_strict": True}, {f"{role}_strict": True}):
        refused = run(ansible, [play], hosts, **strict)
        assert refused[LOOK].reason == "variable_unknown"
    assert read(run(ansible, [play], hosts, **{"skupper_strict": True, f"{role}_strict": False}))


def test_role_revoke(ansible: Ansible) -> None:
    """The role has no option of its own for it, and looks before anything is read."""
    play = {"hosts": "all", "gather_facts": False, "roles": [{"role": "sitemesh.skupper.revoke"}]}
    asked = {"skupper_revoke_site": "a", "skupper_revoke_id": "INC-1"}
    refused = run(ansible, [play], {"a": {"skupper_exposre": "public"}}, skupper_strict=True, **asked)
    assert refused[LOOK].reason == "variable_unknown"
    assert not read(refused)


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
def test_where_variables_come_from(ansible: Ansible, tmp_path: Path) -> None:
    """Inventory, files of group_vars and host_vars, parents of groups, command line: all are looked at, others' hosts are not."""
    files = {
        "inventory/sites.yml": """
            skupper_sites:
              children:
                shops:
                  hosts:
                    till:
                      skupper_contxt: x
              vars:
                skupper_topolgy: hubs
            others:
              hosts:
                elsewhere:
                  skupper_plce: x
            """,
        "inventory/group_vars/all.yml": "skupper_hubs_per_sites: 3",
        "inventory/group_vars/shops/some.yml": "skupper_link_costs: 3",
        "inventory/host_vars/till.yml": "skupper_throtle: 3",
        "inventory/group_vars/others.yml": "skupper_prun: true",
        "plays/play.yml": "[{hosts: till, gather_facts: false, tasks: [{sitemesh.skupper.skupper_variables: }]}]",
        "plays/group_vars/skupper_sites.yml": "skupper_max_ag: 3d",
        "extra.yml": "skupper_readmt: x",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    play = str(tmp_path / "plays" / "play.yml")
    words = ["-i", str(tmp_path / "inventory"), "-e", f"@{tmp_path / 'extra.yml'}", "-e", "skupper_fail_one=x"]
    looked = ansible.start(play, words).wait().succeeded()["sitemesh.skupper.skupper_variables"]
    assert {each["name"]: each["where"] for each in looked["misspelled"]} == {
        "skupper_contxt": "host till",
        "skupper_topolgy": "group skupper_sites",
        "skupper_hubs_per_sites": "group all",
        "skupper_link_costs": "group shops",
        "skupper_throtle": "host till",
        "skupper_max_ag": "group skupper_sites",
        "skupper_readmt": "the extra variables",
        "skupper_fail_one": "the extra variables",
    }


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
def test_what_plays_set_does_not_count(ansible: Ansible, tmp_path: Path) -> None:
    """Registered results, facts, cached or not, variables of plays and tasks and of included files: a play may name them so."""
    (tmp_path / "more.yml").write_text("skupper_throtle: 3")
    tasks = [
        {"name": "a", "ansible.builtin.debug": {"msg": "x"}, "register": "skupper_exposre"},
        {"name": "b", "ansible.builtin.set_fact": {"skupper_contxt": "x", "cacheable": True}},
        {"name": "c", "ansible.builtin.set_fact": {"skupper_topolgy": "x"}},
        {"name": "d", "ansible.builtin.include_vars": {"file": str(tmp_path / "more.yml")}},
        {"name": LOOK, "sitemesh.skupper.skupper_variables": {"strict": True}, "vars": {"skupper_plce": "x"}},
    ]
    play = {"hosts": "all", "gather_facts": False, "vars": {"skupper_prun": True}, "tasks": tasks}
    looked = run(ansible, [play], {"a": {}}).succeeded()
    assert named(looked) == {}


def test_with_a_limit(ansible: Ansible) -> None:
    """The sites outside the limit have a say in the plan, and their variables are looked at."""
    hosts: Hosts = {"a": {}, "b": {"skupper_exposre": "public"}}
    assert named(run(ansible, LINK, hosts, "--limit", "a")) == {"skupper_exposre": "host b"}


def test_bastions(ansible: Ansible) -> None:
    """Whatever the connection of a host, nothing is connected for a look at names."""
    far = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}
    play = {"hosts": "all", "gather_facts": False, "tasks": [{"name": LOOK, "sitemesh.skupper.skupper_variables": {}}]}
    assert named(run(ansible, [play], {"a": {**far, "skupper_exposre": "x"}}).succeeded()) == {
        "skupper_exposre": "host a"
    }
