# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook status: its report of sites that are well, that are not, and that can't be read."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from testbed import Site
from tests import probes
from tests.harness import EVERY_CORE, NEWEST_AT_LEAST, Ansible, RequestLog, Run, SitePool, host, hosts, tasks
from tests.harness.ansible_cores import ROOT

PLAYBOOK = "sitemesh.skupper.status"
SHOW, FAIL = "Show the sites", "Fail if there are problems"
EVIL = "{{ lookup('ansible.builtin.pipe', 'touch ' ~ marker) }}<script>\"]"
MOST_REQUESTS = 16  # a site that is well


@dataclass(frozen=True)
class MixedSites:
    """Sites in different states, by what is the matter with them."""

    public: Site
    revoked: Site
    well: Site
    cut: Site

    @property
    def sites(self) -> list[Site]:
        """All of them."""
        return [self.public, self.revoked, self.well, self.cut]

    def inventory(self) -> dict[str, dict[str, Any]]:
        """All of them, and two that can't be read."""
        astray = {**host(self.public), "skupper_namespace": "no-such-namespace"}
        return {**hosts(self.sites), "lost": {"skupper_context": "no-such-context"}, "astray": astray}


@pytest.fixture
def mixed(ansible: Ansible, site_pool: SitePool) -> MixedSites:
    """Two public sites, one of which has revoked its tokens since; a private site for each; a stranger at the first."""
    made = MixedSites(site_pool.public(), site_pool.public(1), site_pool.private(), site_pool.private(0))
    ansible.play(
        tasks.issued_link(made.well, made.public),
        tasks.issued_link(made.cut, made.revoked),
        tasks.revoke(made.revoked),
    ).succeeded()
    made.public.wait_linked(made.well, "incoming")
    made.cut.wait(lambda: not made.cut.linked(made.revoked), "the end of the link")
    return made


def status(ansible: Ansible, inventory: dict[str, dict[str, Any]], *arguments: str, **variables: Any) -> Run:
    """Run the playbook."""
    extra = [each for name, value in variables.items() for each in ("-e", f"{name}={value}")]
    return ansible.start(PLAYBOOK, ["-e", "skupper_hosts=all", *extra, *arguments], inventory=inventory).wait()


def found_secrets(mixed: MixedSites, text: str) -> list[str]:
    """Whether keys of links, CAs or servers are in a text, as PEM or as an API server sends them."""
    held = [(site.name, link.data) for site in mixed.sites for link in probes.links(site).values()]
    held += [
        (site.name, site.data(name)) for site in mixed.sites for name in ("skupper-site-ca", "skupper-site-server")
    ]
    keys = [(name, data["tls.key"]) for name, data in held]
    assert len(keys) > len(mixed.sites)
    lines = {name: key.decode().splitlines()[1] for name, key in keys}
    return [name for name, key in keys if base64.b64encode(key).decode() in text or lines[name] in text]


@pytest.mark.parametrize("core", NEWEST_AT_LEAST, ids=str)
def test_status(ansible: Ansible, mixed: MixedSites, tmp_path: Path, request_log: Callable[[], RequestLog]) -> None:
    """All states in one run: table, JSON, page, flowchart, exit status; nothing is written to a site, no secret is shown."""
    files = {kind: tmp_path / f"status.{kind}" for kind in ("json", "html", "mermaid")}
    watched = request_log()
    run = status(ansible, mixed.inventory(), "-vvv", **{f"skupper_status_{kind}": path for kind, path in files.items()})
    assert watched.writes() == []
    assert len(watched.requests(mixed.well)) <= MOST_REQUESTS
    report = json.loads(files["json"].read_text())
    sites = {site["key"]: site for site in report["sites"]}
    states = {key: site["state"] for key, site in sites.items()}
    assert states == {
        mixed.public.name: "ok",
        mixed.well.name: "ok",
        mixed.revoked.name: "island",
        mixed.cut.name: "down",
        "lost": "unread",
        "astray": "unread",
    }
    assert (sites["lost"]["reason"], sites["astray"]["reason"]) == ("context_unknown", "no_site")
    links = {(link["source"], link["target"]): link for link in report["links"]}
    assert links.keys() == {(mixed.well.name, mixed.public.name), (mixed.cut.name, mixed.revoked.name)}
    # The linking site can't know that by itself.
    assert links[mixed.cut.name, mixed.revoked.name]["cause"] == "ca_changed"
    assert links[mixed.well.name, mixed.public.name]["days_left"] > 1800
    kinds = [problem["kind"] for problem in report["problems"]]
    assert kinds == ["unread", "unread", "down", "island", "island"]

    assert run.code == 2
    (failure,) = {result.msg for result in run.of(FAIL)}
    assert all(word in failure for word in ("lost could not be read", "astray could not be read", "is stale"))
    assert "is connected with no other site" not in failure
    table = run.of(SHOW)[0]["msg"]
    assert [line.split()[0] for line in table[1:7]] == sorted(states)
    page, chart = files["html"].read_text(), files["mermaid"].read_text()
    for name in states:
        assert name in page
        assert name in chart
    for text in (run.output, page, chart, files["json"].read_text()):
        assert found_secrets(mixed, text) == []


@pytest.mark.thorough
def test_what_it_fails_on(ansible: Ansible, mixed: MixedSites) -> None:
    """The exit status is what the run was told to look for; a word that is none is refused."""
    inventory = mixed.inventory()
    none = status(ansible, inventory, skupper_fail_on="none", skupper_status_show="json").succeeded()
    assert none.of(SHOW)[0]["msg"]["format"] == 1
    healthy = {site.name: inventory[site.name] for site in (mixed.public, mixed.well)}
    status(ansible, healthy, skupper_fail_on="all").succeeded()
    limited = status(ansible, inventory, "--limit", mixed.public.name, skupper_fail_on="all")
    assert limited.code == 0, limited.output
    alone = status(ansible, {mixed.public.name: inventory[mixed.public.name]}, skupper_fail_on="unknown")
    assert alone.code == 2
    assert f"{mixed.well.name} (id {mixed.well.site_id}) is linked to" in alone.of(FAIL)[0].msg
    wrong = status(ansible, healthy, skupper_fail_on="dwon")
    assert wrong.code == 2
    assert "dwon" in wrong.failed[0].msg


@pytest.mark.parametrize("core", EVERY_CORE, ids=str)
def test_evil_names(ansible: Ansible, tmp_path: Path) -> None:
    """What a site calls itself is never run, by whichever filter it passes."""
    marker = tmp_path / "was-run"
    evil = EVIL.replace("marker", f"'{marker}'")
    site = {"site_id": "a", "name": evil, "exposure": "public", "mode": "interior", "version": evil, "ingress": evil}
    variables = {"told": {"site": site}, "linked": {"links": [], "incoming": [{"site_id": "b", "name": evil}]}}
    (tmp_path / "told.json").write_text(json.dumps(variables))
    load = {
        "name": "load",
        "ansible.builtin.set_fact": {"known": "{{ lookup('ansible.builtin.file', path) | from_json }}"},
    }
    report = "{{ ['west'] | sitemesh.skupper.status_report(sites=[known.told], links=[known.linked]) }}"
    made = {"name": "make", "ansible.builtin.set_fact": {"report": report}}
    drawn = {
        "name": "draw",
        "ansible.builtin.set_fact": {
            f"as_{kind}": "{{ report | sitemesh.skupper.status_%s }}" % kind
            for kind in ("table", "page", "mermaid", "problems")
        },
    }
    seen = {
        "name": "see",
        "ansible.builtin.debug": {
            "msg": ["{{ report }}", "{{ as_table }}", "{{ as_page }}", "{{ as_mermaid }}", "{{ as_problems }}"]
        },
    }
    run = ansible.play(load, made, drawn, seen, vars={"path": str(tmp_path / "told.json")}).succeeded()
    assert "lookup(" in json.dumps(run["see"]["msg"])
    assert not marker.exists()


@pytest.mark.thorough
def test_examples_of_the_guide(ansible: Ansible, mixed: MixedSites) -> None:
    """Each command runs as it stands, on an inventory of sites that are well, and writes its file where it was started."""
    blocks = (ROOT / "docs" / "status.md").read_text(encoding="utf-8").split("```bash\n")[1:]
    commands = [shlex.split(block.partition("```")[0]) for block in blocks]
    assert len(commands) == 3
    healthy = {
        name: values for name, values in mixed.inventory().items() if name in (mixed.public.name, mixed.well.name)
    }
    for command in commands:
        assert command[:4] == ["ansible-playbook", "-i", "skupper_sites.yml", PLAYBOOK]
        run = ansible.start(PLAYBOOK, ["-e", "skupper_hosts=all", *command[4:]], inventory=healthy).wait()
        run.succeeded()
    written = {
        path.name
        for path in ansible.directory.rglob("*")
        if path.name in ("status.html", "topology.mmd", "status.json")
    }
    assert written == {"status.html", "topology.mmd", "status.json"}
