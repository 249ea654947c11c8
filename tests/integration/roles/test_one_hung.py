# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One API server of five never comes to an end: it costs its own host its limit, and the others nothing."""

from __future__ import annotations

import itertools
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import pytest

from testbed import Site
from tests import probes
from tests.harness import Ansible, RequestLog, SitePool, host, hosts, tasks

PLAYBOOK = "sitemesh.skupper.link_sites"
LOOK = "Read the site"
# What is sent first, and then for ever: a record of a handshake that is announced, or a header.
_KINDS = {
    "https": (b"\x16\x03\x03\x3f\xff\x02\x00\x3f\xf0", b"\x00"),
    "http": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
}
_BETWEEN = 0.2


@dataclass
class Endless:
    """A server that shakes hands for ever, or answers for ever, a byte at a time."""

    url: str
    connections: int = 0

    def connection(self) -> dict[str, Any]:
        """Connection options that lead there."""
        return {"host": self.url, "api_key": "x", "validate_certs": False}


@contextmanager
def endless(scheme: str) -> Iterator[Endless]:
    """Run one."""
    stop = threading.Event()
    first, more = _KINDS[scheme]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Endless(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")

        def talk(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                for part in itertools.chain([first], itertools.repeat(more)):
                    connection.sendall(part)
                    if stop.wait(_BETWEEN):
                        return

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _address = listener.accept()
                    made.connections += 1
                    threading.Thread(target=talk, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield made
        stop.set()


@pytest.fixture
def four(west: Site, site_pool: SitePool) -> list[Site]:
    """A public site and three private ones, in two clusters."""
    return [west, *(site_pool.private(number % 2) for number in range(3))]


def requests(watched: RequestLog, sites: list[Site]) -> Counter[tuple[str, str, str, str]]:
    """What was asked about some sites."""
    return Counter(
        (site.name, each.verb, each.resource, each.name) for site in sites for each in watched.requests(site)
    )


@pytest.mark.parametrize("scheme", _KINDS)
def test_b1_one_cluster_of_five_hangs(
    scheme: str, ansible: Ansible, four: list[Site], site_pool: SitePool, request_log: Callable[[], RequestLog]
) -> None:
    """The four are linked, and asked what they are asked without it; the fifth fails at its first request."""
    fifth = site_pool.private(1)
    extra = ["-e", "skupper_hosts=all", "-e", json.dumps({"mesh_look_timeout": 2})]
    with endless(scheme) as sick:
        lost = {"skupper_connection": sick.connection(), "skupper_exposure": "private"}
        inventory = hosts([*four, fifth], {fifth.name: lost})
        run = ansible.start(PLAYBOOK, extra, inventory=inventory).wait()
        assert sick.connections == 1
        watched = request_log()
        again = ansible.start(PLAYBOOK, extra, inventory=inventory).wait()
        beside = requests(watched, four)
        assert sick.connections == 2
    for each in (run, again):
        assert each.code != 0
        (failure,) = each.failed
        assert (failure.host, failure.task, failure.reason) == (fifth.name, LOOK, "api_unreachable")
        assert "did not answer within 2 seconds (request_timeout)" in failure.msg
    assert again.changed == []
    public, *private = four
    assert all(probes.peers(site) == [public.site_id] for site in private)
    watched = request_log()
    ansible.start(PLAYBOOK, extra, inventory=hosts(four)).wait().succeeded()
    assert beside == requests(watched, four)


def test_b1_the_others_are_done_first(ansible: Ansible, four: list[Site]) -> None:
    """Where hosts need not wait for each other, all that four do comes before the first thing the fifth has to say."""
    connection = {"context": "{{ skupper_context | default(omit) }}", "namespace": "{{ skupper_namespace }}"}
    there = {name: f"{{{{ {name} | default(omit) }}}}" for name in ("host", "api_key", "validate_certs")}
    steps = [
        {**tasks.task(kind, **connection, **there, request_timeout=15), "name": f"{number} {kind}"}
        for number, kind in enumerate(("site_info", "link_info", "site_info", "token_info"))
    ]
    with endless("http") as sick:
        inventory = {site.name: host(site) for site in four}
        inventory["fifth"] = {**sick.connection(), "skupper_namespace": "nowhere"}
        run = ansible.play(*steps, inventory=inventory, strategy="free")
    order = [result.host for result in run.results if result.status != "skipped"]
    assert order[:-1].count("fifth") == 0
    assert Counter(order[:-1]) == Counter({site.name: len(steps) for site in four})
    (failure,) = run.failed
    assert (failure.host, failure.reason) == ("fifth", "api_unreachable")
    assert "within 15 seconds" in failure.msg
