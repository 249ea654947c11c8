# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long to wait for something, and by which clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Callable, Union

from .site import Endpoint, Service

# Says what is wrong with what answers at an endpoint; "" if nothing is, or nothing answers from here.
Look = Callable[[Service, Endpoint, Union[bytes, None], datetime], str]
# Picks one of some characters by chance.
Choice = Callable[[str], str]


@dataclass(frozen=True)
class Clock:
    """The time of this process."""

    monotonic: Callable[[], float]
    """Return seconds since some moment."""
    sleep: Callable[[float], None]
    """Wait so many seconds."""


@dataclass(frozen=True)
class Wait:
    """How long to wait for something that is not ready, and by which clock."""

    seconds: int
    clock: Clock


@dataclass(frozen=True)
class Waiting:
    """Whether and how long to wait for a link, and by which clock."""

    wait: bool
    timeout: int
    """Seconds."""
    clock: Clock
    look: Look | None = None
    """How to see from here what answers. None if that should not be tried."""
