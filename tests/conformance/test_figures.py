# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a token and a link cost: through the collection, and through Skupper's command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from testbed import Site, Testbed
from tests.conformance.cli import Cli
from tests.conformance.shared_sites import LendSite
from tests.harness import Ansible, RequestLog, tasks

pytestmark = [
    pytest.mark.only("real", "nothing answers Skupper's command line on a simulated site"),
    pytest.mark.exhaustive("real"),
]


def test_token_and_link(
    ansible: Ansible,
    cli: Cli,
    bed: Testbed,
    hub: Site,
    lend_site: LendSite,
    new_name: Callable[[], str],
    tmp_path: Path,
    request_log: Callable[[], RequestLog],
    record_property: Callable[[str, object], None],
) -> None:
    """A claim and a link from it take at most half the requests; the requests of the wait for the connection are recorded."""
    mine, theirs, path, other = lend_site(), lend_site(), tmp_path / "ours.yaml", tmp_path / "theirs.yaml"
    watched = RequestLog(bed, cli.user)
    name = new_name()
    making = [
        cli.run(hub, "token", "create", str(other), "--name", name).succeeded(),
        cli.run(theirs, "link", "create", str(other), "--name", "link1").succeeded(),
    ]
    asked = len(watched.requests())
    waiting = cli.run(theirs, "link", "status", "link1", "--wait", "60").succeeded()
    assert waiting.says("Link link1 is connected")
    waited = len(watched.requests())

    ours = request_log()
    play = [tasks.token(hub, new_name(), dest=str(path)), tasks.link(mine, src=str(path), wait=False)]
    made = ansible.play(*play).succeeded()
    our_asked = len(ours.requests())
    until = ansible.play(tasks.link(mine, src=str(path))).succeeded()
    assert until["link"]["link"]["connected"]
    our_waited = len(ours.requests())

    seconds = sum(said.seconds for said in making)
    record_property("requests for token and link: skupper", asked)
    record_property("requests for token and link: sitemesh.skupper", our_asked)
    record_property("requests until connected: skupper", waited)
    record_property("requests until connected: sitemesh.skupper", our_waited)
    record_property("seconds for token and link: skupper", round(seconds, 1))
    record_property("seconds for token and link: sitemesh.skupper", round(made.seconds, 1))
    record_property("seconds until connected: skupper", round(seconds + waiting.seconds, 1))
    record_property("seconds until connected: sitemesh.skupper", round(made.seconds + until.seconds, 1))
    assert our_asked <= asked / 2
