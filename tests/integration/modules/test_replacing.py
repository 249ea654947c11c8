# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which links are replaced, and which are left alone or taken away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testbed import Site
from tests import probes
from tests.harness import Ansible, RequestLog, SitePool, tasks

Watch = Callable[[], RequestLog]


@pytest.fixture
def stale(west: Site, east: Site) -> probes.Kept:
    """A link whose issuing site has revoked access."""
    east.link(west.token("first"), name="to-west")
    east.wait_linked(west)
    west.revoke_access()
    east.wait(lambda: not east.linked(west), "the link to be cut")
    return probes.links(east)["to-west"]


def revoke_again(site: Site) -> None:
    """Revoke access once more; it is noted to the second, so that two in one would restart the router but once."""
    site.revoke_access()
    site.restart_router()


@pytest.mark.parametrize("way", ["issuer", "token"])
def test_stale(ansible: Ansible, west: Site, east: Site, stale: probes.Kept, way: str) -> None:
    """After revoke-access a link is made anew, under its old name, by a user who may have a new credential."""
    passed = {"issuer": tasks.where(west)} if way == "issuer" else {"token": west.token("second")}
    task = tasks.link(east, **passed)
    looked = ansible.play(
        tasks.checked("foreseen", task), tasks.link(east, replace="never", task_name="never", **passed)
    )
    assert looked["foreseen"].changed
    assert looked["never"].reason == "link_stale"
    assert "replace: stale" in looked["never"].msg
    assert probes.links(east)["to-west"].uid == stale.uid

    run = ansible.play(tasks.named("replaced", task), tasks.named("again", task)).succeeded()
    assert [result.task for result in run.changed] == ["replaced"]
    assert run["replaced"]["link"]["connected"]
    assert run["replaced"]["change_reason"]
    (after,) = probes.links(east).values()
    assert after.name == "to-west"
    assert after.uid != stale.uid
    assert after.data["ca.crt"] != stale.data["ca.crt"]
    assert [each.peer for each in probes.connections(east)] == [west.site_id]


def test_nothing_is_taken_away_for_a_bad_token(ansible: Ansible, west: Site, east: Site, stale: probes.Kept) -> None:
    """A stale link stays as long as no new credential is in hand."""
    expired = ansible.run(tasks.link(east, token=west.token("second", minutes=-5)))
    assert expired.reason == "claim_expired"
    assert probes.links(east) == {"to-west": stale}


def test_old_token_against_a_working_link(
    ansible: Ansible, west: Site, east: Site, stale: probes.Kept, request_log: Watch
) -> None:
    """A link that works is not replaced because a token file is older than it."""
    old = west.token("second")
    revoke_again(west)
    made = ansible.run(tasks.issued_link(east, west))
    assert made["link"]["connected"], made.msg
    watched = request_log()
    result = ansible.run(tasks.link(east, token=old))
    assert not result.changed
    assert result["link"]["connected"]
    assert watched.writes() == []


def test_old_token_against_a_link_that_is_down(ansible: Ansible, west: Site, east: Site, stale: probes.Kept) -> None:
    """Nor is one that is newer than the token and down for the moment: what is older cannot know better."""
    old = west.token("second")
    revoke_again(west)
    result = ansible.run(tasks.issued_link(east, west))
    assert result["link"]["connected"], result.msg
    made = probes.links(east)
    assert made["to-west"].uid != stale.uid
    west.pause()
    east.wait(lambda: not east.linked(west), "the link to be down")
    result = ansible.run(tasks.link(east, token=old, wait_timeout=1))
    assert result.reason == "link_timeout"
    assert probes.links(east) == made


def test_second_link_to_a_site(
    ansible: Ansible, hub: Site, east: Site, site_pool: SitePool, request_log: Watch
) -> None:
    """A site that is linked already is not linked again, whatever the new link would be called."""
    east.link(hub.token(site_pool.name("claim")), name="by-hand")
    east.wait_linked(hub)
    watched = request_log()
    token = hub.token(site_pool.name("claim"))
    run = ansible.play(
        tasks.link(east, token=token, name="another", task_name="by token"),
        tasks.issued_link(east, hub, name="another", task_name="by issuer"),
    ).succeeded()
    assert run.changed == []
    assert [result["link"]["name"] for result in run.results] == ["by-hand", "by-hand"]
    assert watched.writes() == []
    assert set(probes.links(east)) == {"by-hand"}


def test_always(ansible: Ansible, hub: Site, east: Site) -> None:
    """With replace: always a working link gets a new credential."""
    ansible.run(tasks.issued_link(east, hub))
    (before,) = probes.links(east).values()
    result = ansible.run(tasks.issued_link(east, hub, replace="always"))
    assert result.changed
    assert result["link"]["connected"]
    (after,) = probes.links(east).values()
    assert after.uid != before.uid
    assert after.data["tls.crt"] != before.data["tls.crt"]
    assert after.name == before.name


def test_two_links(ansible: Ansible, hub: Site, west: Site, east: Site) -> None:
    """Links to two sites stand side by side and are removed one by one, by name and by site."""
    run = ansible.play(
        tasks.issued_link(east, hub, task_name="to hub"), tasks.issued_link(east, west, task_name="to west")
    ).succeeded()
    assert [result["link"]["name"] for result in run.results] == ["link1", "link2"]
    assert {each.peer for each in probes.connections(east)} == {hub.site_id, west.site_id}

    by_site = tasks.link(east, state="absent", site_id=west.site_id)
    gone = ansible.play(
        tasks.checked("foreseen", by_site), tasks.named("by site", by_site), tasks.named("again", by_site)
    ).succeeded()
    assert [result.task for result in gone.changed] == ["foreseen", "by site"]
    assert set(probes.links(east)) == {"link1"}
    assert set(probes.connectors(east)) == {"link1"}
    assert hub.site_id in {each.peer for each in probes.connections(east)}

    by_name = tasks.link(east, state="absent", name="link1")
    assert ansible.run(by_name).changed
    assert probes.links(east) == {}
    assert probes.connectors(east) == {}


def test_other_secrets_are_left_alone(ansible: Ansible, east: Site, request_log: Watch) -> None:
    """A Secret that is no link is not removed, though it has the name."""
    watched = request_log()
    result = ansible.run(tasks.link(east, state="absent", name="skupper-local-ca"))
    assert not result.changed
    assert watched.writes() == []
    assert probes.secret(east, "skupper-local-ca")
