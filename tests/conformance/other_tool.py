# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens and links that another tool has made: Skupper's command line where there is one, the testbed elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import yaml

from testbed import Site
from tests.conformance.cli import Cli


class OtherTool(Protocol):
    """A tool other than the collection that works on the same sites."""

    def claim(self, site: Site, name: str, uses: int = 1, minutes: int = 15) -> Path:
        """Make a claim and return its token's file."""

    def cert(self, site: Site, name: str) -> Path:
        """Sign a cert token and return its file."""

    def link(self, site: Site, token: Path, name: str, cost: int = 1) -> None:
        """Link a site with a token."""


class SimulatedCommandLine:
    """The testbed in place of the command line: it writes the same objects (testbed/site_handle.py)."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def claim(self, site: Site, name: str, uses: int = 1, minutes: int = 15) -> Path:
        """Write the record, and the token into a file."""
        return self._kept(site.token(name, uses, minutes))

    def cert(self, site: Site, name: str) -> Path:
        """Sign with the site's CA, and write the token into a file."""
        return self._kept(site.cert_token(name))

    def link(self, site: Site, token: Path, name: str, cost: int = 1) -> None:
        """Create the Secret."""
        site.link(yaml.safe_load(token.read_text()), name, cost)

    def _kept(self, token: dict[str, object]) -> Path:
        metadata = token["metadata"]
        assert isinstance(metadata, dict)
        path = self._directory / f"{metadata['name']}.yaml"
        path.touch(mode=0o600)
        # As Go writes it.
        path.write_text(yaml.safe_dump({**token, "metadata": {"creationTimestamp": None, **metadata}}))
        return path


class CommandLine:
    """Skupper's own command line."""

    def __init__(self, cli: Cli, directory: Path) -> None:
        self._cli = cli
        self._directory = directory

    def claim(self, site: Site, name: str, uses: int = 1, minutes: int = 15) -> Path:
        """Run `skupper token create`."""
        limits = ["--uses", str(uses), "--expiry", f"{minutes}m"]
        return self._token(site, name, "--token-type", "claim", *limits)

    def cert(self, site: Site, name: str) -> Path:
        """Run `skupper token create --token-type cert`."""
        return self._token(site, name, "--token-type", "cert")

    def _token(self, site: Site, name: str, *options: str) -> Path:
        path = self._directory / f"{name}.yaml"
        self._cli.run(site, "token", "create", str(path), "--name", name, *options).succeeded()
        return path

    def link(self, site: Site, token: Path, name: str, cost: int = 1) -> None:
        """Run `skupper link create`."""
        self._cli.run(site, "link", "create", str(token), "--name", name, "--cost", str(cost)).succeeded()
