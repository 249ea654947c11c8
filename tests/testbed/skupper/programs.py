# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the programs are, building them first if they are nowhere, and why they or real sites cannot be had."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..cache import cache_root, entry, is_intact
from . import controllers, packages, router, skmanage
from .sources import PROTON, ROUTER, SKUPPER, Source
from .steps import BuildFailed, Log, Took, say


@dataclass(frozen=True)
class Programs:
    """The programs of a site and the CLI; each can be called from anywhere as long as it sees the cache."""

    cli: Path
    config_sync: Path
    service_controller: Path
    site_controller: Path
    router: Path
    skmanage: Path
    router_home: Path  # for QDROUTERD_HOME; its bin/launch.sh ends by calling skrouterd, found on PATH
    get: Path  # what the CLI runs in the service controller's container


@dataclass(frozen=True)
class Part:
    """What is built together: an entry of the cache."""

    name: str
    key: str
    sources: tuple[Source, ...]
    build: Callable[[Path, Path, Log], None]  # into a directory, with another one for work, and a log

    @property
    def ready(self) -> bool:
        """Whether it is in the cache as it was built."""
        return is_intact(cache_root() / self.name / self.key)

    def entry(self) -> Path:
        """Return its directory in the cache; BuildFailed if it cannot be built."""
        return entry(self.name, self.key, self._build)

    def _build(self, directory: Path) -> None:
        log = Log.start(self.name)
        say(f"building {self.name}, once; usually 1 to 4 minutes on two cores (log: {log.path})")
        # In there it goes with whatever an interrupted build leaves.
        work = directory / "work"
        work.mkdir()
        took = Took()
        self.build(directory, work, log)
        shutil.rmtree(work)
        say(f"built {self.name} in {took.stop()}")


def _parts() -> tuple[Part, Part]:
    """Describe what depends on nothing else; BuildFailed if SKUPPER_SOURCES lacks an archive."""
    return (
        Part("skupper", controllers.key(), (SKUPPER,), controllers.build),
        Part("skupper-router", router.key(), (PROTON, ROUTER), router.build),
    )


def find() -> Programs:
    """Return programs that are ready to run, building what is missing (minutes, once); BuildFailed if that fails."""
    return prepare()[0]


def prepare() -> tuple[Programs, dict[str, Took]]:
    """Return the programs as `find` does, and what each part took: next to nothing if it was in the cache."""
    parts: dict[str, Took] = {}

    def timed(name: str, step: Callable[[], Path]) -> Path:
        parts[name] = Took()
        result = step()
        parts[name].stop()
        return result

    parts["packages"] = Took()
    packages.ensure()
    parts["packages"].stop()
    site, amqp = _parts()
    tool = Part("skmanage", skmanage.key(amqp.key), (), partial(skmanage.build, amqp.entry))
    directories = [timed(part.name, part.entry) for part in (site, amqp, tool)]
    return _programs(*directories), parts


def _programs(site: Path, amqp: Path, tool: Path) -> Programs:
    return Programs(
        cli=site / "skupper",
        config_sync=site / "config-sync",
        service_controller=site / "service-controller",
        site_controller=site / "site-controller",
        router=amqp / "bin" / "skrouterd",
        skmanage=tool / "bin" / "skmanage",
        router_home=amqp / "home",
        get=site / "get",
    )


def obstacle() -> str | None:
    """Tell in one line why real sites cannot be had on this machine, None if they can."""
    if os.geteuid() != 0:
        return "real sites need root: their pods run in network and mount namespaces"
    return packages.obstacle(packages.missing()) or _confined() or _no_sources()


def _confined() -> str | None:
    if not shutil.which("unshare"):
        return None  # it is about to be installed
    attempt = subprocess.run(["unshare", "--mount", "--net", "--uts", "true"], capture_output=True, check=False)
    return "real sites need namespaces, which root may not make here" if attempt.returncode else None


def _no_sources() -> str | None:
    try:
        wanted = [source for part in _parts() if not part.ready for source in part.sources]
    except BuildFailed as failure:
        return str(failure)
    return next((reason for source in wanted if not source.archive and (reason := source.unreachable())), None)
