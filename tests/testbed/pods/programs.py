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

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class UnknownProgram(Exception):
    """A container has a name for which there is no program here."""


@dataclass(frozen=True)
class Image:
    """A command, the environment it wants, and directories that have to be seen in the container."""

    argv: tuple[str, ...]
    environment: dict[str, str]
    directories: tuple[Path, ...]


def image_of(container: str, programs: Programs) -> Image:
    """Return what to run for a container by its name; UnknownProgram if it is none of Skupper's."""
    if container == "router":
        return _router(programs)
    plain = {
        "config-sync": programs.config_sync,
        "service-controller": programs.service_controller,
        "site-controller": programs.site_controller,
    }
    if container not in plain:
        raise UnknownProgram(f"there is no program for a container {container}")
    program = plain[container]
    # The CLI runs "get" in the service controller's container.
    directories = tuple(dict.fromkeys((program.parent, programs.get.parent)))
    path = ":".join([*map(str, directories), _PATH])
    return Image((str(program),), {"PATH": path}, directories)


def _router(programs: Programs) -> Image:
    # Their installation prefixes: libraries and Python packages lie beside the programs.
    directories = (programs.router.parent.parent, programs.skmanage.parent.parent, programs.router_home)
    path = f"{programs.router.parent}:{programs.skmanage.parent}:{_PATH}"
    launch = programs.router_home / "bin" / "launch.sh"
    return Image((str(launch),), {"PATH": path, "QDROUTERD_HOME": str(programs.router_home)}, directories)
