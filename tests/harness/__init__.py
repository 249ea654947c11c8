# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests on running clusters share: playbook runs, fresh sites, users whose requests are counted."""

from __future__ import annotations

from .cores import CORES, NEWEST, OLDEST, ROOT, Core
from .gateway import Gateway
from .people import READING, WORK, Person, Rule, Witness, rule
from .playbooks import Ansible, Playing, Result, Run, Task, keep
from .stock import Stock

__all__ = [
    "CORES",
    "NEWEST",
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
    "Rule",
    "Run",
    "Stock",
    "Task",
    "Witness",
    "keep",
    "rule",
]
