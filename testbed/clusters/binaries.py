# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The programs of a control plane: those of KUBEBUILDER_ASSETS, and our own build for what is missing there."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import toolchain
from ..cache import cache_root, content_key, entry
from ..processes import last_lines

_SOURCES = Path(__file__).parent.parent / "controlplane"
_BINARY = "controlplane"
_EVERY = 15.0  # seconds between two progress lines


class BuildFailed(Exception):
    """The control plane could not be built; the message names the log and quotes the end of it."""


@dataclass(frozen=True)
class Binaries:
    """How to call each component, without its flags."""

    etcd: tuple[str, ...]
    api_server: tuple[str, ...]
    controller_manager: tuple[str, ...]


def find() -> Binaries:
    """Return programs that are ready to run; build them first if there are none (this takes minutes, once)."""
    names = ("etcd", "kube-apiserver", "kube-controller-manager")
    given = _assets(names)
    missing = [name for name in names if name not in given]
    if given and missing:
        _say(f"KUBEBUILDER_ASSETS has no {' and no '.join(missing)}: the testbed's own build is used for that")
    own = str(build()) if missing else ""
    return Binaries(*((given[name],) if name in given else (own, name) for name in names))


def _assets(names: Sequence[str]) -> dict[str, str]:
    directory = os.environ.get("KUBEBUILDER_ASSETS")
    if not directory:
        return {}
    given = {name: str(Path(directory, name).absolute()) for name in names if os.access(Path(directory, name), os.X_OK)}
    if not given:
        _say(f"KUBEBUILDER_ASSETS={directory} holds no control plane: the testbed's own build is used")
    return given


def build() -> Path:
    """Return the path of our own control plane binary, out of the cache or compiled into it."""
    sources = [_SOURCES / name for name in ("main.go", "go.mod", "go.sum")]
    key = content_key(platform.system(), platform.machine(), *_flags(), *sources)
    return entry("controlplane", key, _compile) / _BINARY


def _flags() -> tuple[str, ...]:
    """Ask for a small binary that does not depend on where it was built, and that reports its version to clients."""
    version = re.search(r"k8s\.io/kubernetes v((\d+)\.(\d+)\.\S+)", (_SOURCES / "go.mod").read_text())
    if not version:
        raise BuildFailed(f"{_SOURCES / 'go.mod'} does not name the version of k8s.io/kubernetes")
    stamp = {"gitVersion": f"v{version[1]}", "gitMajor": version[2], "gitMinor": version[3], "gitCommit": ""}
    stamps = (f"-X k8s.io/component-base/version.{name}={value}" for name, value in stamp.items())
    return "-trimpath", f"-ldflags=-s -w {' '.join(stamps)}"


def _compile(directory: Path) -> None:
    log = cache_root() / "controlplane-build.log"
    log.write_text("")
    with toolchain.find_go(_SOURCES / "go.mod", log, _say) as go, log.open("a") as output:
        _say(f"building etcd and Kubernetes with {go.version}, once; usually 4 to 8 minutes on two cores (log: {log})")
        packages = _packages(go, log)
        command = [go.program, "build", "-v", *_flags(), "-o", str(directory / _BINARY), "."]
        started, logged = time.monotonic(), log.stat().st_size
        with subprocess.Popen(command, cwd=_SOURCES, env=go.environment, stdout=output, stderr=output) as compiler:
            try:
                _report(compiler, log, logged, packages, started)
            except BaseException:
                compiler.kill()
                raise
    if compiler.returncode:
        raise BuildFailed(f"building the control plane failed; {last_lines(log, 20)}")
    _say(f"built in {time.monotonic() - started:.0f} s")


def _packages(go: toolchain.Go, log: Path) -> int:
    """Count the packages to compile; as a side effect their sources are downloaded."""
    _say("downloading the sources (about 100 MB)")
    with log.open("a") as output:
        listed = subprocess.run(
            [go.program, "list", "-deps", "."],
            cwd=_SOURCES, env=go.environment, stdout=subprocess.PIPE, stderr=output, text=True, check=False,
        )  # fmt: skip
    if listed.returncode:
        raise BuildFailed(f"the control plane's sources cannot be had; {last_lines(log, 20)}")
    return len(listed.stdout.splitlines())


def _report(compiler: subprocess.Popen[bytes], log: Path, offset: int, packages: int, started: float) -> None:
    while True:
        try:
            compiler.wait(_EVERY)
            return
        except subprocess.TimeoutExpired:
            with log.open("rb") as stream:
                stream.seek(offset)
                compiled = stream.read().count(b"\n")
            # Linking says nothing and comes after the last package.
            _say(f"{time.monotonic() - started:4.0f} s, compiled {compiled} of at most {packages} packages")


def _say(text: str) -> None:
    print(f"testbed: control plane: {text}", file=sys.stderr, flush=True)
