# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests on running clusters share: playbook runs, fresh sites, users whose requests are counted."""

from __future__ import annotations

from .cores import CORES, EVERY_CORE, NEWEST, NEWEST_AT_LEAST, OLDEST, ROOT, Core, on_core
from .gateway import Gateway
from .hosts import host, hosts
from .people import MAKING, READING, WORK, Person, Rule, Witness, rule
from .playbooks import Ansible, Playing, Result, Run, Task, keep
from .roads import Road
from .stock import Stock

__all__ = [
    "CORES",
    "EVERY_CORE",
    "MAKING",
    "NEWEST",
    "NEWEST_AT_LEAST",
    "OLDEST",
    "READING",
    "ROOT",
    "WORK",
    "Ansible",
    "Core",
    "Gateway",
    "Person",
    "Playing",
    "Result",
    "Road",
    "Rule",
    "Run",
    "Stock",
    "Task",
    "Witness",
    "host",
    "hosts",
    "keep",
    "on_core",
    "rule",
]
