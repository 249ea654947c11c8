# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look at objects again and again while something is waited for: by watches if these work, else by reading them.

A watch counts as long as it works: it has to begin with the object as it is, which saves reading it, and
is compared with the object now and then, since a proxy may keep back later events.
"""

from __future__ import annotations

import json
import threading
from typing import Callable, Optional

from .._model.wait import Clock
from .api import Kind, Manifest
from .exchange import Stream
from .response_checks import UnexpectedResponse, check_object

# Seconds to wait for the beginning of a watch. An API server takes some milliseconds.
_BEGINNING = 0.3
# How often an object is read before it is watched. Most waits are short.
_READS_BEFORE = 2
# Seconds after which an object is read although it is watched, the first time and later.
_CHECKS = (1.5, 5.0)
# Seconds to wait for further changes, since changes of one object often come together.
_FLOCK = 0.02


class Watched:
    """The latest version of one object that its watch has sent. One thread writes it, another one reads it."""

    def __init__(self, kind: Kind, name: str, namespace: str, bell: threading.Event) -> None:
        self.kind, self.name = kind, name
        self._namespace = namespace
        self._bell = bell
        self._known: tuple[Manifest | None] | None = None
        self._ended = False
        self.status: int | None = None
        """HTTP status of the answer, once that has ended."""

    def on_line(self, line: bytes) -> None:
        """Take in an event. Raise ValueError if it is no event, which ends the watch."""
        event = json.loads(line)
        sort, item = event.get("type"), event.get("object")
        if sort == "BOOKMARK":
            return
        if sort not in ("ADDED", "MODIFIED", "DELETED"):
            raise ValueError(f"an event of type {sort}")
        try:
            check_object(item, self.kind, self.name, self._namespace)
        except UnexpectedResponse as unexpected:
            raise ValueError(str(unexpected)) from None
        self._known = (None if sort == "DELETED" else item,)
        self._bell.set()

    def on_end(self, status: int) -> None:
        """Take note that no more events will come."""
        self.status = status
        self.distrust()
        self._bell.set()

    def distrust(self) -> None:
        """Ignore the watch from now on."""
        self._ended = True

    @property
    def latest(self) -> tuple[Manifest | None] | None:
        """Return the object, or None if it was deleted, in a tuple. None without a tuple if the watch does not know."""
        return None if self._ended else self._known

    def is_alike(self, other: Watched) -> bool:
        """Return whether it needs the same right as another one."""
        return (self.kind, self._namespace) == (other.kind, other._namespace)

    @property
    def pending(self) -> bool:
        """Return whether it has not begun, and may yet."""
        return self._known is None and not self._ended


Open = Callable[[Watched], Optional[Stream]]
Read = Callable[[Kind, str], Optional[Manifest]]


class _Object:
    """What is known of one object."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.begun = False
        self.stream: Stream | None = None
        self.reads = 0
        self.found: Manifest | None = None
        self.known_at = float("-inf")
        """When it was read, or its watch began."""
        self.is_proved = False
        """Whether its watch was compared with the object once."""

    @property
    def check_at(self) -> float:
        """Return when the object has to be read although it is watched."""
        return self.known_at + _CHECKS[self.is_proved]

    @property
    def is_watched(self) -> bool:
        """Return whether its watch has begun, and is believed."""
        return self.watched.latest is not None

    def hold_against(self, found: Manifest | None) -> None:
        """Stop using the watch if its object is not the version that was just read."""
        latest = self.watched.latest
        if latest is not None and _version(latest[0]) != _version(found):
            self.watched.distrust()
        self.is_proved = True


class Watcher:
    """See api.Watcher for its methods."""

    def __init__(self, namespace: str, read: Read, begin: Open, clock: Clock) -> None:
        self._namespace = namespace
        self._read = read
        self._begin = begin
        self._clock = clock
        self._bell = threading.Event()
        self._objects: dict[tuple[Kind, str], _Object] = {}

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_error: object) -> None:
        for each in self._objects.values():
            if each.stream is not None:
                each.stream.give_up()

    def get(self, kind: Kind, name: str, age: float = 0.0) -> Manifest | None:
        """Return an object as it is now, or was ``age`` seconds ago. None if there is none."""
        if (kind, name) not in self._objects:
            self._objects[kind, name] = _Object(Watched(kind, name, self._namespace, self._bell))
        known = self._objects[kind, name]
        now = self._clock.monotonic()
        if known.reads >= _READS_BEFORE and not known.begun:
            self._watch(known, now)
        latest = known.watched.latest
        if latest is not None and now < known.check_at:
            return latest[0]
        if now - known.known_at < age:
            return known.found
        known.found, known.known_at, known.reads = self._read(kind, name), now, known.reads + 1
        if latest is not None:
            known.hold_against(known.found)
        return known.found

    def rest(self, pause: float, left: float) -> None:
        """Wait for a change as long as all watches work. If one does not, wait ``pause`` seconds."""
        if self._objects and all(each.is_watched for each in self._objects.values()):
            now = self._clock.monotonic()
            if self._bell.wait(min(left, *(max(0.0, each.check_at - now) for each in self._objects.values()))):
                self._bell.clear()
                self._clock.sleep(min(left, _FLOCK))
            return
        self._clock.sleep(min(pause, left))

    def _watch(self, known: _Object, now: float) -> None:
        known.begun, known.stream = True, self._begin(known.watched)
        if known.stream is None:
            known.watched.distrust()
        elif known.watched.pending:
            self._bell.wait(_BEGINNING)
        if known.is_watched:
            known.known_at = now


def _version(manifest: Manifest | None) -> object:
    return None if manifest is None else manifest["metadata"].get("resourceVersion")
