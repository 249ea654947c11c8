# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The artifact as users get it: always the same, accepted by Galaxy, and of use in an environment made for it."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.gate.checks import check
from tools.artifact import build
from tools.envs import ENVS, ROOT
from tools.release import release
from tools.specs import MODULES, reaches_site
from tools.stage import stage
from tools.versions import versions

# The modules that reach a site.
PLACED = [name for name in MODULES if reaches_site(name)]
VERSION: str = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artifact of this tree."""
    return build(tmp_path_factory.mktemp("artifact"))


@pytest.fixture(scope="module")
def installed(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collections path with nothing but what the artifact brought."""
    path = tmp_path_factory.mktemp("installed")
    words = ("collection", "install", artifact, "--collections-path", path, "--offline")
    check("newest", "ansible-galaxy", *words, extra=alone(path))
    return path


def alone(path: Path) -> dict[str, str]:
    """Settings for which there is no other collections path."""
    config = path / "ansible.cfg"
    config.touch()
    names = {"ANSIBLE_HOME": path / "home", "ANSIBLE_CONFIG": config, "ANSIBLE_COLLECTIONS_PATH": path, "HOME": path}
    return {name: str(value) for name, value in names.items()}


def first_example(module: str) -> dict[str, Any]:
    """Return the first task of a module's documentation."""
    plugin = importlib.import_module(f"ansible_collections.sitemesh.skupper.plugins.modules.{module}")
    first: dict[str, Any] = yaml.safe_load(plugin.EXAMPLES)[0]
    return first


def test_the_same_tree_gives_the_same_bytes(artifact: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From another place, with files of other ages, whoever may write to them."""
    root = stage(tmp_path / "elsewhere")
    for number, file in enumerate(sorted(root.rglob("*"))):
        if file.is_file() and ".git" not in file.parts:
            os.utime(file, (number, number))
            file.chmod(0o600)
    with tarfile.open(artifact) as tar:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(tar.getmembers()[0].mtime))
    assert build(tmp_path, root).read_bytes() == artifact.read_bytes()


def test_what_is_installed_is_what_was_built(installed: Path) -> None:
    """By the checksums in the artifact's own manifests."""
    words = ("collection", "verify", "sitemesh.skupper", "--collections-path", installed, "--offline")
    said = check("newest", "ansible-galaxy", *words, extra=alone(installed))
    assert "Successfully verified that checksums" in said


def test_an_execution_environment_knows_what_to_install(installed: Path) -> None:
    """ansible-builder finds the requirements by meta/execution-environment.yml."""
    words = ("introspect", installed, "--sanitize")
    found = yaml.safe_load(check("lint", "ansible-builder", *words, extra=alone(installed)))
    assert [line.partition("#")[0].strip() for line in found["python"]] == ["kubernetes>=24.2", "cryptography"]
    assert found["system"] == []


@pytest.mark.thorough
@pytest.mark.slow
def test_a_release_can_be_made_again(tmp_path: Path) -> None:
    """A fragment that comes late goes into the same release, and none is lost."""
    root = stage(tmp_path)
    fragment = root / "changelogs" / "fragments" / "early.yml"
    fragment.write_text("---\nminor_changes:\n  - skupper_token - came early.\n", encoding="utf-8")
    assert "early.yml" in release(root)
    fragment.with_name("late.yml").write_text("---\nbugfixes:\n  - skupper_link - came late.\n", encoding="utf-8")
    assert release(root) == ["late.yml"]
    text = (root / "CHANGELOG.rst").read_text(encoding="utf-8")
    assert text.count(f"\nv{VERSION}\n") == 1
    assert "came early" in text
    assert "came late" in text
    check("lint", "antsibull-changelog", "lint", cwd=root)


@pytest.mark.thorough
@pytest.mark.slow
def test_galaxy_would_import_it(artifact: Path, tmp_path: Path) -> None:
    """galaxy-importer has nothing to say but what it does."""
    extra = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "true"}
    said = check("lint", "python", "-m", "galaxy_importer.main", artifact, cwd=tmp_path, extra=extra)
    troubles = [line for line in said.splitlines() if line.startswith(("WARNING", "ERROR", "CRITICAL"))]
    assert troubles == [], said
    assert "Importer processing completed successfully" in said


@pytest.mark.thorough
@pytest.mark.slow
def test_a_fresh_environment_needs_what_the_artifact_names(installed: Path, tmp_path: Path) -> None:
    """A new virtual environment, ansible-core, and the requirements that lie in the artifact: every module runs."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    program = tmp_path / "venv" / "bin"
    requirements = installed / "ansible_collections" / "sitemesh" / "skupper" / "meta" / "ee-requirements.txt"
    core = versions(ENVS["newest"])["ansible-core"]
    pip = [str(program / "python"), "-m", "pip", "install", "--quiet", f"ansible-core=={core}", "-r", str(requirements)]
    subprocess.run(pip, check=True, cwd=tmp_path)
    environment = {**alone(installed), "PATH": f"{program}:/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    where = {"kubeconfig": "nowhere", "context": "none", "namespace": "west"}
    tasks = [{**first_example(name), "ignore_errors": True} for name in PLACED]
    for task, name in zip(tasks, PLACED):
        task[f"sitemesh.skupper.{name}"].update(where)
    play = {"hosts": "localhost", "gather_facts": False, "tasks": tasks}
    (tmp_path / "play.yml").write_text(json.dumps([play]), encoding="utf-8")
    words = [str(program / "ansible-playbook"), "play.yml"]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count('"reason": "kubeconfig_invalid"') == len(PLACED), done.stdout
