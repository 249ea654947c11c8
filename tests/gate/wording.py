# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Words and forms that text for users avoids, each with better words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_EXCERPT = 40
# Option names, values and code keep their words.
_MARKUP = re.compile(
    r"\b(?:[A-Z]|RV)\((?:[^()]|\([^()]*\))*\)"
    r"|``[^`]+``|`[^`]+`"
    r"|(?<=\])\([^)]*\)"
    r"|\{\{.*?\}\}",
    re.DOTALL,
)


@dataclass(frozen=True)
class Form:
    """A word or form to avoid."""

    pattern: str
    """Regular expression, which ignores case."""
    better: str
    """What to write instead."""
    sample: str
    """A sentence with this form."""


FORMS = (
    Form(r"\b(tells?|told|telling)\b", "describe, report, document, show or identify", "The task tells why it failed."),
    Form(r"\bwish(es|ed|ing)?\b", "desired, option or request", "The link is as wished."),
    Form(r"\bwanted\b", "desired", "Every wanted link is made again."),
    Form(r"\b(nobody|no one|noone)\b", "name the actor: no site, no account, no user", "Nobody can read the token."),
    Form(r"\bevery(body|one)\b", "name the actors: all sites, all users", "A run cuts off everyone."),
    Form(r"\bwho(m?)(so)?ever\b", "name the actor: the holder of the token", "Whoever has the token can link a site."),
    Form(r"(^|[.;:,] |\b(and|that|which|is|are|if|since) )none of\b", "no ...", "None of the links works."),
    Form(r"\bhave done\b", "Stop here", "Have done if there is nothing to do."),
    Form(
        r"\b(is|are|was|were)( not| still| already)? there\b",
        "existing, or exists",
        "A claim that is there is used.",
    ),
    Form(r"\bthere should be\b", "desired", "The role plans the links that there should be."),
    Form(r"\bhow\b[^.;:]{0,40}\b(is|are) doing\b", "the state of ...", "Report how the sites are doing."),
    Form(r"\b(a|the|any|no) lack\b", "missing, or without", "Report a link as a lack of this host."),
    Form(r"\bfor want of\b", "without, or since ... is missing", "The task fails for want of a token."),
    Form(r"\bwith no need of\b", "without", "Change the cost with no need of a token."),
    Form(r"\b(deserves?|leaves?) a word\b", "Warn, or report", "Such a token deserves a word."),
    Form(r"\bown word\b", "what the site reports", "The id is the site's own word."),
    Form(r"\banew\b", "again, or replace", "The link is made anew."),
    Form(
        r"\b(take|takes|taken|took|taking) back\b",
        "readmit, withdraw, undo or restore",
        "The evicted site is taken back.",
    ),
    Form(r"\bpresent (CA|site|one|certificate|options|state)\b", "current", "The site's present CA signed it."),
    Form(r"\bsees to\b", "handle, or make sure", "The role sees to the links."),
    Form(r"\bbesides\b", "in addition, or also", "Besides, the task reads the links."),
    Form(
        r"\bbecame of\b|\b(came|come|comes) of (it|that|this|them)\b|\bcame to\b",
        "outcome, or result",
        "Report what became of the links.",
    ),
    Form(
        r"\bh(eld|old|olds|olding)( \w+){0,3} against\b", "compare with", "The task holds the file against the record."
    ),
    Form(r"\b(is|are|was|were) said\b", "name who reports it", "A link is said to be connected."),
    Form(r"\b(lie|lies) (where|with|beside)\b", "is on, or is in", "The file lies where the task runs."),
    Form(r"\bas people read it\b", "as readable text", "The plan as people read it."),
    Form(r"\bseconds to wait at most\b", "Maximum number of seconds", "Seconds to wait at most."),
    Form(
        r"(^|[.] )that (a|an|the) [^.,;:]* (is|are|has|does|dials)\b",
        "Say ..., or a sentence of its own",
        "That a link dials an old host.",
    ),
    Form(r"\bnext to never\b", "rarely", "A second read happens next to never."),
    Form(r"\b(is|are|was|were) nowhere\b", "does not exist yet", "The endpoint is nowhere."),
)


def findings(text: str) -> Iterator[str]:
    """Yield each form in a text with its surroundings and better words."""
    prose = " ".join(_MARKUP.sub("_", text).split())
    for form in FORMS:
        for match in re.finditer(form.pattern, prose, flags=re.IGNORECASE):
            excerpt = prose[max(0, match.start() - _EXCERPT) : match.end() + _EXCERPT]
            yield f"... {excerpt} ... has {match[0].strip()!r}; better: {form.better}"
