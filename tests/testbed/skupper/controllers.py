# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Skupper's own programs, which are written in Go."""

from __future__ import annotations

import platform
from pathlib import Path

from .. import toolchain
from ..cache import content_key
from .sources import SKUPPER
from .steps import BuildFailed, Log, say

_COMMANDS = ("skupper", "config-sync", "service-controller", "site-controller", "get")
_VERSION = f"github.com/skupperproject/skupper/pkg/version.Version={SKUPPER.version}"
_FLAGS = ("-trimpath", f"-ldflags=-s -w -X {_VERSION}")
# Written by go-swagger, as scripts/libpod-generate.sh has it; released archives hold it and the repository does not.
_GENERATED = Path("client", "generated", "libpod")
_DEFINITION = Path("scripts", "swagger-v4.0.3.yaml")
_GENERATOR = "github.com/go-swagger/go-swagger/cmd/swagger"
# Later ones give types other names. Its own x/tools does not compile from Go 1.25 on.
_PINS = (f"{_GENERATOR}@v0.30.2", "golang.org/x/tools@v0.38.0")


def key() -> str:
    """Hash everything the programs are made from."""
    return content_key(platform.system(), platform.machine(), *_FLAGS, *_COMMANDS, *_PINS, SKUPPER.key)


def build(directory: Path, work: Path, log: Log) -> None:
    """Compile the programs into a directory; BuildFailed if one cannot be compiled."""
    source = SKUPPER.unpack(work, log)
    try:
        with toolchain.find_go(source / "go.mod", log.path, say) as go:
            if not (source / _GENERATED).is_dir():
                _generate(source, work, go, log)
            command = [go.program, "build", "-v", *_FLAGS, "-o", f"{directory}/"]
            packages = [f"./cmd/{name}" for name in _COMMANDS]
            log.run("compiling Skupper", [*command, *packages], source, go.environment)
    except toolchain.NoGo as error:
        raise BuildFailed(str(error)) from error


def _generate(source: Path, work: Path, go: toolchain.Go, log: Log) -> None:
    """Write the client of Podman's API as Skupper's releases do."""
    module = work / "generator"
    module.mkdir()
    for arguments in (["mod", "init", "generator"], ["get", *_PINS], ["build", "-o", "swagger", _GENERATOR]):
        log.run("building go-swagger", [go.program, *arguments], module, go.environment)
    (source / _GENERATED).mkdir(parents=True)
    options = ["--keep-spec-order", f"--target={_GENERATED}", f"--spec={_DEFINITION}"]
    command = [f"{module}/swagger", "generate", "client", *options]
    log.run("generating the client of Podman's API", command, source, go.environment)
