# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plays that users write: a token and a link from it, a token file, or one task for both; each run twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from testbed import Site
from tests import probes
from tests.harness import EVERY_CORE, Ansible, RequestLog, SitePool, tasks

Watch = Callable[[], RequestLog]


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
@pytest.mark.parametrize("way", tasks.WAYS)
def test_twice(
    ansible: Ansible, way: str, hub: Site, east: Site, site_pool: SitePool, tmp_path: Path, request_log: Watch
) -> None:
    """The first run links the sites; the second changes nothing and issues nothing."""
    play = tasks.linking(way, hub, east, site_pool.name("claim"), tmp_path / "token.yaml")
    first = ansible.play(*play).succeeded()
    assert len(first.changed) == len(play)
    assert first["link"]["link"]["connected"]
    assert [each.peer for each in probes.connections(east)] == [hub.site_id]

    watched, before = request_log(), probes.links(east)
    second = ansible.play(*play).succeeded()
    assert second.changed == []
    assert second["link"]["link"] == first["link"]["link"]
    assert watched.writes() == []
    assert probes.links(east) == before


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
def test_check_on_fresh_sites(ansible: Ansible, west: Site, east: Site, tmp_path: Path, request_log: Watch) -> None:
    """With --check, the link task knows the placeholder of a token that is yet to be made, in memory and as a file."""
    watched = request_log()
    for way in ("token", "issuer"):
        run = ansible.play(*tasks.linking(way, west, east, "for-east", tmp_path / "token.yaml"), check=True).succeeded()
        assert run["link"].changed
        assert run["link"]["link"]["site_id"] == west.site_id
    assert ansible.run(tasks.token(west, dest=str(tmp_path / "token.yaml")), check=True).changed
    assert watched.writes() == []
    assert probes.records(west) == {}
    assert probes.links(east) == {}
    assert not (tmp_path / "token.yaml").exists()


def test_one_claim_for_two_sites(ansible: Ansible, hub: Site, site_pool: SitePool) -> None:
    """Two sites redeem a claim of two uses at the same time."""
    name, sites = site_pool.name("claim"), (site_pool.private(0), site_pool.private(1))
    inventory = {site.name: tasks.where(site) for site in sites}
    issue = {**tasks.token(hub, name, uses=2, register="issued"), "run_once": True}
    there = {"context": "{{ context }}", "namespace": "{{ namespace }}"}
    join = tasks.task("link", token="{{ issued.token }}", **there)
    run = ansible.play(issue, join, inventory=inventory).succeeded()
    assert all(result["link"]["connected"] for result in run.of("link"))
    again = ansible.run(tasks.token(hub, name, uses=2, register="issued"), check=True)
    assert (again["usable"], again["uses_remaining"], again["uses_made"]) == (False, 0, 2)
    assert not again.changed


def test_two_claims(ansible: Ansible, hub: Site, site_pool: SitePool) -> None:
    """Claims of different names stand side by side."""
    one, other = site_pool.name("claim"), site_pool.name("claim")
    run = ansible.play(tasks.token(hub, one, task_name="one"), tasks.token(hub, other, task_name="other")).succeeded()
    assert len(run.changed) == 2
    kept = probes.records(hub)
    assert kept[one].data != kept[other].data
    gone = ansible.run(tasks.token(hub, one, state="absent"))
    assert gone.changed
    assert one not in probes.records(hub)
    assert probes.records(hub)[other] == kept[other]


def test_renewal(ansible: Ansible, hub: Site, east: Site, site_pool: SitePool) -> None:
    """A claim that is spent is kept, renewed because it is of no use, or renewed in any case."""
    name = site_pool.name("claim")
    east.link(hub.token(name))
    east.wait_linked(hub)
    spent = probes.records(hub)[name]
    assert spent.annotations["skupper.io/claims-remaining"] == "0"

    run = ansible.play(
        tasks.checked("never", tasks.token(hub, name)),
        tasks.token(hub, name, renew="unusable", task_name="unusable"),
        tasks.token(hub, name, renew="unusable", task_name="not again"),
    ).succeeded()
    assert run["never"]["usable"] is False
    assert [result.task for result in run.changed] == ["unusable"]
    fresh = probes.records(hub)[name]
    assert fresh.uid != spent.uid
    assert fresh.data != spent.data
    assert fresh.annotations["skupper.io/claims-remaining"] == "1"

    always = ansible.play(tasks.token(hub, name, renew="always")).succeeded()
    assert len(always.changed) == 1
    assert probes.records(hub)[name].data != fresh.data
    assert east.linked(hub)


def test_token_file_is_kept_right(ansible: Ansible, hub: Site, site_pool: SitePool, tmp_path: Path) -> None:
    """A token file that others can read, or that holds something else, is put right; one that is right is left alone."""
    name, path = site_pool.name("claim"), tmp_path / "token.yaml"
    task = tasks.token(hub, name, dest=str(path))
    assert ansible.run(task).changed
    written = path.read_bytes()

    path.chmod(0o644)
    run = ansible.play(tasks.checked("foreseen", task), tasks.named("done", task)).succeeded()
    assert [result.task for result in run.changed] == ["foreseen", "done"]
    assert path.stat().st_mode & 0o777 == 0o600

    path.write_text("something else")
    assert ansible.run(task).changed
    assert path.read_bytes() == written
    node = path.stat().st_ino
    gone = tasks.token(hub, name, state="absent", dest=str(path))
    run = ansible.play(task, tasks.checked("gone", gone)).succeeded()
    assert [result.task for result in run.changed] == ["gone"]
    assert path.stat().st_ino == node

    assert ansible.run(gone).changed
    assert not path.exists()
