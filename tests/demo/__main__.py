# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection's main job before your eyes: two clusters, two sites, one play, run twice."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from testbed import Testbed

ROOT = Path(__file__).resolve().parents[2]
INVENTORY = ROOT / "examples" / "inventory.yml"
PLAYBOOK = "sitemesh.skupper.link_sites"
# How fast the sites follow, as a factor on what real ones take.
PACE = 0.5
_RECAP = re.compile(r"changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)")


def main() -> None:
    """Run the demo; the exit code is 1 unless the sites end up linked and the second run changes nothing."""
    hosts: dict[str, dict[str, str]] = yaml.safe_load(INVENTORY.read_text(encoding="utf-8"))["skupper_sites"]["hosts"]
    contexts = list(dict.fromkeys(host["skupper_context"] for host in hosts.values()))
    say(f"Starting {len(contexts)} clusters: {', '.join(contexts)} (etcd and kube-apiserver, on this machine only)")
    with Testbed.up(clusters=contexts, pace=PACE) as bed:
        say("Making two Skupper sites: hub can be reached from outside, shop can not")
        for name, ingress in (("hub", "loadbalancer"), ("shop", "none")):
            place = hosts[name]
            bed.add_site(name, contexts.index(place["skupper_context"]), ingress, namespace=place["skupper_namespace"])
        environment = playbook_environment(bed.kubeconfig)
        sys.exit(0 if link_twice(environment) else 1)


def link_twice(environment: dict[str, str]) -> bool:
    """Run the playbook a user would run, show the link, and run it again."""
    say("Linking them")
    first = play(environment)
    say("The links of shop, and who is linked to hub")
    connected = show_links(environment)
    say("The same once more: nothing is left to do")
    second = play(environment)
    if first[0] > 0 and connected and second == (0, 0):
        say("Done: the sites are linked, and the second run changed nothing. Cleaning up")
        return True
    say("This is not how it should have ended. Cleaning up")
    return False


def playbook_environment(kubeconfig: Path) -> dict[str, str]:
    """The environment of a user whose kubeconfig knows both clusters."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "K8S_AUTH_"))}
    color = {"ANSIBLE_FORCE_COLOR": "1"} if sys.stdout.isatty() else {}
    collections = {"ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".venv" / "collections")}
    return {**kept, **color, **collections, "KUBECONFIG": str(kubeconfig), "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "0"}


def play(environment: dict[str, str]) -> tuple[int, int]:
    """Run the playbook with its output on the screen; returns how much was changed, and how much failed."""
    command = [ansible("ansible-playbook"), "-i", str(INVENTORY.relative_to(ROOT)), PLAYBOOK]
    print(f"$ ansible-playbook {' '.join(command[1:])}", flush=True)
    lines = []
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    recap = [[int(number) for number in found] for found in _RECAP.findall("".join(lines))]
    changed, lost, failed = (sum(column) for column in zip(*recap, strict=True)) if recap else (0, 0, 1)
    return changed, lost + failed


def show_links(environment: dict[str, str]) -> bool:
    """Print what both sites say of their links; returns whether shop's is connected and hub knows of it."""
    outgoing = ask("private-cluster", "shop", environment)["links"]
    for link in outgoing:
        print(f"  shop -> {link['url']}: {link['name']} is {link['state']}, certificate until {link['not_after']}")
    incoming: list[dict[str, str]] = []
    for _number in range(30):
        # The issuing site hears of a link some seconds after the linking one.
        incoming = ask("public-cluster", "hub", environment)["incoming"]
        if incoming:
            break
        time.sleep(1)
    for peer in incoming:
        print(f"  hub <- site {peer['name']} ({peer['site_id']})", flush=True)
    return bool(outgoing) and all(link["connected"] for link in outgoing) and len(incoming) == 1


def ask(context: str, namespace: str, environment: dict[str, str]) -> dict[str, Any]:
    """Ask a site for its links by the collection's own module."""
    arguments = json.dumps({"context": context, "namespace": namespace})
    command = [
        ansible("ansible"),
        "localhost",
        "-i",
        "localhost,",
        "-c",
        "local",
        "-m",
        "sitemesh.skupper.skupper_link_info",
    ]
    plain = {**environment, "ANSIBLE_FORCE_COLOR": "0", "ANSIBLE_NOCOLOR": "1"}
    done = subprocess.run([*command, "-a", arguments], cwd=ROOT, env=plain, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.partition("=>")[2])
    return answer


def ansible(program: str) -> str:
    """The program of the environment this runs in."""
    return str(Path(sys.executable).with_name(program))


def say(text: str) -> None:
    """Print what comes next."""
    print(f"\n== {text} ...", flush=True)


if __name__ == "__main__":
    main()
