# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock on which time passes only in a sleep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ansible_collections.sitemesh.skupper.plugins.module_utils._model.wait import Clock


@dataclass
class FakeTime:
    """Seconds since the start, and every sleep that was taken."""

    now: float = 1000.0
    sleeps: list[float] = field(default_factory=list)
    then: Callable[[float], None] | None = None
    """What happens meanwhile, after each sleep."""

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.sleeps.append(seconds)
        self.now += seconds
        if self.then is not None:
            self.then(seconds)

    def clock(self) -> Clock:
        """The clock as the code under test takes it."""
        return Clock(self.monotonic, self.sleep)
