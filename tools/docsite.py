# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation as a site: the guides of docs, and the pages of all plugins and roles.

Usage: python3 tools/docsite.py [DIRECTORY]    (default: tests/output/docs; prints where the first page lies)
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.envs import ENVS, ROOT
from tools.stage import stage

# In the order of the site's index; further guides follow.
GUIDES = (
    "tokens",
    "direction",
    "inventory",
    "status",
    "revocation",
    "day2",
    "permissions",
    "awx",
    "migrating",
    "troubleshooting",
    "glossary",
)
_SETTINGS = """
extensions.append("myst_parser")
source_suffix = {".rst": "restructuredtext", ".md": "markdown"}
myst_heading_anchors = 3
# Mermaid is a picture for those who render it, and plain text here.
suppress_warnings = ["misc.highlighting_failure"]
html_theme = "sphinx_ansible_theme"
intersphinx_mapping = {}
"""
_REPOSITORY = "https://github.com/sitemesh/sitemesh.skupper/blob/main"
# What pages of plugins refer to in Ansible's own documentation; its list of labels would have to be fetched.
_ANSIBLE = """
:orphan:

.. _action_plugins:
.. _ansible_configuration_settings:
.. _common_return_values:

Ansible's own documentation
===========================

Action plugins, configuration settings and common return values are explained at https://docs.ansible.com/ansible/latest/.
"""


def build(directory: Path) -> Path:
    """Build the site into an empty directory; returns its first page. SystemExit with what Sphinx says if that fails."""
    shutil.rmtree(directory, ignore_errors=True)
    source = directory / "rst"
    source.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        copy = stage(Path(scratch))
        _pages(Path(scratch) / "collections", directory)
        _guides(copy, source)
        _run(directory, "sphinx-build", "-q", "-W", "--keep-going", "-b", "html", "-c", str(directory), "rst", "html")
    return directory / "html" / "index.html"


def _pages(collections: Path, directory: Path) -> None:
    """Make the pages of plugins and roles, with the settings that antsibull-docs has for them."""
    initial = directory / "initial"
    initial.mkdir()
    words = ("sphinx-init", "--use-current", "--squash-hierarchy", "--lenient", "--dest-dir", str(initial))
    project = ("--project", "sitemesh.skupper", "--title", "sitemesh.skupper", "--sphinx-theme", "sphinx_ansible_theme")
    _run(directory, "antsibull-docs", *words, *project, "sitemesh.skupper", collections=collections)
    settings = (initial / "conf.py").read_text(encoding="utf-8")
    (directory / "conf.py").write_text(settings + _SETTINGS, encoding="utf-8")
    quiet = ("collection", "--use-current", "--squash-hierarchy", "--no-add-antsibull-docs-version")
    target = directory / "rst" / "reference"
    target.mkdir()
    _run(directory, "antsibull-docs", *quiet, "--dest-dir", str(target), "sitemesh.skupper", collections=collections)
    shutil.rmtree(initial)


def _guides(copy: Path, source: Path) -> None:
    """Copy the guides beside them, and write an index of both."""
    names = [path.stem for path in sorted((copy / "docs").glob("*.md"))]
    for name in names:
        text = (copy / "docs" / f"{name}.md").read_text(encoding="utf-8")
        (source / f"{name}.md").write_text(_leading_out(text, names), encoding="utf-8")
    shutil.copytree(copy / "docs" / "images", source / "images")
    ordered = [name for name in GUIDES if name in names] + [name for name in names if name not in GUIDES]
    title = "sitemesh.skupper"
    lines = [title, "=" * len(title), ""]
    lines += [".. toctree::", "   :maxdepth: 1", "   :caption: Guides", "", *(f"   {name}" for name in ordered), ""]
    lines += [".. toctree::", "   :maxdepth: 1", "   :caption: Reference", "", "   reference/index", ""]
    (source / "ansible.rst").write_text(_ANSIBLE, encoding="utf-8")
    (source / "index.rst").write_text("\n".join(lines), encoding="utf-8")


def _leading_out(text: str, pages: Sequence[str]) -> str:
    """Return a guide in which links to files that are no pages of the site lead to the repository."""

    def lead(link: re.Match[str]) -> str:
        target = link[1]
        if target.startswith(("http", "#", "images/")) or target.partition("#")[0].removesuffix(".md") in pages:
            return link[0]
        return f"]({_REPOSITORY}/{os.path.normpath(f'docs/{target}')})"

    return re.sub(r"\]\(([^)\s]+)\)", lead, text)


def _run(cwd: Path, program: str, *arguments: str, collections: Path | None = None) -> None:
    directory = ENVS["lint"].bin("")
    environment = {**os.environ, "PATH": f"{directory}{os.pathsep}{os.environ['PATH']}"}
    if collections:
        environment["ANSIBLE_COLLECTIONS_PATH"] = str(collections)
    words = [str(directory / program), *arguments]
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{program} failed:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests" / "output" / "docs"))
