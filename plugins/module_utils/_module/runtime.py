# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine run gets from the process it runs in."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Callable

from .._kube.options import absolute
from .._model.names import is_content
from .._model.wait import Choice, Clock, Wait, Waiting
from .options.waiting import WaitOptions


@dataclass(frozen=True)
class Runtime:
    """Clock, random choice, environment and working directory of one run."""

    check_mode: bool
    environ: Mapping[str, str]
    base_dir: str
    """What relative file names start from."""
    clock: Clock
    now: Callable[[], datetime]
    choose: Choice
    probes: bool = False
    """Whether the endpoints of sites may be probed from here."""
    opened: list[tuple[Any, Any]] = field(default_factory=list, repr=False, compare=False)
    """Clients that were opened so far, each with its options but for the namespace. ``client_for`` knows what they are."""

    def path(self, name: str | None) -> str | None:
        """Return the name of a file as it is from everywhere; what is a document itself stays as it is."""
        return absolute(self.base_dir, name) if name and not is_content(name) else name

    def waiting(self, options: WaitOptions) -> Waiting:
        """Return the wait that a module's options ask for."""
        return Waiting(options.wanted, options.seconds, self.clock)

    def patience(self, options: WaitOptions) -> Wait | None:
        """Return how long to wait for an ingress; check mode does not wait, it reports the current state."""
        return Wait(options.seconds, self.clock) if options.wanted and not self.check_mode else None


def process_runtime(check_mode: bool, base_dir: str) -> Runtime:
    """Return the clock, environment and working directory of this process."""
    return Runtime(
        check_mode=check_mode,
        environ=os.environ,
        base_dir=base_dir,
        clock=Clock(time.monotonic, time.sleep),
        now=lambda: datetime.now(timezone.utc),
        choose=random.SystemRandom().choice,
        probes=True,
    )
