# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which versions an environment holds of what the collection stands on."""

from __future__ import annotations

from tools.envs import Env

PACKAGES = ("ansible_core", "kubernetes", "cryptography")


def versions(env: Env) -> dict[str, str]:
    """The versions of Python and of packages that are installed, by name; empty for an environment that is not there."""
    found: dict[str, str] = {}
    for path in sorted(env.path.glob("lib/python*/site-packages/*.dist-info")):
        name, _mark, version = path.name.removesuffix(".dist-info").rpartition("-")
        if name in PACKAGES:
            found |= {"Python": path.parents[1].name.removeprefix("python"), name.replace("_", "-"): version}
    return found


def told(env: Env) -> str:
    """One line of them."""
    return f"{env.name}: {', '.join(' '.join(pair) for pair in versions(env).items()) or 'not there'}"
