# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The versions of the collection's dependencies in an environment."""

from __future__ import annotations

from tools.envs import Env

PACKAGES = ("ansible_core", "kubernetes", "cryptography")


def versions(env: Env) -> dict[str, str]:
    """Return the versions of Python and of the installed packages, by name; empty if the environment does not exist."""
    found: dict[str, str] = {}
    for path in sorted(env.path.glob("lib/python*/site-packages/*.dist-info")):
        name, _mark, version = path.name.removesuffix(".dist-info").rpartition("-")
        if name in PACKAGES:
            found |= {"Python": path.parents[1].name.removeprefix("python"), name.replace("_", "-"): version}
    return found


def told(env: Env) -> str:
    """Return them as one line."""
    return f"{env.name}: {', '.join(' '.join(pair) for pair in versions(env).items()) or 'not there'}"
