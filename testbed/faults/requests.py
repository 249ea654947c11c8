# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests in the words of RBAC, and patterns of the requests that a fault is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}


@dataclass(frozen=True)
class ApiRequest:
    """A request; what its path does not name is empty."""

    verb: str
    resource: str
    namespace: str
    name: str
    path: str

    @classmethod
    def read(cls, method: str, target: str) -> ApiRequest:
        """Read the first line of a request."""
        url = urlsplit(target)
        parts = [unquote(part) for part in url.path.split("/") if part]
        # /api/v1/..., /apis/GROUP/VERSION/...
        rest = parts[2:] if parts[:1] == ["api"] else parts[3:] if parts[:1] == ["apis"] else []
        namespace = ""
        if rest[:1] == ["namespaces"] and len(rest) > 2:
            namespace, rest = rest[1], rest[2:]
        resource, name = [*rest, "", ""][:2]
        verb = _VERBS.get(method, "get" if name or not resource else "list")
        if parse_qs(url.query).get("watch") == ["true"]:
            verb = "watch"
        return cls(verb, resource, namespace, name, target)

    @property
    def writes(self) -> bool:
        """Whether it asks to change something: neither a dry run nor a question about one's own rights does."""
        reads = self.verb in ("get", "list", "watch") or self.resource == "selfsubjectaccessreviews"
        return not reads and "dryRun=" not in self.path

    def __str__(self) -> str:
        return f"{self.verb} {self.resource or self.path} {self.name}".strip()


@dataclass(frozen=True)
class RequestPattern:
    """The requests that a fault is for: all, or those of a verb, a resource and a name; the n-th of them, or any."""

    verb: str = ""
    resource: str = ""
    name: str = ""
    """A pattern for the whole name; of a request to create, which has none, for its path."""
    nth: int = 1
    """Passes over those that come before it."""
    dry_runs: bool = False
    """Whether the verb stands for dry runs, too."""

    def matches(self, asked: ApiRequest) -> bool:
        """Whether a request is one of them, whatever its number."""
        if self.verb and (self.verb != asked.verb or ("dryRun=" in asked.path and not self.dry_runs)):
            return False
        if self.resource and self.resource != asked.resource:
            return False
        return not self.name or re.fullmatch(self.name, asked.name or asked.path) is not None

    def __str__(self) -> str:
        told = " ".join(part for part in (self.verb, self.resource, self.name) if part) or "any request"
        return told if self.nth == 1 else f"{told} (number {self.nth})"
