# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fast path steps aside for everything that asks for another process, and only for that."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from testbed import Site
from tests.harness import NEWEST, NEWEST_AT_LEAST, OLDEST, Ansible, Core, Run, SharedUser, Task
from tests.harness.tasks import site_info, token
from tests.integration.fastpath.paths import LOUD, PLUGINS, named, shipped

BECOME = {"become": True, "become_method": "plain"}
# Everything that a task or its host can be told, and whether it may still run in the controller process.
INLINE: Mapping[str, dict[str, Any]] = {
    "nothing special": {},
    "become: false": {"become": False, "become_method": "plain"},
    "an empty environment": {"environment": {}},
    "this very interpreter": {"vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}},
    "any interpreter": {"vars": {"ansible_python_interpreter": "auto_silent"}},
    "delegated here": {"delegate_to": "here"},
    "delegated from elsewhere": {"delegate_to": "here", "when": "inventory_hostname == 'localhost'"},
    "run once": {"run_once": True},
    "check mode": {"check_mode": True},
}
SHIPPED: Mapping[str, dict[str, Any]] = {
    "become": BECOME,
    "become as a variable": {"vars": {"ansible_become": True, "ansible_become_method": "plain"}},
    "async": {"async": 60, "poll": 1},
    "an environment": {"environment": {"OF_NO_MATTER": "yes"}},
    "another interpreter": {"vars": {"ansible_python_interpreter": "{{ other_python }}"}},
    "another connection": {"vars": {"ansible_connection": "elsewhere"}},
    "delegated elsewhere": {"delegate_to": "elsewhere"},
    "delegated to another interpreter": {"delegate_to": "other"},
}


@pytest.fixture(scope="module", params=NEWEST_AT_LEAST, ids=str)
def run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, operator: SharedUser, hub: Site
) -> Run:
    """One play in which the same task runs in all these ways."""
    core: Core = request.param
    other = (OLDEST if core is NEWEST else NEWEST).python
    inventory = {
        "localhost": {"other_python": other},
        "here": {},
        "elsewhere": {"ansible_connection": "elsewhere"},
        "other": {"ansible_python_interpreter": other},
    }
    tasks = [named(name, site_info(hub), **keywords) for name, keywords in {**INLINE, **SHIPPED}.items()]
    folder = tmp_path_factory.mktemp("runs")
    ansible = Ansible(core, folder, operator.kubeconfig)
    environment = {**PLUGINS, "ANSIBLE_ASYNC_DIR": str(folder / "jobs")}
    play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
    return ansible.start([play], LOUD, environment=environment, inventory=inventory).wait(600).succeeded()


@pytest.mark.parametrize("way", INLINE)
def test_it_runs_in_the_controller_process(run: Run, hub: Site, way: str) -> None:
    assert shipped(run)[way] is False
    assert run[way]["site"]["site_id"] == hub.site_id


@pytest.mark.parametrize("way", SHIPPED)
def test_it_runs_in_a_process_of_its_own(run: Run, hub: Site, way: str) -> None:
    assert shipped(run)[way] is True
    assert run[way]["site"]["site_id"] == hub.site_id


def test_the_ways_give_equal_results(run: Run) -> None:
    found = [run[way]["site"] for way in (*INLINE, *SHIPPED)]
    assert all(site == found[0] for site in found)


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_a_named_interpreter_needs_the_libraries(ansible: Ansible, hub: Site) -> None:
    """It is not this process's packages that count then."""
    bare = Path(sys.base_prefix) / "bin" / "python3"
    task = named("look", site_info(hub), vars={"ansible_python_interpreter": str(bare)})
    run = ansible.play(task, arguments=LOUD)
    assert shipped(run)["look"] is True
    assert run["look"].reason == "missing_library"


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_an_async_job_is_waited_for_later(ansible: Ansible, hub: Site, tmp_path: Path) -> None:
    dest = tmp_path / "token.yml"
    issue = named("issue", token(hub, f"later-on-{ansible.core}", dest=str(dest)))
    wait: Task = {
        "name": "wait",
        "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
        "register": "status",
        "until": "status.finished",
        "delay": 0,
        "retries": 600,
    }
    started = {**issue, "async": 60, "poll": 0, "register": "job"}
    run = ansible.play(started, wait, environment={"ANSIBLE_ASYNC_DIR": str(tmp_path / "jobs")}).succeeded()
    assert run["wait"]["dest"] == str(dest)
    assert dest.stat().st_mode & 0o777 == 0o600
