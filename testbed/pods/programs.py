# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands for the image of a container: the container's name says which program, whatever image it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..skupper import Programs

_COMMANDS = {
    "router": "launch.sh",
    "config-sync": "config-sync",
    "service-controller": "service-controller",
    "site-controller": "site-controller",
}


class UnknownProgram(Exception):
    """A container has a name for which there is no program here."""


@dataclass(frozen=True)
class Image:
    """A root folder, a command with its environment and directory, and what else has to be seen in the container."""

    root: Path
    argv: tuple[str, ...]
    environment: dict[str, str]
    directory: str
    shown: tuple[Path, ...]


def image_of(container: str, programs: Programs) -> Image:
    """Return what to run for a container by its name; UnknownProgram if it is none of Skupper's."""
    if container not in _COMMANDS:
        raise UnknownProgram(f"there is no program for a container {container}")
    command = Path(programs.seen(_COMMANDS[container]))
    environment = {"PATH": programs.path}
    if container == "router":
        # The start script finds its own parts from there.
        environment["QDROUTERD_HOME"] = str(command.parents[1])
    shown = () if programs.images else (programs.folder,)
    return Image(programs.root(container), (str(command),), environment, str(command.parent), shown)
