# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exit status of every playbook and of role mesh: 0 only if no host failed, whatever the others had to do."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from testbed import Site
from tests.harness import EVERY_CORE, NEWEST, NEWEST_AT_LEAST, Ansible, Run, SharedUser, SitePool, hosts

LINK, REVOKE, EVICT, STATUS = (
    f"sitemesh.skupper.{name}" for name in ("link_sites", "revoke_access", "evict_site", "status")
)
Hosts = dict[str, dict[str, Any]]
UNREAD: dict[str, Any] = {"skupper_context": "no-such-context", "skupper_exposure": "private"}
UNREAD_HUB: dict[str, Any] = {"skupper_context": "no-such-context", "skupper_exposure": "public"}
# Nothing listens there, so that Ansible itself fails to connect.
UNREACHABLE: dict[str, Any] = {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 9}
FAILED, NOT_CONNECTED = 2, 4


@pytest.fixture(scope="module")
def linked(site_pool: SitePool, operator: SharedUser, tmp_path_factory: pytest.TempPathFactory) -> list[Site]:
    """A public site and two private ones that are linked to it; the tests leave them so."""
    sites = [site_pool.public(0), site_pool.private(1), site_pool.private(1)]
    ansible = Ansible(NEWEST, tmp_path_factory.mktemp("linked"), operator.kubeconfig)
    ansible.start(LINK, ["-e", "skupper_hosts=all"], inventory=hosts(sites)).wait().succeeded()
    return sites


@pytest.fixture(scope="module")
def unlinked(site_pool: SitePool) -> Site:
    """A private site without a link; runs that would make one are in check mode."""
    return site_pool.private(1)


def run(ansible: Ansible, playbook: Any, inventory: Hosts, *arguments: str, **variables: Any) -> Run:
    """Run a playbook with extra variables."""
    extra = [each for name, value in variables.items() for each in ("-e", f"{name}={value}")]
    return ansible.start(playbook, ["-e", "skupper_hosts=all", *extra, *arguments], inventory=inventory).wait()


def code(ansible: Ansible, playbook: Any, inventory: Hosts, *arguments: str, **variables: Any) -> int:
    """Return the exit status of a playbook run."""
    return run(ansible, playbook, inventory, *arguments, **variables).code


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
def test_link_sites_with_nothing_to_do(ansible: Ansible, linked: list[Site]) -> None:
    """A host that failed counts, wherever it stands; hosts without work cost no process of their own."""
    fine = hosts(linked)
    assert code(ansible, LINK, fine) == 0
    for inventory in ({"lost": UNREAD, **fine}, {**fine, "lost": UNREAD}):
        ended = run(ansible, LINK, inventory)
        assert (ended.code, ended.changed) == (FAILED, [])
        assert [result.host for result in ended.failed] == ["lost"]
        work = [result for result in ended.results if result.task == "Change the links as planned"]
        assert len(work) <= 1, "a process was started for each host only to skip a task"
    assert code(ansible, LINK, {"lost": UNREAD, "gone": UNREAD}) == FAILED
    assert code(ansible, LINK, {**fine, "far": UNREACHABLE}) == NOT_CONNECTED


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_link_sites_with_something_to_do(ansible: Ansible, linked: list[Site], unlinked: Site) -> None:
    """The site that would be linked makes no difference to the exit status."""
    inventory = hosts([*linked, unlinked])
    ended = run(ansible, LINK, inventory, "--check")
    assert (ended.code, {result.host for result in ended.changed} & {unlinked.name}) == (0, {unlinked.name})
    assert code(ansible, LINK, {"lost": UNREAD, **inventory}, "--check") == FAILED
    assert code(ansible, LINK, {**inventory, "far": UNREACHABLE}, "--check") == NOT_CONNECTED


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
def test_link_sites_in_batches(ansible: Ansible, linked: list[Site], unlinked: Site) -> None:
    """A host that failed counts in the first batch and in the last one, alone in its batch or not."""
    fine = hosts(linked)
    assert code(ansible, LINK, fine, skupper_serial=2) == 0
    for serial in (1, 2):
        assert code(ansible, LINK, {"lost": UNREAD, **fine}, skupper_serial=serial) == FAILED
        assert code(ansible, LINK, {**fine, "lost": UNREAD}, skupper_serial=serial) == FAILED
    both = {**hosts([linked[0]]), "lost": UNREAD, **hosts([*linked[1:], unlinked]), "gone": UNREAD}
    assert code(ansible, LINK, both, "--check", skupper_serial=2) == FAILED


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_link_sites_with_a_limit(ansible: Ansible, linked: list[Site]) -> None:
    """A host inside the limit counts; one outside does if a host inside lacks a link because of it."""
    hub, shop, _till = linked
    inside = f"{hub.name},{shop.name}"
    assert code(ansible, LINK, {**hosts(linked), "lost": UNREAD}, "--limit", f"{inside},lost") == FAILED
    assert code(ansible, LINK, {**hosts(linked), "lost": UNREAD}, "--limit", inside) == 0
    assert code(ansible, LINK, {**hosts(linked), "lost": UNREAD_HUB}, "--limit", inside) == FAILED


def a_play(way: str, **keywords: Any) -> list[dict[str, Any]]:
    """Make a user's own play with role mesh, which is followed by another play."""
    name = "sitemesh.skupper.mesh"
    task = {"name": "link", f"ansible.builtin.{way}": {"name": name}}
    role: dict[str, Any] = {"roles": [{"role": name}]} if way == "roles" else {"tasks": [task]}
    return [{"hosts": "all", "gather_facts": False, **role, **keywords}]


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
@pytest.mark.parametrize("way", ["roles", "import_role", "include_role"])
def test_role_mesh_in_a_play_of_ones_own(ansible: Ansible, linked: list[Site], way: str) -> None:
    """The role counts a host that failed, in whatever way it is used, and goes on after it."""
    fine = hosts(linked)
    assert code(ansible, a_play(way), fine) == 0
    later = {"name": "later", "ansible.builtin.debug": {"msg": "still here"}}
    ended = run(ansible, a_play(way, post_tasks=[later]), {**fine, "lost": UNREAD})
    assert ended.code == FAILED
    assert {result.host for result in ended.of("later")} == set(fine), "the role ended the play of its user"


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_role_mesh_with_keywords_of_a_play(ansible: Ansible, linked: list[Site]) -> None:
    """Batches and max_fail_percentage leave a failure what it is; a rescue of the user's takes it back."""
    fine, one_lost = hosts(linked), {**hosts(linked), "lost": UNREAD}
    assert code(ansible, a_play("roles", serial=2), {"lost": UNREAD, **fine}) == FAILED
    assert code(ansible, a_play("roles", serial=2), one_lost) == FAILED
    assert code(ansible, a_play("roles", max_fail_percentage=50), fine) == 0
    for percentage in (0, 50, 100):
        assert code(ansible, a_play("roles", max_fail_percentage=percentage), one_lost) == FAILED
    assert code(ansible, a_play("roles", any_errors_fatal=True), one_lost) == FAILED
    later = {"name": "later", "ansible.builtin.debug": {"msg": "still here"}}
    (role,) = a_play("include_role")[0]["tasks"]
    rescued = {"hosts": "all", "gather_facts": False, "tasks": [{"block": [role], "rescue": [later]}]}
    ended = run(ansible, [rescued], one_lost)
    assert (ended.code, [result.host for result in ended.of("later")]) == (0, ["lost"])


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_revoke_access(ansible: Ansible, linked: list[Site]) -> None:
    """A host that failed counts, whether there is anything to revoke or not."""
    hub, shop, _till = linked
    fine, one_lost = hosts(linked), {**hosts(linked), "lost": UNREAD}
    done, other = ({"skupper_revoke_site": hub.name, "skupper_revoke_id": name} for name in ("INC-1", "INC-2"))
    assert code(ansible, REVOKE, fine, **done) == 0
    assert code(ansible, REVOKE, fine, **done) == 0
    for arguments, asked in (((), done), (("--check",), other)):
        assert code(ansible, REVOKE, one_lost, *arguments, **asked) == FAILED
        assert code(ansible, REVOKE, {"lost": UNREAD, **fine}, *arguments, skupper_serial=1, **asked) == FAILED
    assert code(ansible, REVOKE, {**fine, "far": UNREACHABLE}, **done) == NOT_CONNECTED
    inside = f"{hub.name},{shop.name}"
    assert code(ansible, REVOKE, one_lost, "--limit", f"{inside},lost", **done) == FAILED
    # The sites outside the limit are not linked again, and may be cut off.
    assert code(ansible, REVOKE, one_lost, "--limit", inside, **done) == FAILED
    lost_hub = {**fine, hub.name: UNREAD_HUB}
    assert code(ansible, REVOKE, lost_hub, **other) == FAILED


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_evict_site(ansible: Ansible, site_pool: SitePool) -> None:
    """A host that failed counts, whether there is anything left to evict or not."""
    hub, shop, out = sites = [site_pool.public(0), site_pool.private(1), site_pool.private(1)]
    fine, one_lost = hosts(sites), {**hosts(sites), "lost": UNREAD}
    assert code(ansible, LINK, fine) == 0
    asked = {"skupper_evict_site": out.name}
    assert code(ansible, EVICT, one_lost, "--check", **asked) == FAILED
    assert code(ansible, EVICT, fine, **asked) == 0
    assert code(ansible, EVICT, fine, **asked) == 0
    assert code(ansible, EVICT, one_lost, **asked) == FAILED
    assert code(ansible, EVICT, {"lost": UNREAD, **fine}, skupper_serial=1, **asked) == FAILED
    inside = f"{hub.name},{shop.name},{out.name}"
    assert code(ansible, EVICT, one_lost, "--limit", f"{inside},lost", **asked) == FAILED


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_status(ansible: Ansible, linked: list[Site], tmp_path: Path) -> None:
    """A site that could not be read counts, unless it is left out by the limit or by skupper_fail_on."""
    fine, one_lost = hosts(linked), {**hosts(linked), "lost": UNREAD}
    assert code(ansible, STATUS, fine) == 0
    assert code(ansible, STATUS, one_lost, skupper_status_json=tmp_path / "status.json") == FAILED
    assert (tmp_path / "status.json").exists()
    assert code(ansible, STATUS, {"far": UNREACHABLE, **fine}) == FAILED
    assert code(ansible, STATUS, one_lost, "--limit", f"{linked[0].name},lost") == FAILED
    assert code(ansible, STATUS, one_lost, "--limit", ",".join(site.name for site in linked)) == 0
    assert code(ansible, STATUS, one_lost, skupper_fail_on="down") == 0


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
def test_d1_report_that_would_go_to_no_file(ansible: Ansible, tmp_path: Path) -> None:
    """It is found out before a site is read; nothing is followed, waited for or replaced."""
    fifo, link, victim = (tmp_path / name for name in ("fifo", "link", "victim"))
    os.mkfifo(fifo)
    victim.write_text("mine", encoding="utf-8")
    link.symlink_to(victim)
    for option, path in (("json", fifo), ("html", link), ("mermaid", tmp_path), ("json", Path("/dev/full"))):
        ended = run(ansible, STATUS, {"lost": UNREAD}, skupper_fail_on="none", **{f"skupper_status_{option}": path})
        assert ended.code == FAILED
        assert f"can't be written to {path}" in str(ended.failed)
    assert (fifo.is_fifo(), link.is_symlink(), victim.read_text(encoding="utf-8")) == (True, True, "mine")
    fresh = tmp_path / "report.json"
    assert code(ansible, STATUS, {"lost": UNREAD}, skupper_fail_on="none", skupper_status_json=fresh) == 0
    assert fresh.is_file()
