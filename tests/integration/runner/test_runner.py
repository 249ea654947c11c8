# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks under ansible-runner, the engine of AWX: events, slices, and no secret in what it keeps."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from testbed import Site, Testbed
from tests.harness import NEWEST, SharedUser, SitePool, host
from tests.harness.ansible_cores import COLLECTIONS
from tests.integration.secrets.leak_search import Sighting, find_leaks
from tests.integration.secrets.secret_log import SecretLog

PLAYBOOKS = ("link_sites", "revoke_access")


class Engine:
    """A private data directory, as an execution environment would have it, for three sites."""

    def __init__(self, home: Path, sites: dict[str, Site], kubeconfig: Path) -> None:
        self.home = home
        place = {name: host(site) for name, site in sites.items()}
        variables = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        self.write("inventory/sites.json", {"skupper_sites": {"hosts": place, "vars": variables}})
        for name in PLAYBOOKS:
            book = {"name": name, "ansible.builtin.import_playbook": f"sitemesh.skupper.{name}"}
            self.write(f"project/{name}.yml", [book])
        self.write("env/envvars", {"ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS), "KUBECONFIG": str(kubeconfig)})
        self.write("env/cmdline", "-vvv")

    def write(self, name: str, value: Any) -> None:
        """Write a file of the directory; JSON is YAML, too."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")

    def run(self, book: str, ident: str, limit: str = "", **variables: str) -> Job:
        """Run a playbook as one job."""
        self.write("env/extravars", variables)
        words = [NEWEST.program("ansible-runner"), "run", str(self.home), "--playbook", f"{book}.yml", "--ident", ident]
        words += ["--limit", limit] if limit else []
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        environment = {**kept, "PATH": f"{Path(NEWEST.python).parent}:{os.environ['PATH']}", "HOME": str(self.home)}
        done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=300, check=False)
        return Job(self.home / "artifacts" / ident, done.stdout + done.stderr)


class Job:
    """What is left of a job."""

    def __init__(self, artifacts: Path, output: str) -> None:
        self.artifacts = artifacts
        self.output = output

    @property
    def status(self) -> str:
        """successful, failed, ..."""
        return (self.artifacts / "status").read_text(encoding="utf-8")

    def results(self, module: str) -> dict[str, dict[str, Any]]:
        """What a module returned by host, from the events; of several the last."""
        events = [json.loads(path.read_text(encoding="utf-8")) for path in self.artifacts.glob("job_events/*.json")]
        events.sort(key=lambda each: each["counter"])
        told = [each["event_data"] for each in events if each["event"] == "runner_on_ok"]
        mine = [each for each in told if each["task_action"] == f"sitemesh.skupper.{module}"]
        return {each["host"]: each["res"].get("results", [each["res"]])[-1] for each in mine}


@pytest.fixture
def sites(site_pool: SitePool) -> dict[str, Site]:
    """A public and two private ones."""
    return {"hub": site_pool.public(), "shop": site_pool.private(), "kiosk": site_pool.private()}


@pytest.mark.thorough
def test_jobs(bed: Testbed, sites: dict[str, Site], operator: SharedUser, tmp_path: Path) -> None:
    """Two slices link the sites, and a third job revokes; events have the results, and nothing secret."""
    engine = Engine(tmp_path / "runner", sites, operator.kubeconfig)
    secret_logs = [SecretLog(cluster, [site.namespace for site in sites.values()]) for cluster in bed.clusters]
    with secret_logs[0], secret_logs[1]:
        jobs = run_jobs(engine, sites)
    texts = [Sighting("output", job.artifacts.name, job.output) for job in jobs]
    kept = [path for path in engine.home.rglob("*") if path.is_file()]
    texts += [Sighting("file", str(path), path.read_text(encoding="utf-8", errors="replace")) for path in kept]
    assert len(kept) > 30
    for secret_log in secret_logs:
        assert secret_log.secrets
        assert find_leaks(texts, secret_log.secrets.values(), secret_log.public) == []


def run_jobs(engine: Engine, sites: dict[str, Site]) -> list[Job]:
    """Run the jobs, and see in the events and on the sites what they did."""
    slices = [engine.run("link_sites", "slice-1", "hub,shop"), engine.run("link_sites", "slice-2", "kiosk")]
    assert [job.status for job in slices] == ["successful"] * 2, slices[0].output + slices[1].output
    made = [job.results("skupper_links") for job in slices]
    assert [set(results) for results in made] == [{"shop"}, {"kiosk"}]
    links = [link for results in made for result in results.values() for link in result["links"]]
    assert [each["link"]["connected"] for each in links] == [True, True]
    assert all(sites[name].linked(sites["hub"]) for name in ("shop", "kiosk"))
    revoked = engine.run("revoke_access", "revoke", skupper_revoke_site="hub", skupper_revoke_id="job")
    assert revoked.status == "successful", revoked.output
    assert revoked.results("skupper_revoke")["hub"]["revocation"]["id"] == "job"
    assert all(sites[name].linked(sites["hub"]) for name in ("shop", "kiosk"))
    return [*slices, revoked]
