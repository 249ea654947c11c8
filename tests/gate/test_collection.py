# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection as a whole: playbooks and roles, documentation, changelog, licences, artifact."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from tests.gate.checks import check
from tools.docsite import build
from tools.envs import ROOT

ARTIFACT = {
    "CHANGELOG",
    "CODE_OF_CONDUCT",
    "CONTRIBUTING",
    "FILES",
    "LICENSES",
    "MANIFEST",
    "README",
    "REUSE",
    "SECURITY",
} | {
    "changelogs",
    "docs",
    "examples",
    "meta",
    "playbooks",
    "plugins",
    "roles",
    "tests",
}


@pytest.mark.slow
def test_ansible_lint(collection: Path, tmp_path: Path) -> None:
    """ansible-lint finds nothing under its production profile."""
    extra = {"ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2]), "ANSIBLE_HOME": str(tmp_path / "home")}
    words = ("--profile", "production", "--offline", "--nocolor", "-q", ".")
    check("lint", "ansible-lint", *words, cwd=collection, extra=extra)


def test_documentation(collection: Path) -> None:
    """antsibull-docs finds nothing in the documentation of plugins and roles, and no dead reference."""
    words = ("lint-collection-docs", "--plugin-docs", "--validate-collection-refs=self", ".")
    extra = {"ANSIBLE_COLLECTIONS_PATH": str(collection.parents[2])}
    check("lint", "antsibull-docs", *words, cwd=collection, extra=extra)


@pytest.mark.thorough
@pytest.mark.slow
def test_docsite(tmp_path: Path) -> None:
    """The documentation builds as a site, with every guide and module in it, and no reference that leads nowhere."""
    index = build(tmp_path / "site")
    pages = {path.name for path in index.parent.rglob("*.html")}
    guides = {f"{path.stem}.html" for path in (ROOT / "docs").glob("*.md")}
    modules = {f"{path.stem}_module.html" for path in (ROOT / "plugins" / "modules").glob("*.py")}
    assert guides | modules <= pages


def test_changelog(collection: Path) -> None:
    """Each changelog fragment is well-formed."""
    check("lint", "antsibull-changelog", "lint", cwd=collection)


def test_licences(collection: Path) -> None:
    """Each file states its licence."""
    check("lint", "reuse", "lint", "--lines", cwd=collection)


def test_artifact(collection: Path, tmp_path: Path) -> None:
    """The collection builds, and holds what is installed and nothing of the workshop."""
    check("newest", "ansible-galaxy", "collection", "build", "--output-path", tmp_path, cwd=collection)
    (artifact,) = tmp_path.glob("sitemesh-skupper-*.tar.gz")
    with tarfile.open(artifact) as tar:
        names = [Path(name) for name in tar.getnames()]
    assert {name.parts[0].partition(".")[0] for name in names} <= ARTIFACT
    assert {name.parts[1] for name in names if name.parts[0] == "tests" and len(name.parts) > 1} <= {
        "config.yml",
        "sanity",
    }
    for needed in ("README.md", "LICENSES/GPL-3.0-or-later.txt", "meta/runtime.yml", "tests/config.yml"):
        assert Path(needed) in names
