# Copyright: (c) 2026, sitemesh.skupper contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Skupper's programs: found where they are installed or brought, and one sentence about whatever is wrong with them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from testbed import skupper
from testbed.pods import containers
from testbed.pods.programs import image_of
from testbed.skupper import images, lines, programs

ROOT = Path(__file__).parents[3]
VERSION = programs.VERSION
LINE = lines.LINES[VERSION]
NOTE = "LINE.json"
SOME = skupper.Programs(VERSION, Path("/nonexistent"), images=False)
# Reports a version as the program of its name does, whatever way it is asked.
PROGRAM = '#!/bin/sh\necho "version {version}"\n'

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="real sites need root")


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def expected(name: str) -> str:
    """Return the version that a program reports."""
    return LINE.images[LINE.programs[name].container].tag


def make_root(folder: Path) -> None:
    """Make a root folder with a shell and the libraries it loads."""
    shell = Path("/bin/sh").resolve()
    loaded = subprocess.run(["ldd", shell], capture_output=True, text=True, check=True).stdout
    for file in (Path("/bin/sh"), *map(Path, re.findall(r"/\S+", loaded))):
        target = folder / str(file).lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name an empty folder for the programs."""
    monkeypatch.setenv("SKUPPER_PROGRAMS", str(tmp_path / "programs"))
    return tmp_path / "programs"


@pytest.fixture
def installation(home: Path) -> Path:
    """Make programs that report what those of an installation do."""
    folder = home / VERSION
    write_program(folder / "bin" / "skupper", PROGRAM.format(version=VERSION))
    for name, program in LINE.programs.items():
        write_program(folder / program.installed, PROGRAM.format(version=expected(name)))
    (folder / NOTE).write_text(json.dumps({"line": VERSION, "from": "here"}))
    return folder


@pytest.fixture
def rooted(home: Path) -> Path:
    """Make root folders of images with programs that report what theirs do."""
    folder = home / VERSION
    write_program(folder / "bin" / "skupper", PROGRAM.format(version=VERSION))
    for container in LINE.images:
        make_root(folder / container)
    for name, program in LINE.programs.items():
        write_program(folder / f"{program.container}{program.in_image}", PROGRAM.format(version=expected(name)))
    described = {container: image.described for container, image in LINE.images.items()}
    (folder / NOTE).write_text(json.dumps({"line": VERSION, "images": described}))
    return folder


def break_loading(folder: Path) -> None:
    """Replace a program by one that misses a library."""
    said = "get: error while loading shared libraries: libx.so.1: cannot open shared object file"
    write_program(folder / "bin" / "get", f'#!/bin/sh\necho "{said}" >&2\nexit 127\n')


def cut(*paths: Path) -> None:
    """Leave the first half of each file."""
    for path in paths:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2])


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def forget(*names: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return spoil


def note(text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / NOTE).write_text(text)


def report(name: str, version: str) -> Callable[[Path], None]:
    return lambda folder: write_program(folder / name, PROGRAM.format(version=version))


# What is done to an installation, and what the sentence has to say.
OBSTACLES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (shutil.rmtree, r"there is no folder \S+/1\.9\.6 with Skupper's programs:"),
    "an empty folder": (empty, r"/1\.9\.6 has no LINE\.json"),
    "a half-filled folder": (forget("bin/get", "sbin/skrouterd"), r"/1\.9\.6 is incomplete, it lacks get, skrouterd:"),
    "no command line": (forget("bin/skupper"), r"lacks skupper:"),
    "not executable": (lambda folder: (folder / "bin" / "skmanage").chmod(0o644), r"lacks skmanage:"),
    "no note": (forget(NOTE), r"/1\.9\.6 has no LINE\.json"),
    "a broken note": (note("{"), r"LINE\.json does not name the line"),
    "a note of something else": (note("[1]"), r"LINE\.json does not name the line"),
    "a note without a line": (note('{"from": "here"}'), r"LINE\.json does not name the line"),
    "another line": (note('{"line": "1.9.5"}'), r"LINE\.json names line 1\.9\.5, expected was 1\.9\.6"),
    "another controller": (
        report("bin/config-sync", "1.8.0"),
        r"config-sync -version` reports version 1\.8\.0, expected was 1\.9\.6",
    ),
    "another router": (
        report("sbin/skrouterd", "3.5.1"),
        r"skrouterd --version` reports version 3\.5\.1, expected was 2\.7\.6",
    ),
    "another command line": (
        report("bin/skupper", "2.2.1"),
        r"skupper version` reports version 2\.2\.1, expected was 1\.9\.6",
    ),
    "no version": (
        lambda folder: write_program(folder / "bin" / "skmanage", "#!/bin/sh\n"),
        r"skmanage --version` reports version nothing, expected was 2\.7\.6",
    ),
    "a missing library": (break_loading, r"bin/get --help` does not start: .*: libx\.so\.1: cannot open"),
    "a silent failure": (
        lambda folder: write_program(folder / "bin" / "get", "#!/bin/sh\nexit 3\n"),
        r"bin/get --help` does not start: exit status 3",
    ),
    "no program at all": (
        lambda folder: write_program(folder / "bin" / "skupper", "\x7fELF"),
        r"bin/skupper version` does not start: Exec format error",
    ),
}


def sentence() -> str:
    """Return what is in the way of real sites, which is one line and says what to do."""
    reason = skupper.obstacle() or ""
    assert "\n" not in reason
    assert reason.endswith(": run `make programs`, or set SKUPPER_PROGRAMS to a folder that has them")
    return reason


@pytest.fixture
def able() -> None:
    """Skip where pods cannot run."""
    if unable := programs._unable(SOME):
        pytest.skip(unable)


@needs_root
class TestObstacle:
    @pytest.fixture(autouse=True)
    def able_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be on a machine where pods can run."""
        monkeypatch.setattr(programs, "_unable", lambda _programs: None)

    def test_a_whole_installation_is_none(self, installation: Path) -> None:
        assert skupper.obstacle() is None
        assert skupper.find() == skupper.Programs(VERSION, installation, images=False)

    @pytest.mark.parametrize("case", OBSTACLES)
    def test_whatever_is_wrong_is_one_sentence(self, installation: Path, case: str) -> None:
        spoil, said = OBSTACLES[case]
        spoil(installation)
        assert re.search(said, sentence())

    def test_a_program_that_hangs_is_given_up(self, installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(programs, "_PATIENCE", 0.2)
        write_program(installation / "bin" / "get", "#!/bin/sh\nexec sleep 60\n")
        assert "bin/get --help` does not answer within 0.2 s" in sentence()

    def test_programs_that_containers_may_not_read_do_not_start(self, installation: Path) -> None:
        os.chown(installation, 1000, 1000)
        installation.chmod(0o700)
        assert re.search(r"does not start: .*Permission denied", sentence())

    def test_whole_images_are_none(self, rooted: Path) -> None:
        assert skupper.obstacle() is None
        assert skupper.find() == skupper.Programs(VERSION, rooted, images=True)

    @pytest.mark.parametrize(
        ("container", "reference", "said"),
        [
            ("router", None, "names no image for router, expected was quay.io/skupper/skupper-router:2.7.6@sha256:d87c"),
            ("config-sync", "quay.io/skupper/config-sync:1.9.5@sha256:0", "names quay.io/skupper/config-sync:1.9.5@sha256:0"),
            ("router", LINE.images["router"].described + "0", "eff50 for router, expected was"),
        ],
    )  # fmt: skip
    def test_another_image_is_one(self, rooted: Path, container: str, reference: str | None, said: str) -> None:
        content = json.loads((rooted / NOTE).read_text())
        content["images"][container] = reference
        if reference is None:
            del content["images"][container]
        (rooted / NOTE).write_text(json.dumps(content))
        assert said in sentence()

    def test_an_image_with_other_programs_is_one(self, rooted: Path) -> None:
        write_program(rooted / "site-controller" / "app" / "site-controller", PROGRAM.format(version="1.9.5"))
        assert "/app/site-controller -version` reports version 1.9.5, expected was 1.9.6" in sentence()

    def test_a_half_filled_image_is_one(self, rooted: Path) -> None:
        shutil.rmtree(rooted / "service-controller" / "usr")
        assert "is incomplete, it lacks get:" in sentence()

    def test_an_image_whose_program_misses_its_loader_is_one(self, rooted: Path) -> None:
        for folder in ("lib", "lib64", "usr"):
            shutil.rmtree(rooted / "config-sync" / folder, ignore_errors=True)
        assert re.search(r"/app/config-sync -version` does not start: .*No such file", sentence())

    def test_a_relative_path_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SKUPPER_PROGRAMS", "programs")
        assert "SKUPPER_PROGRAMS=programs is not an absolute path" in sentence()

    def test_a_machine_that_pods_cannot_run_on_is_one(
        self, installation: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(programs, "_unable", lambda found: f"none in {found.folder}")
        assert skupper.obstacle() == f"none in {installation}"


class TestMachine:
    def test_missing_packages_are_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.which", lambda program, path: program not in ("ip", "unshare", "hostname"))
        said = "pods need programs that are missing here: apt-get install "
        assert programs._unable(SOME) == f"{said}hostname iproute2 util-linux"
        # Images hold what their start script calls.
        assert programs._unable(replace(SOME, images=True)) == f"{said}iproute2 util-linux"

    def test_namespaces_that_are_refused_are_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("shutil.which", lambda program, path: program)
        monkeypatch.setattr("subprocess.run", lambda *_command, **_options: subprocess.CompletedProcess([], 1))
        assert programs._unable(SOME) == "real sites need namespaces, which root may not make here"


# With the shell alone, and what it has built in: no other program is in the image.
LOOK = """
pwd
echo /*
read first < /etc/hosts; echo $first
read first < /etc/resolv.conf; echo $first
read first < /var/run/secrets/token; echo $first
echo new > /app/new && echo new > /etc/empty/new && echo written
(echo new > /var/run/secrets/new) 2>/dev/null || echo refused
read name < /proc/sys/kernel/hostname; echo $name
while read key value; do case $key in CapEff:) echo $value;; esac; done < /proc/self/status
"""


@needs_root
@pytest.mark.usefixtures("able")
def test_a_container_sees_the_files_of_its_image_and_its_volumes(rooted: Path, tmp_path: Path) -> None:
    image = image_of("config-sync", skupper.find())
    root = image.root.rename(tmp_path / "a:b,c")
    (root / "etc").mkdir()
    (root / "etc" / "resolv.conf").symlink_to("/run/nowhere")
    for name in ("hosts", "resolver", "secret/token", "empty/old"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{name}\n")
    mounts = [("hosts", "/etc/hosts", False), ("resolver", "/etc/resolv.conf", False)]
    mounts += [("secret", "/var/run/secrets", True), ("empty", "/etc/empty", False)]
    specification = containers.Specification(
        root=str(root),
        home=str(tmp_path / "home"),
        hostname="pod-1",
        argv=["/bin/sh", "-ec", LOOK],
        directory=image.directory,
        environment=image.environment,
        mounts=[(str(tmp_path / source), target, read_only) for source, target, read_only in mounts],
    )
    (tmp_path / "specification.json").write_text(json.dumps(asdict(specification)))
    launch = [sys.executable, "-I", "-S", "-c", containers.LAUNCH, str(tmp_path / "specification.json")]
    command = ["sh", "-c", 'exec "$@" 3</dev/null', "sh", "unshare", *containers.NAMESPACES, *launch]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    seen = done.stdout.splitlines()
    folder, top, *rest = seen
    assert folder == "/app"
    made = {"dev", "proc", "run", "tmp", "var"}
    assert set(top.split()) == {f"/{name}" for name in made | {path.name for path in root.iterdir()}}
    assert rest == ["hosts", "resolver", "secret/token", "written", "refused", "pod-1", "0000000000000000"]
    assert (tmp_path / "empty" / "new").exists()
    assert not (root / "app" / "new").exists()


def test_only_root_gets_sites(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert skupper.obstacle() == "real sites need root, since their pods run in network and mount namespaces"


def test_without_the_variable_the_cache_holds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SKUPPER_PROGRAMS", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert programs.home() == Path("/elsewhere/sitemesh-skupper/programs")


# Stands for podman: images are archives beside it, what it is asked for is in a log.
ENGINE = """\
#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/log"
for last; do :; done
case $1 in
pull) [ ! -e "$here/unreachable" ] || { echo "trying" >&2; echo "Error: no route to quay.io" >&2; exit 125; };;
image) cat "$here/digests" 2>/dev/null || echo "[\\"$last\\"]";;
create) echo "trying" >&2; basename "${2%@*}";;
export) cat "$here/$4.tar" > "$3"; exit "$(cat "$here/status" 2>/dev/null || echo 0)";;
rm) echo "$2";;
*) exit 125;;
esac
"""


# What is done to the engine or the archive, and what the sentence has to say.
FAILURES: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "unreachable": (
        lambda engine, _cli: (engine / "unreachable").touch(),
        r"^`podman pull --quiet quay\.io/\S+` failed: Error: no route to quay\.io$",
    ),
    "another digest": (
        lambda engine, _cli: (engine / "digests").write_text('["quay.io/skupper/skupper-router@sha256:0"]\n'),
        r'^podman has \["quay\.io/skupper/skupper-router@sha256:0"\] for quay\.io/skupper/skupper-router@sha256:d87c',
    ),
    "an export that breaks off": (
        lambda engine, _cli: cut(*engine.glob("*.tar")),
        r"^`tar --extract .*` failed: ",
    ),
    "an export that fails": (
        lambda engine, _cli: (engine / "status").write_text("1"),
        r"^`podman export .*` failed: exit status 1$",
    ),
    "an image without its program": (
        lambda engine, _cli: shutil.copy(engine / "config-sync.tar", engine / "service-controller.tar"),
        r" is incomplete, it lacks service-controller, get$",
    ),
    "another command line": (
        lambda _engine, cli: cli.write_text(PROGRAM.format(version="2.2.1")),
        r"skupper version` reports version 2\.2\.1, expected was 1\.9\.6$",
    ),
    "half an archive": (lambda _engine, cli: cut(cli), r"cli\.tgz holds no skupper "),
    "no archive": (lambda _engine, cli: cli.unlink(), r"cli\.tgz holds no skupper .*No such file"),
}


def closed(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Give two files modes as images have them, with which their owner may not read or remove them."""
    member.mode = {"./etc/shadow": 0o000, "./root": 0o550}.get(member.name, member.mode)
    return member


class TestBring:
    @pytest.fixture
    def engine(self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Put an engine on PATH that has the images; its folder."""
        folder = tmp_path / "engine"
        for container, image in LINE.images.items():
            root = tmp_path / container
            make_root(root)
            for name, program in LINE.programs.items():
                if program.container == container:
                    write_program(root / program.in_image.lstrip("/"), PROGRAM.format(version=expected(name)))
            (root / "etc").mkdir()
            (root / "etc" / "shadow").touch()
            (root / "root").mkdir()
            write_program(folder / "podman", ENGINE)
            with tarfile.open(folder / f"{image.repository.rpartition('/')[2]}.tar", "w") as archive:
                archive.add(root, ".", filter=closed)
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
        return folder

    @pytest.fixture
    def cli(self, tmp_path: Path) -> Path:
        """Make a release archive of the command line."""
        write_program(tmp_path / "release" / "skupper", PROGRAM.format(version=VERSION))
        with tarfile.open(tmp_path / "cli.tgz", "w:gz") as archive:
            archive.add(tmp_path / "release" / "skupper", "skupper")
        return tmp_path / "cli.tgz"

    def test_images_are_brought_once(self, engine: Path, cli: Path, home: Path) -> None:
        assert images.bring(VERSION, cli)
        assert skupper.find() == skupper.Programs(VERSION, home / VERSION, images=True)
        asked = (engine / "log").read_text().splitlines()
        for image in LINE.images.values():
            assert f"pull --quiet {image.pinned}" in asked
            assert f"rm {image.repository.rpartition('/')[2]}" in asked
        assert sorted(path.name for path in home.iterdir()) == [VERSION, "lock"]
        assert sorted(path.name for path in (home / VERSION).iterdir()) == sorted([NOTE, "bin", *LINE.images])
        assert not images.bring(VERSION, cli)
        assert (engine / "log").read_text().splitlines() == asked

    @needs_root
    @pytest.mark.usefixtures("able")
    def test_what_is_brought_is_good_for_sites(self, engine: Path, cli: Path) -> None:
        images.bring(VERSION, cli)
        assert skupper.obstacle() is None

    def test_without_root_the_command_line_alone_is_started(
        self, engine: Path, cli: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("os.geteuid", lambda: 1000)
        monkeypatch.setattr(images, "check", None)
        assert images.bring(VERSION, cli)

    def test_what_is_brought_can_be_kept_and_removed_by_its_owner(self, engine: Path, cli: Path, home: Path) -> None:
        images.bring(VERSION, cli)
        modes = {name: (home / VERSION / "router" / name).stat().st_mode & 0o777 for name in ("etc/shadow", "root")}
        assert modes == {"etc/shadow": 0o600, "root": 0o750}

    def test_the_command_says_what_it_did(self, engine: Path, cli: Path, home: Path) -> None:
        for did in ("was brought to", "is complete in"):
            done = run("testbed.skupper", "bring", "--cli", str(cli), home=home)
            assert (done.returncode, done.stdout) == (0, f"Skupper 1.9.6 {did} {home}/1.9.6\n")

    def test_the_command_line_may_be_a_program(self, engine: Path, cli: Path) -> None:
        images.bring(VERSION, cli.parent / "release" / "skupper")
        assert skupper.find().cli.read_text() == PROGRAM.format(version=VERSION)

    def test_docker_will_do(self, engine: Path, cli: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (engine / "podman").rename(engine / "docker")
        found = shutil.which
        monkeypatch.setattr("shutil.which", lambda name: None if name == "podman" else found(name))
        assert images.bring(VERSION, cli)

    @pytest.mark.parametrize("case", FAILURES)
    def test_what_fails_is_one_sentence_and_leaves_nothing(
        self, engine: Path, cli: Path, home: Path, case: str
    ) -> None:
        spoil, said = FAILURES[case]
        spoil(engine, cli)
        with pytest.raises(skupper.NoPrograms, match=said) as raised:
            images.bring(VERSION, cli)
        assert "\n" not in str(raised.value)
        assert [path.name for path in home.iterdir()] == ["lock"]

    def test_containers_of_a_failed_export_are_removed(self, engine: Path, cli: Path) -> None:
        (engine / "status").write_text("1")
        with pytest.raises(skupper.NoPrograms):
            images.bring(VERSION, cli)
        assert (engine / "log").read_text().splitlines()[-1].startswith("rm ")

    def test_without_an_engine_both_are_named(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", "/nonexistent")
        with pytest.raises(
            skupper.NoPrograms, match=r"^neither podman nor docker is on PATH to bring Skupper's images$"
        ):
            images.bring(VERSION)

    def test_a_release_that_cannot_be_fetched_is_named(self, engine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
        said = r"^https://github\.com/\S+/skupper-cli-1\.9\.6-linux-\w+\.tgz cannot be fetched .*; --cli takes "
        with pytest.raises(skupper.NoPrograms, match=said):
            images.bring(VERSION)

    def test_what_this_command_brought_is_replaced(self, engine: Path, cli: Path, home: Path) -> None:
        images.bring(VERSION, cli)
        (home / VERSION / "router" / "usr" / "bin" / "skmanage").unlink()
        (home / VERSION / "router" / "more").touch()
        assert images.bring(VERSION, cli)
        assert not (home / VERSION / "router" / "more").exists()

    def test_what_others_installed_is_left_alone(self, engine: Path, cli: Path, installation: Path) -> None:
        (installation / "bin" / "get").unlink()
        with pytest.raises(
            skupper.NoPrograms, match=r"lacks get, and as it was not filled by this command, move it away"
        ):
            images.bring(VERSION, cli)
        assert (installation / "bin" / "skupper").exists()

    def test_what_an_interrupted_run_left_is_removed(self, engine: Path, cli: Path, home: Path) -> None:
        (home / "bringing-abc" / "router").mkdir(parents=True)
        images.bring(VERSION, cli)
        assert not (home / "bringing-abc").exists()


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a module of the project with programs in a folder."""
    environment = {**os.environ, "SKUPPER_PROGRAMS": str(home)}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


class TestCommand:
    @needs_root
    @pytest.mark.usefixtures("able")
    def test_all_programs_are_listed(self, installation: Path) -> None:
        done = run("testbed.skupper", home=installation.parent)
        listed = dict(line.split() for line in done.stdout.splitlines())
        assert listed.keys() == {"skupper", *LINE.programs}
        assert listed["skrouterd"] == f"{installation}/sbin/skrouterd"

    @pytest.mark.parametrize("command", [(), ("bring",)])
    @pytest.mark.parametrize("file", [VERSION, ""])
    def test_a_failure_is_one_sentence_and_a_status(self, home: Path, file: str, command: tuple[str, ...]) -> None:
        home.mkdir()
        (home / VERSION).touch()
        done = run("testbed.skupper", *command, home=home / file)
        assert (done.returncode, done.stdout) == (1, "")
        assert re.fullmatch(r"testbed: skupper: [^\n]+\n", done.stderr)
