# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of Skupper: which official images and programs belong together, and where each program lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Image:
    """An official image at one version."""

    repository: str
    tag: str
    digest: str

    @property
    def pinned(self) -> str:
        """The reference by digest, which is unambiguous."""
        return f"{self.repository}@{self.digest}"

    @property
    def described(self) -> str:
        """The reference with its tag, for messages."""
        return f"{self.repository}:{self.tag}@{self.digest}"


@dataclass(frozen=True)
class Program:
    """A program of an image, and how it reports its version."""

    container: str  # of a site: the image is that of its name
    in_image: str
    installed: str  # below the folder of an installation
    ask: tuple[str, ...] = ()  # arguments that have it answer and end; without any it is not called
    reports: bool = True  # whether the answer ends with the version


@dataclass(frozen=True)
class Line:
    """What one version of Skupper consists of."""

    images: Mapping[str, Image]  # by the containers that run them
    programs: Mapping[str, Program]
    cli: str  # the release archive of the command line, which is in no image; MACHINE stands for the processor


CLI = "bin/skupper"  # below the folder of a line, beside images, too
CLI_ASK = ("version",)

_CONTROLLERS = {
    "config-sync": Program("config-sync", "/app/config-sync", "bin/config-sync", ("-version",)),
    "service-controller": Program(
        "service-controller", "/app/service-controller", "bin/service-controller", ("-version",)
    ),
    "site-controller": Program("site-controller", "/app/site-controller", "bin/site-controller", ("-version",)),
    # The command line runs it in the container.
    "get": Program("service-controller", "/usr/local/bin/get", "bin/get", ("--help",), reports=False),
}
_ROUTER = {
    "launch.sh": Program("router", "/home/skrouterd/bin/launch.sh", "home/skrouterd/bin/launch.sh"),
    "skrouterd": Program("router", "/usr/sbin/skrouterd", "sbin/skrouterd", ("--version",)),
    "skmanage": Program("router", "/usr/bin/skmanage", "bin/skmanage", ("--version",)),
}

LINES: Mapping[str, Line] = {
    "1.9.6": Line(
        images={
            "router": Image(
                "quay.io/skupper/skupper-router",
                "2.7.6",
                "sha256:d87c4fbc6a1cbe40a5805cc8b886bf98b5481a56f71b80e950260e00bb58eff5",
            ),
            "service-controller": Image(
                "quay.io/skupper/service-controller",
                "1.9.6",
                "sha256:dde746b5e41fe110511232b90582ee0d6d2bf1d0324075df803ef4e594f153ea",
            ),
            "config-sync": Image(
                "quay.io/skupper/config-sync",
                "1.9.6",
                "sha256:0367fc6c919a063382978b164d3852d50eed111b549cd0975d30382273ea1c59",
            ),
            "site-controller": Image(
                "quay.io/skupper/site-controller",
                "1.9.6",
                "sha256:0e74f81d25a721d32029c1f1b60f68178765414444c5b5f0faada6eea5da9cb8",
            ),
        },
        programs={**_CONTROLLERS, **_ROUTER},
        cli="https://github.com/skupperproject/skupper/releases/download/1.9.6/skupper-cli-1.9.6-linux-MACHINE.tgz",
    ),
}
