# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prepare a home for ansible-test: it passes no settings on to pip, and fetches pip itself from outside the index."""

from __future__ import annotations

import ast
import contextlib
import fcntl
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from testbed.cache import cache_root, content_key, is_intact, seal
from tools.envs import Env

BOOTSTRAP = '''\
"""Stand-in for the get-pip.py that ansible-test would fetch: the pip that Python brings along does as well."""

import runpy
import sys

sys.argv = ["ensurepip"]
runpy.run_module("ensurepip", run_name="__main__")
'''


def pip_versions(env: Env) -> set[str]:
    """Return the versions of pip that this ansible-test asks for, by ansible_test/_internal/python_requirements.py."""
    (source,) = env.path.glob("lib/python*/site-packages/ansible_test/_internal/python_requirements.py")
    return set(re.findall(r"pip='([\d.]+)'", source.read_text(encoding="utf-8")))


def pip_settings(env: Env) -> dict[str, dict[str, str]]:
    """Return the user's pip settings from files and environment, as sections of one file; the environment wins."""

    def ask(*words: str) -> str:
        command = [str(env.bin("python")), "-m", "pip", *words]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    found = dict(re.findall(r"^(\S+?)=(.*)$", ask("config", "list"), flags=re.MULTILINE))
    sections: dict[str, dict[str, str]] = {"global": {"cache-dir": ask("cache", "dir")}}
    for name in sorted(found, key=lambda name: name.startswith(":env:")):
        section, option = name.replace(":env:", "global", 1).rsplit(".", 1)
        sections.setdefault(section, {})[option] = str(ast.literal_eval(found[name])).replace("\n", "\n    ")
    return sections


@contextlib.contextmanager
def home(env: Env) -> Iterator[Path]:
    """Lend the home directory in which ansible-test keeps the environments of its tests, which take minutes to make.

    All checkouts share it, one after the other. What was changed since its last use, by a run that was ended half-way
    or by another program, is made anew.
    """
    path = cache_root() / "ansible-test" / _key(env)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        venvs = path / ".ansible" / "test" / "venv"
        if not is_intact(venvs):
            shutil.rmtree(venvs, ignore_errors=True)
        _furnish(path, env)
        yield path
        seal(venvs)


def _key(env: Env) -> str:
    """Return the key of ansible-test's environments: the versions of ansible-core and Python."""
    code = "import sys, ansible.release as r; print(r.__version__, sys.version, sys.base_prefix)"
    done = subprocess.run([str(env.bin("python")), "-c", code], capture_output=True, text=True, check=True)
    return content_key(done.stdout)


def _furnish(path: Path, env: Env) -> None:
    cache = path / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in pip_versions(env):
        (cache / f"get_pip_{version.replace('.', '_')}.py").write_text(BOOTSTRAP, encoding="utf-8")
    settings = path / ".config" / "pip" / "pip.conf"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.touch(mode=0o600)  # an index may be named with a password in it
    lines = [
        line
        for section, options in pip_settings(env).items()
        for line in (f"[{section}]", *(f"{option} = {value}" for option, value in options.items()))
    ]
    settings.write_text("\n".join(lines) + "\n", encoding="utf-8")
