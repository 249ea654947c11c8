# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text for users has none of the words and forms that it should avoid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gate.texts import of_failures, of_file, of_fragment, of_guide, of_page, of_plugin
from tests.gate.wording import FORMS, Form, findings
from tools.envs import ROOT

pytestmark = pytest.mark.quick

Reader = Callable[[Path], Iterator[str]]

# Files that are checked, each with what reads their text.
SOURCES: dict[str, Reader] = {
    "CONTRIBUTING.md": of_page,
    "README.md": of_page,
    "SECURITY.md": of_page,
    "changelogs/fragments/*.yml": of_fragment,
    "docs/*.md": of_guide,
    "examples/*.yml": of_file,
    "extensions/molecule/**/*.yml": of_file,
    "extensions/molecule/README.md": of_page,
    "playbooks/*.yml": of_file,
    "plugins": of_failures,
    "plugins/doc_fragments/*.py": of_plugin,
    "plugins/filter/[a-z]*.py": of_plugin,
    "plugins/inventory/[a-z]*.py": of_plugin,
    "plugins/modules/[a-z]*.py": of_plugin,
    "roles/*/*/*.yml": of_file,
    "roles/*/README.md": of_page,
}

# How each kind of file holds a sentence.
SAMPLES: dict[str, tuple[Reader, str]] = {
    "DOCUMENTATION": (
        of_plugin,
        'DOCUMENTATION = r"""\nname: some\noptions:\n  a:\n    description:\n      - {}\n"""\n',
    ),
    "EXAMPLES": (of_plugin, 'EXAMPLES = r"""\n# {}\n- name: Link\n  link:\n"""\n'),
    "RETURN": (of_plugin, 'RETURN = r"""\nlink:\n  contains:\n    name:\n      description: {}\n"""\n'),
    "doc fragment": (of_plugin, 'class ModuleDocFragment:\n    LINKS = r"""\nnotes:\n  - {}\n"""\n'),
    "task name": (of_file, "- name: Block\n  block:\n    - name: {}\n      debug:\n"),
    "message of a task": (of_file, "- name: Check\n  assert:\n    that: a\n    fail_msg: >-\n      {}\n"),
    "comment": (of_file, "- name: Link\n  # {}\n  when: a\n"),
    "argument spec": (of_file, "argument_specs:\n  main:\n    options:\n      a:\n        description: {}\n"),
    "changelog fragment": (of_fragment, "bugfixes:\n  - {}\n"),
    "paragraph": (of_page, "# Title\n\n{}\n"),
    "paragraph of a guide": (of_guide, "# Title\n\n{}\n"),
    "table": (of_page, "| a | b |\n| --- | --- |\n| {} | b |\n"),
    "comment of a snippet": (of_page, "Text\n\n```bash\n# {}\nls\n```\n"),
    "Failure": (of_failures, 'raise Failure(Reason.NO_SITE, f"{}")\n'),
}


def found(path: Path, reader: Reader) -> list[str]:
    """Return the forms in a file that text for users avoids."""
    return [finding for text in reader(path) for finding in findings(text)]


@pytest.mark.parametrize("pattern", SOURCES)
def test_text_for_users(pattern: str) -> None:
    paths = sorted(ROOT.glob(pattern))
    assert paths
    wrong = [f"{path.relative_to(ROOT)}: {each}" for path in paths for each in found(path, SOURCES[pattern])]
    assert wrong == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.sample.rstrip("."))
def test_each_form_is_found(tmp_path: Path, form: Form) -> None:
    """In every kind of file."""
    shown = {kind: sample(kind, form.sample, tmp_path) for kind in SAMPLES}
    assert [kind for kind, wrong in shown.items() if not any(form.better in each for each in wrong)] == []


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_sentence_without_such_forms_passes(tmp_path: Path, kind: str) -> None:
    assert sample(kind, "The link works.", tmp_path) == []


def test_a_guide_quotes_failures_as_they_are(tmp_path: Path) -> None:
    """Beside its own text, which is checked."""
    page = tmp_path / "page.md"
    page.write_text("# Title\n\n> Nobody can read the token.\n\nNobody can read it.\n", encoding="utf-8")
    assert len(found(page, of_guide)) == 1


def sample(kind: str, sentence: str, folder: Path) -> list[str]:
    """Return the forms that are found in a file of that kind with a sentence."""
    reader, template = SAMPLES[kind]
    path = folder / "sample.py"
    path.write_text(template.replace("{}", sentence), encoding="utf-8")
    return found(folder if reader is of_failures else path, reader)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.better)
def test_better_words_are_better(form: Form) -> None:
    assert list(findings(f"{form.better}.")) == []


@pytest.mark.parametrize(
    "text",
    [
        "The option O(wishes) and RV(member.wishes) keep their names.",
        "Use `told` and ``nobody``.",
        "mesh_told and mesh_strangers are variables.",
        "The site trusts none of these keys.",
        "There is a link to each site, and there are two claims.",
        "{{ mesh_told.hosts | map(attribute='wished') }}",
        "The site presents its certificate.",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    assert list(findings(text)) == []
