# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the programs of a line and check them, and say in one sentence what keeps real sites from running here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cache import cache_root
from .lines import CLI, CLI_ASK, LINES

VERSION = "1.9.6"
NOTE = "LINE.json"
VARIABLE = "SKUPPER_PROGRAMS"
_ADVICE = f"run `make programs`, or set {VARIABLE} to a folder that has them"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# The command line looks for no cluster then.
_ENVIRONMENT = {"PATH": _PATH, "HOME": "/nonexistent", "KUBECONFIG": os.devnull, "SKUPPER_PLATFORM": "kubernetes"}
_PATIENCE = 30.0  # seconds
# As in a container, where root may read no more than others.
_POWERLESS = ("setpriv", "--bounding-set=-all", "--no-new-privs")
# What pods need of the machine, by the names of Debian's packages.
_HELPERS = {"ip": "iproute2", "nsenter": "util-linux", "setpriv": "util-linux", "unshare": "util-linux"}
_OF_START_SCRIPT = {"bash": "bash", "hostname": "hostname", "python3": "python3"}


class NoPrograms(Exception):
    """The programs are missing, incomplete, of another version, or do not start; the message is one clause."""


@dataclass(frozen=True)
class Programs:
    """The programs of a line: below a root folder for each image, or as an installation."""

    version: str
    folder: Path
    images: bool

    @property
    def cli(self) -> Path:
        """The command line, which runs on the machine itself."""
        return self.folder / CLI

    @property
    def path(self) -> str:
        """The PATH that containers have."""
        return _PATH if self.images else f"{self.folder}/sbin:{self.folder}/bin:{_PATH}"

    def root(self, container: str) -> Path:
        """Return the folder that a container has as its root: that of its image, or the machine's."""
        return self.folder / container if self.images else Path("/")

    def seen(self, name: str) -> str:
        """Return the path of a program as its container sees it."""
        program = LINES[self.version].programs[name]
        return program.in_image if self.images else str(self.folder / program.installed)

    def file(self, name: str) -> Path:
        """Return the path of a program as the machine sees it."""
        return self.root(LINES[self.version].programs[name].container) / self.seen(name).lstrip("/")


def home() -> Path:
    """Return the folder with a folder for each line; NoPrograms if it is given by a relative path."""
    given = os.environ.get(VARIABLE)
    if given and not Path(given).is_absolute():
        raise NoPrograms(f"{VARIABLE}={given} is not an absolute path")
    return Path(given) if given else cache_root() / "programs"


def find() -> Programs:
    """Return the programs without starting any; NoPrograms if they are missing, incomplete or of another line."""
    return find_in(home() / VERSION, VERSION)


def find_in(folder: Path, version: str) -> Programs:
    """Return the programs of a line in its folder; NoPrograms as `find`."""
    if not folder.is_dir():
        raise NoPrograms(f"there is no folder {folder} with Skupper's programs")
    programs = Programs(version, folder, _has_images(folder, version))
    files = {"skupper": programs.cli} | {name: programs.file(name) for name in LINES[version].programs}
    missing = [name for name, file in files.items() if not (file.is_file() and os.access(file, os.X_OK))]
    if missing:
        raise NoPrograms(f"{folder} is incomplete, it lacks {', '.join(missing)}")
    return programs


def _has_images(folder: Path, version: str) -> bool:
    """Read the note beside the programs: whether they are those of images; NoPrograms if they are of another line."""
    note = folder / NOTE
    try:
        content = json.loads(note.read_text())
        line, images = str(content["line"]), dict(content.get("images", {}))
    except FileNotFoundError:
        raise NoPrograms(f"{folder} has no {NOTE}, which names the line of its programs") from None
    except (OSError, ValueError, TypeError, KeyError):
        raise NoPrograms(f"{note} does not name the line of the programs beside it") from None
    if line != version:
        raise NoPrograms(f"{note} names line {line}, expected was {version}")
    for container, image in LINES[version].images.items() if images else ():
        if images.get(container) != image.described:
            found = images.get(container, "no image")
            raise NoPrograms(f"{note} names {found} for {container}, expected was {image.described}")
    return bool(images)


def check(programs: Programs) -> None:
    """Start the programs as root; NoPrograms if one does not start or reports another version."""
    for name, program in LINES[programs.version].programs.items():
        if program.ask:
            enter = ["chroot", str(programs.root(program.container))] if programs.images else _POWERLESS
            expected = LINES[programs.version].images[program.container].tag if program.reports else None
            _ask([*enter, programs.seen(name), *program.ask], expected)
    check_cli(programs)


def check_cli(programs: Programs) -> None:
    """Start the command line; NoPrograms as `check`."""
    _ask([str(programs.cli), *CLI_ASK], programs.version)


def _ask(command: Sequence[str], expected: str | None) -> None:
    """Run a command, whose first line ends with the expected version unless that is None."""
    text = " ".join(command)
    try:
        done = subprocess.run(
            command,
            env=_ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except OSError as error:
        raise NoPrograms(f"`{text}` does not start: {error.strerror}") from error
    except subprocess.TimeoutExpired:
        raise NoPrograms(f"`{text}` does not answer within {_PATIENCE:g} s") from None
    if done.returncode:
        raise NoPrograms(f"`{text}` does not start: {last_line(done.stderr) or f'exit status {done.returncode}'}")
    reported = (done.stdout.split("\n", 1)[0].split() or ["nothing"])[-1]
    if expected not in (None, reported):
        raise NoPrograms(f"`{text}` reports version {reported}, expected was {expected}")


def last_line(text: str) -> str:
    """Return the last line of an output that is not empty, "" if there is none."""
    return ([""] + [line.strip() for line in text.splitlines() if line.strip()])[-1]


def obstacle() -> str | None:
    """Say in one sentence why real sites cannot run on this machine, None if they can."""
    if os.geteuid() != 0:
        return "real sites need root, since their pods run in network and mount namespaces"
    try:
        programs = find()
        reason = _unable(programs)
        if not reason:
            check(programs)
    except NoPrograms as lack:
        reason = f"{lack}: {_ADVICE}"
    return reason


def _unable(programs: Programs) -> str | None:
    """Say why pods cannot run on this machine, None if they can."""
    packages = _missing(_HELPERS if programs.images else _HELPERS | _OF_START_SCRIPT)
    if packages:
        return f"pods need programs that are missing here: apt-get install {' '.join(packages)}"
    attempt = subprocess.run(["unshare", "--mount", "--net", "--uts", "true"], capture_output=True, check=False)
    return "real sites need namespaces, which root may not make here" if attempt.returncode else None


def _missing(helpers: dict[str, str]) -> list[str]:
    """Name the packages of the programs that the machine lacks."""
    return sorted({package for program, package in helpers.items() if not shutil.which(program, path=_PATH)})
