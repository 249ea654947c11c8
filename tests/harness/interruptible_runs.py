# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of playbooks that can be stopped at any of their requests to the first cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from testbed import Testbed
from testbed.clusters import merge_kubeconfigs, write_kubeconfig

from .gateway import Gateway
from .playbooks import Ansible, RunningPlaybook, Task
from .users import TASK_RULES, SharedUser


@dataclass(frozen=True)
class InterruptibleRuns:
    """Runs of one user on all clusters, with a gateway before the first one that holds requests."""

    gateway: Gateway
    ansible: Ansible
    kubeconfig: Path

    @classmethod
    @contextmanager
    def open(cls, bed: Testbed, ansible: Ansible, directory: Path) -> Iterator[InterruptibleRuns]:
        """Make a user with the rights that the collection's tasks need; keys and kubeconfigs lie in `directory`."""
        user = SharedUser.make(bed, "interrupted", TASK_RULES, token=True)
        with Gateway.open(bed.clusters[0], directory) as gateway:
            through, together = directory / "through.kubeconfig", directory / "together.kubeconfig"
            write_kubeconfig(through, gateway.kubeconfig(user.users[0]))
            write_kubeconfig(together, merge_kubeconfigs([through, user.users[1].kubeconfig]))
            yield cls(gateway, ansible, together)

    def start_until(self, request: str, task: Task, skip: int = 0) -> RunningPlaybook:
        """Run a task until it asks for this, as "METHOD path" and a pattern; the request does not arrive for now."""
        self.gateway.hold(request, skip)
        play = {"hosts": "all", "gather_facts": False, "tasks": [task]}
        playing = self.ansible.start([play], kubeconfig=self.kubeconfig)
        playing.until(self.gateway.holds, request)
        return playing

    def kill_at(self, request: str, task: Task, skip: int = 0) -> None:
        """Run a task and kill it when it asks for this; the request never arrives."""
        self.kill(self.start_until(request, task, skip))

    def kill(self, playing: RunningPlaybook) -> None:
        """Kill a run whose request is held; the request never arrives."""
        assert playing.kill().results == ()
        self.gateway.release()

    def go_on(self, playing: RunningPlaybook, until: str) -> None:
        """Let the held request pass, and wait until the run makes another one."""
        self.gateway.go_on(until)
        playing.until(self.gateway.holds, until)
