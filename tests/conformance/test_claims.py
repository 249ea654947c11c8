# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Claims: made, redeemed, counted, refused, and the same field by field as another tool makes them."""

from __future__ import annotations

import base64
import stat
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import yaml

from testbed import Site
from tests import probes
from tests.conformance.other_tool import OtherTool
from tests.conformance.shared_sites import LendSite
from tests.harness import Ansible, RequestLog, keep, tasks

Watch = Callable[[], RequestLog]

EXPIRATION = "skupper.io/claim-expiration"
MADE = "skupper.io/claims-made"
REMAINING = "skupper.io/claims-remaining"
URL = "skupper.io/url"
BORN = timedelta(seconds=20)  # two claims made one after the other are at most so far apart


@pytest.mark.parametrize("way", tasks.WAYS)
def test_linked(
    ansible: Ansible, hub: Site, east: Site, way: str, claim: str, tmp_path: Path, request_log: Watch
) -> None:
    """A claim is redeemed and the routers connect; a second run changes nothing and issues nothing."""
    play = tasks.linking(way, hub, east, claim, tmp_path / "token.yaml")
    before = set(probes.records(hub))
    first = ansible.play(*play).succeeded()
    assert len(first.changed) == len(play)
    assert first["link"]["link"]["state"] == "connected"
    assert [each.peer for each in probes.connections(east)] == [hub.site_id]
    assert [each["cost"] for each in probes.connectors(east).values()] == [1]
    (kept,) = probes.links(east).values()
    assert kept.kind == "connection-token"
    assert kept.annotations["skupper.io/generated-by"] == hub.site_id
    assert set(kept.data) == {"tls.crt", "tls.key", "ca.crt"}
    assert set(probes.connectors(east)) == {kept.name}

    left = {name: record for name, record in probes.records(hub).items() if name not in before}
    assert set(left) == (set() if way == "issuer" else {claim})
    assert all((r.annotations[REMAINING], r.annotations[MADE]) == ("0", "1") for r in left.values())

    watched, links = request_log(), probes.links(east)
    second = ansible.play(*play).succeeded()
    assert second.changed == []
    assert second["link"]["link"] == first["link"]["link"]
    assert watched.writes() == []
    assert probes.links(east) == links


def test_uses(ansible: Ansible, hub: Site, lend_site: LendSite, claim: str, tmp_path: Path) -> None:
    """A claim of two uses serves two sites at the same time, and not a third."""
    path, first, second, third = tmp_path / "token.yaml", lend_site(), lend_site(), lend_site()
    issue = {**tasks.token(hub, claim, uses=2, dest=str(path)), "run_once": True}
    join = tasks.task("link", src=str(path), context="{{ context }}", namespace="{{ namespace }}")
    inventory = {site.name: tasks.where(site) for site in (first, second)}
    run = ansible.play(issue, join, inventory=inventory).succeeded()
    assert all(result["link"]["connected"] for result in run.of("link"))
    record = probes.records(hub)[claim]
    assert (record.annotations[REMAINING], record.annotations[MADE]) == ("0", "2")

    late = ansible.run(tasks.link(third, src=str(path)))
    assert late.reason == "claim_used_up"
    assert late["link_removed"]
    assert probes.links(third) == {}
    assert probes.records(hub)[claim] == record
    for site in (first, second):
        assert [each.peer for each in probes.connections(site)] == [hub.site_id]


@pytest.mark.exhaustive("real")
def test_expired(ansible: Ansible, hub: Site, east: Site, claim: str, tmp_path: Path, request_log: Watch) -> None:
    """An expired claim is recognized by its token; if the token does not show it, the site refuses the claim."""
    path = tmp_path / "token.yaml"
    issue = tasks.token(hub, claim, expiry="2s", dest=str(path))
    ansible.play(issue).succeeded()
    token = yaml.safe_load(path.read_text())
    end = datetime.fromisoformat(token["metadata"]["annotations"].pop(EXPIRATION))
    hub.wait(lambda: datetime.now(timezone.utc) > end, "the end of the claim")

    watched = request_log()
    told = ansible.run(tasks.link(east, src=str(path)))
    assert told.reason == "claim_expired"
    assert watched.writes() == []
    refused = ansible.run(tasks.link(east, token=token))
    assert refused.reason == "claim_used_up"
    assert probes.links(east) == {}
    again = ansible.run(issue)
    assert not again.changed
    assert again["usable"] is False
    assert MADE not in probes.records(hub)[claim].annotations


def test_wrong_password(ansible: Ansible, hub: Site, east: Site, claim: str) -> None:
    """A wrong password ends the wait at once; the claim stays usable, and serves a token that has the right one."""
    token = ansible.play(tasks.token(hub, claim, register="issued"), keep("token", "issued.token")).kept["token"]
    wrong = {**token, "data": {**token["data"], "password": base64.b64encode(b"somebody-guessed-this").decode()}}
    result = ansible.run(tasks.link(east, token=wrong))
    assert result.reason == "claim_refused"
    assert result["link_removed"]
    assert "somebody-guessed-this" not in str(result)
    assert probes.links(east) == {}
    record = probes.records(hub)[claim]
    assert record.annotations[REMAINING] == "1"
    assert MADE not in record.annotations

    assert ansible.run(tasks.link(east, token=token))["link"]["connected"]


def instant(text: str) -> datetime:
    """Read a time."""
    return datetime.fromisoformat(text)


def alike(ours: probes.Kept, theirs: probes.Kept) -> None:
    """Two Secrets do not differ but in name, password, time of birth and our marks."""
    assert ours.fields == theirs.fields
    assert ours.type == theirs.type
    assert ours.labels == theirs.labels
    assert ours.owners == theirs.owners
    assert set(ours.rest) - {"managedFields"} == set(theirs.rest) - {"managedFields"}
    assert set(ours.data) == set(theirs.data)
    assert {k: v for k, v in ours.data.items() if k != "password"} == {
        k: v for k, v in theirs.data.items() if k != "password"
    }
    assert len(ours.data["password"]) == len(theirs.data["password"])
    assert set(ours.annotations) == set(theirs.annotations)
    for key, value in ours.annotations.items():
        if key == EXPIRATION:
            assert abs(instant(value) - instant(theirs.annotations[key])) < BORN
        else:
            assert value.replace(ours.name, "NAME") == theirs.annotations[key].replace(theirs.name, "NAME")


def test_as_another_tool(
    ansible: Ansible, hub: Site, other_tool: OtherTool, new_name: Callable[[], str], tmp_path: Path
) -> None:
    """Record and token file are, field by field, what another tool would have made of the same limits."""
    mine, theirs, path = new_name(), new_name(), tmp_path / "token.yaml"
    ansible.play(tasks.token(hub, mine, uses=3, expiry="20m", dest=str(path))).succeeded()
    their_path = other_tool.claim(hub, theirs, uses=3, minutes=20)
    records = probes.records(hub)
    alike(records[mine], records[theirs])
    assert records[mine].own == {"owner": hub.site_id}
    alike(probes.read_file(path), probes.read_file(their_path))
    assert probes.read_file(path).annotations[URL] == f"https://{hub.endpoint('claims')}/{mine}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.exhaustive("real")
def test_of_another_tool(
    ansible: Ansible, hub: Site, east: Site, other_tool: OtherTool, claim: str, tmp_path: Path
) -> None:
    """A claim of another tool is found by its name, rebuilt rather than made again, and redeemed."""
    theirs = other_tool.claim(hub, claim)
    record, path = probes.records(hub)[claim], tmp_path / "rebuilt.yaml"
    rebuilt = ansible.run(tasks.token(hub, claim, dest=str(path)))
    assert (rebuilt["usable"], rebuilt["uses_remaining"], rebuilt["uses_made"]) == (True, 1, 0)
    assert probes.records(hub)[claim] == record
    assert probes.read_file(path) == probes.read_file(theirs)

    result = ansible.run(tasks.link(east, src=str(theirs)))
    assert result["link"]["connected"], result.msg
    assert probes.records(hub)[claim].annotations[MADE] == "1"
    spent = ansible.run(tasks.token(hub, claim), check=True)
    assert not spent.changed
    assert (spent["usable"], spent["uses_remaining"], spent["uses_made"]) == (False, 0, 1)
