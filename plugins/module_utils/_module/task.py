# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module is made of."""

from __future__ import annotations

from dataclasses import dataclass

from .argspec import Spec
from .result import Engine


@dataclass(frozen=True)
class Task:
    """A module: its options and the engine behind it."""

    spec: Spec
    engine: Engine
