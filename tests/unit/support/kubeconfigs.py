# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kubeconfigs, as dictionaries and as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def kubeconfig(*names: str, current: str | None = None, **users: dict[str, Any]) -> dict[str, Any]:
    """One context, cluster and user of each name; the token of a user is its name unless it is given as something else."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        **({"current-context": current} if current is not None else {}),
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}} for name in names],
        "clusters": [{"name": name, "cluster": {"server": f"https://{name}.example:6443"}} for name in names],
        "users": [{"name": name, "user": users.get(name, {"token": f"token-{name}"})} for name in names],
    }


def write(path: Path, document: Any) -> str:
    """Write a document to a file and return its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else yaml.safe_dump(document), encoding="utf-8")
    return str(path)
