# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How kubectl reads kubeconfigs, answered by its own library."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import goprograms

_SOURCES = Path(__file__).parent / "clientcmd"
# Whatever would lead elsewhere than the files that are asked about.
_OF_NOTHING = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


@dataclass(frozen=True)
class Question:
    """The files as in KUBECONFIG, and a context unless the current one is meant."""

    files: Sequence[str]
    context: str = ""


@dataclass(frozen=True)
class View:
    """What kubectl would do, or why it would do nothing."""

    error: str
    server: str
    namespace: str
    tls_name: str
    insecure: bool
    authority: bytes
    proxy: str
    acts_as: str
    login: frozenset[str]
    """How it would log in: token, basic, certificate, exec, provider; none of them is an anonymous request."""


def ask(questions: Iterable[Question]) -> list[View]:
    """Answer questions in their order; sends nothing and runs no credential plugin."""
    lines = "".join(json.dumps({"files": list(each.files), "context": each.context}) + "\n" for each in questions)
    program = str(goprograms.build(_SOURCES))
    done = subprocess.run([program], input=lines, env=_OF_NOTHING, capture_output=True, text=True, check=True)
    return [_view(json.loads(line)) for line in done.stdout.splitlines()]


def _view(answer: dict[str, Any]) -> View:
    return View(
        error=answer.get("error", ""),
        server=answer.get("server", ""),
        namespace=answer.get("namespace", ""),
        tls_name=answer.get("tls_name", ""),
        insecure=answer.get("insecure", False),
        authority=base64.b64decode(answer.get("ca", "")),
        proxy=answer.get("proxy", ""),
        acts_as=answer.get("as", ""),
        login=frozenset(answer["login"]),
    )
