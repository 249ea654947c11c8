# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The router, skrouterd, with the AMQP library it is made for (C and C++), its Python code and its start script."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Mapping
from pathlib import Path

from ..cache import content_key
from .packages import PYTHON
from .sources import PROTON, ROUTER
from .steps import Log, jobs

# The entry is built elsewhere than where it is used: everything is found from the program's own place. Python code in
# the cache stays as it was built, and is not mistaken for that of another Python that is first on PATH.
_SKROUTERD = """\
#!/bin/sh
here=$(dirname "$(dirname "$(readlink -f "$0")")")
export PYTHONHOME=/usr PYTHONDONTWRITEBYTECODE=1
exec "$here/libexec/skrouterd" -I "$here/python" "$@"
"""
_START = ("launch.sh", "configure.sh", "create_sasldb.sh", "expandvars.py", "auto_mesh.py")
_BOTH = (
    "-GNinja",
    "-DCMAKE_BUILD_TYPE=Release",
    "-DBUILD_TESTING=OFF",
    "-DENABLE_WARNING_ERROR=OFF",
    "-DCMAKE_SKIP_RPATH=ON",
    f"-DPython_EXECUTABLE={PYTHON}",
    "-DPython_ROOT_DIR=/usr",
)
_PROTON = (
    "-DBUILD_TLS=ON",
    "-DSSL_IMPL=openssl",
    "-DBUILD_BINDINGS=",
    "-DBUILD_TOOLS=OFF",
    "-DBUILD_EXAMPLES=OFF",
    "-DCMAKE_SHARED_LINKER_FLAGS=-Wl,-rpath,'$ORIGIN'",
)
_ROUTER = (
    f"-DVERSION={ROUTER.version}",
    "-DQD_ENABLE_ASSERTIONS=OFF",
    "-DCMAKE_INSTALL_PREFIX=/usr/local",  # below DESTDIR only
    "-DCMAKE_EXE_LINKER_FLAGS=-Wl,-rpath,'$ORIGIN/../lib'",
)


def distribution() -> str:
    """Name what the libraries of the system belong to, such as "linux x86_64 debian 12"."""
    release = platform.freedesktop_os_release()
    return " ".join([platform.system(), platform.machine(), release["ID"], release.get("VERSION_ID", "")])


def key() -> str:
    """Hash everything the router is made from, but for the libraries of the system, which are named."""
    return content_key(distribution(), _SKROUTERD, *_START, *_BOTH, *_PROTON, *_ROUTER, PROTON.key, ROUTER.key)


def build(directory: Path, work: Path, log: Log) -> None:
    """Build the library and the router and put into a directory what runs of them; BuildFailed if that fails."""
    library, tree = work / "library", work / "tree"
    # Absolute, as cmake takes it: a relative one would be completed with the folder it is called in.
    places = (f"-DCMAKE_INSTALL_PREFIX={library}", f"-DLIB_INSTALL_DIR={library / 'lib'}")
    _cmake("qpid-proton", PROTON.unpack(work, log), log, (*_PROTON, *places), os.environ)
    environment = os.environ | {"DESTDIR": str(tree)}
    source = ROUTER.unpack(work, log)
    _cmake("skupper-router", source, log, (*_ROUTER, f"-DCMAKE_PREFIX_PATH={library}"), environment)
    _collect(directory, library / "lib", tree / "usr" / "local", source / "scripts")
    compile_python(directory / "python", log)
    log.run("trying skrouterd", [directory / "bin" / "skrouterd", "--version"])


def _cmake(name: str, source: Path, log: Log, options: tuple[str, ...], environment: Mapping[str, str]) -> None:
    build = source.with_name(f"{source.name}-build")
    build.mkdir()
    # In its folder: configuring the router writes a file to wherever it is called.
    log.run(f"configuring {name}", ["cmake", *_BOTH, *options, source], build)
    log.run(f"compiling {name}", ["ninja", f"-j{jobs()}"], build)
    log.run(f"installing {name}", ["cmake", "--install", build, "--strip"], build, environment)


def _collect(directory: Path, libraries: Path, installed: Path, scripts: Path) -> None:
    for name in ("bin", "lib", "libexec", "home/bin", "home/etc"):
        (directory / name).mkdir(parents=True)
    for library in libraries.glob("*.so.*"):
        shutil.copy2(library, directory / "lib", follow_symlinks=False)
    shutil.copy2(installed / "sbin" / "skrouterd", directory / "libexec")
    shutil.copy2(installed / "bin" / "skmanage", directory / "libexec")
    shutil.copytree(installed / "lib" / "skupper-router" / "python", directory / "python")
    for name in _START:
        shutil.copy2(scripts / name, directory / "home" / "bin")
    write_program(directory / "bin" / "skrouterd", _SKROUTERD)


def write_program(path: Path, text: str) -> None:
    """Write a script that everybody may run."""
    path.write_text(text)
    path.chmod(0o755)


def compile_python(directory: Path, log: Log) -> None:
    """Compile Python code once and for all, since nothing may be added to the cache later."""
    compiler = [PYTHON, "-m", "compileall", "-q", "--invalidation-mode=unchecked-hash", "-s"]
    log.run("compiling Python code", [*compiler, directory, directory])
