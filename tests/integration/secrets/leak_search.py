# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What counts as a secret, and how it is found in a text whatever way it was written."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

_BLANK = re.compile(r"\s|\\+n")
_SHORTEST = 6
# What all keys have in common.
_FRAMES = [
    f"-----{mark} {kind}PRIVATE KEY-----\n".encode() for mark in ("BEGIN", "END") for kind in ("", "EC ", "RSA ")
]
# Long secrets are looked for by pieces, so that any part of one that has 36 characters is found.
_PIECE = 24
_STEP = 12


@dataclass(frozen=True)
class Secret:
    """A value that must not be seen, and what to call it when it was."""

    name: str
    value: bytes = field(repr=False)


@dataclass(frozen=True)
class Sighting:
    """A text that others could read, and where."""

    channel: str
    where: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Leak:
    """A secret where it should not be."""

    channel: str
    where: str
    secret: str
    around: str

    def __str__(self) -> str:
        return f"{self.channel}: {self.secret} in {self.where}: {self.around}"


def find_leaks(sightings: Iterable[Sighting], secrets: Iterable[Secret], public: Iterable[bytes] = ()) -> list[Leak]:
    """Every secret in every text, once for each place.

    What a key has in common with ``public`` values, certificates, does not give it away.
    """
    wanted = {piece: secret.name for secret in secrets for piece in _pieces(secret.value)}
    known = "\0".join(_BLANK.sub("", spelling) for value in (*public, *_FRAMES) for spelling in _spellings(value))
    for length in {len(piece) for piece in wanted}:
        for part in _parts(known, length):
            wanted.pop(part, None)
    return [leak for sighting in sightings for leak in _leaks(sighting, wanted)]


def _parts(text: str, length: int) -> Iterator[str]:
    """Every part of a text that has a length: one look at each costs less than a search for each secret."""
    return (text[start : start + length] for start in range(len(text) - length + 1))


def _leaks(sighting: Sighting, wanted: Mapping[str, str]) -> Iterator[Leak]:
    text = _BLANK.sub("", sighting.text)
    places: dict[str, int] = {}
    for length in {len(piece) for piece in wanted}:
        for start, part in enumerate(_parts(text, length)):
            name = wanted.get(part)
            if name is not None:
                places.setdefault(name, start)
    for name, place in places.items():
        yield Leak(sighting.channel, sighting.where, name, f"...{text[max(0, place - 100) : place]}[{name}]")


def _pieces(value: bytes) -> Iterator[str]:
    for spelling in _spellings(value):
        text = _BLANK.sub("", spelling)
        if len(text) < 2 * _PIECE:
            # Cut to few lengths, for the search goes through a text once for each.
            yield text[: len(text) // 4 * 4]
        else:
            yield from (text[start : start + _PIECE] for start in range(0, len(text) - _PIECE + 1, _STEP))


def _spellings(value: bytes) -> Iterator[str]:
    """The value as it is, as in a URL, and in base64, alone or at any offset in something longer."""
    text = value.decode("utf-8", "replace")
    if len(text) < _SHORTEST:
        raise ValueError(f"{text} is too short to be looked for")
    yield text
    yield quote(text, safe="")
    yield base64.b64encode(value).decode()
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + value).decode()
        # The characters that the value shares with its neighbours can't be known.
        yield encoded[4 if offset else 0 : -4]
