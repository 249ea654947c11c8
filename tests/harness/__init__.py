# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests on running clusters share: playbook runs, new sites, users whose requests are counted."""

from __future__ import annotations

from .ansible_cores import CORES, EVERY_CORE, NEWEST, NEWEST_AT_LEAST, OLDEST, ROOT, Core, on_core
from .gateway import Gateway
from .hosts import host, hosts
from .interruptible_runs import InterruptibleRuns
from .playbooks import Ansible, Result, Run, RunningPlaybook, Task, keep
from .site_pool import SitePool
from .users import READ_RULES, SITE_RULES, TASK_RULES, RequestLog, Rule, SharedUser, rule

__all__ = [
    "CORES",
    "EVERY_CORE",
    "NEWEST",
    "NEWEST_AT_LEAST",
    "OLDEST",
    "READ_RULES",
    "ROOT",
    "SITE_RULES",
    "TASK_RULES",
    "Ansible",
    "Core",
    "Gateway",
    "InterruptibleRuns",
    "RequestLog",
    "Result",
    "Rule",
    "Run",
    "RunningPlaybook",
    "SharedUser",
    "SitePool",
    "Task",
    "host",
    "hosts",
    "keep",
    "on_core",
    "rule",
]
