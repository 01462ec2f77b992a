"""After any edits, the site that was brought up to date is the one that a clean build makes.

    KPISITE_EDITS=20000 pytest tests/test_only_what_changed.py

makes so many edits instead of a thousand. A test that fails prints its steps, which come again with
`--hypothesis-seed`, but for where a build is killed and what two at once do.
"""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

import kpisite.products.build
import kpisite.products.work
import kpisite.write.pdf
from kpisite.disk.staging import Staging
from kpisite.disk.update import Update
from kpisite.examine.load import assembled
from kpisite.pages.page_plan import PagePlan
from kpisite.products.build import _are_few
from kpisite.products.standing import Standing
from kpisite.source import files_in
from kpisite.words import has_errors
from kpisite.write.pdf import Job
from tests.lively_site import EDITS, MONTHS, RECORD_EDITS, Edit, Files, lively_site, mark, put
from tests.sites import Ran, run, write
from tests.trees import digest

#: When months are closed, and who amends them.
LATER, APPROVED = "2027-06-01", ("--by", "M1", "--approved-by", "M2")
WANTED = int(os.environ.get("KPISITE_EDITS", "1000"))
#: Shared out among so many tests, which may run at the same time.
SHARES = 6
#: In courses of up to so many steps, so many at a time: the first of them is always a short one.
STEPS, COURSES = 20, 4

#: What a check says, how a build ends, what it reports and what readers find.
Afresh = tuple[tuple[int, str], int, list[str], dict[str, str] | None]


class Course(RuleBasedStateMachine):
    """A site that is edited, checked and built, and befallen by this and that."""

    #: What came of the clean builds of all courses: of the same files the same.
    known: ClassVar[dict[object, Afresh]] = {}
    #: So many edits are still to be made, in all courses.
    left: ClassVar[int] = 0
    #: By what everything is chosen but the steps.
    chance: ClassVar[Random]

    @initialize(chance=some.randoms(use_true_random=True))
    def begin(self, chance: Random) -> None:
        Course.chance = chance
        self.folder = Path(tempfile.mkdtemp(prefix="kpisite-course-"))
        self.site, self.clean = self.folder / "site", self.folder / "clean"
        self.older = self.folder / "older"
        self.prints = False
        self.files = self.sound = lively_site()
        write(self.files, self.site)
        self.bring_up_to_date()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder, ignore_errors=True)

    @rule()
    def edit(self) -> None:
        """Edits after which the site can be built."""
        self.make(self.chance.randint(1, 7))

    @rule()
    def mark(self) -> None:
        """Edits to records alone, and the site is brought up to date at once."""
        self.make(self.chance.randint(1, 3), among=RECORD_EDITS)
        self.bring_up_to_date()

    @rule()
    def slip(self) -> None:
        """Edits that may well be wrong; the site is checked, and then they are taken back."""
        before = self.files
        self.make(self.chance.randint(1, 3), keeps_faults=True)
        self.bring_up_to_date()
        self.go_to(before)

    def make(
        self, count: int, *, keeps_faults: bool = False, among: Sequence[Edit] = EDITS
    ) -> None:
        """Some edits, without those by which the site would be at fault; a fault that shows only in
        results is seen when it is brought up to date."""
        wanted = self.files
        for _ in range(count):
            one, files = self.chance.choice(among), dict(wanted)
            one(files, self.chance)
            if keeps_faults or files == wanted or has_no_faults_in_files(files):
                wanted = files
                Course.left -= 1
                note(f"  {one.__name__}")
        self.go_to(wanted)

    def go_to(self, files: Files) -> None:
        """Has these files in the site's folder."""
        put(files, self.files, self.site)
        self.files = files

    @rule()
    def bring_up_to_date(self) -> None:
        """Checks and builds the site and a clean copy of it, and compares what comes of both; where
        that is that something is wrong, it is as it was last built."""
        said, code, issues, built = self.afresh()
        assert checked(self.site) == said
        expected = built if code == 0 else built_in(self.site)
        ran = self.build(self.site)
        assert ran.code == code, ran.errors
        assert issues_in(ran.errors) == issues
        assert built_in(self.site) == expected
        if code == 0:
            self.sound = self.files
        else:
            self.go_to(self.sound)

    def afresh(self) -> Afresh:
        """What comes of a clean copy; once for files that come back as they were."""
        key = self.prints, frozenset(self.files.items())
        if key not in self.known:
            clean_copy(self.site, self.clean)
            said = checked(self.clean)
            ran = self.build(self.clean)
            self.known[key] = said, ran.code, issues_in(ran.errors), built_in(self.clean)
        return self.known[key]

    @rule()
    def close(self) -> None:
        """A month is closed, as far as it can be, and the site brought up to date."""
        month = self.chance.choice(MONTHS)
        self.by_command("close", month, "--on", LATER, "--despite-open")

    @rule()
    def amend(self) -> None:
        """Marks of a closed month are changed, and by an amendment that is right again."""
        closed = sorted(path for path in self.files if path.endswith("/closed.toml"))
        if closed:
            month = self.chance.choice(closed).split("/")[1]
            files = dict(self.files)
            for _ in range(3):
                mark(files, self.chance)
            of_month = {path for path in files if path.startswith(f"records/{month}/")}
            self.go_to(self.files | {path: files[path] for path in of_month})
            self.by_command("amend", month, "--all", "--why", "补录", *APPROVED, "--on", LATER)

    def by_command(self, *words: str) -> None:
        """Has a command of HR's write what it will, and brings the site up to date."""
        run(*words, at=self.site)
        self.files = self.files | {
            path.relative_to(self.site).as_posix(): path.read_text(encoding="utf-8")
            for path in (self.site / "records").rglob("*.toml")
        }
        Course.left -= 1
        self.bring_up_to_date()

    @rule()
    def print_or_not(self) -> None:
        """From now on forms are printed, or no longer."""
        self.prints = not self.prints
        self.bring_up_to_date()

    @rule()
    def kill(self) -> None:
        """A build ends in the middle of writing, after so many files."""
        self.make(3)
        count = self.chance.randint(0, 60)
        in_another(lambda: killed_after(count, self.build, self.site))
        self.bring_up_to_date()

    @rule()
    def build_at_once(self) -> None:
        """Two builds run at the same time."""
        self.make(2)
        other = begun(lambda: self.build(self.site))
        self.build(self.site)
        os.waitpid(other, 0)
        self.bring_up_to_date()

    def build(self, site: Path) -> Ran:
        return run("build", *(() if self.prints else ("--no-pdf",)), at=site)

    @rule()
    def befall(self) -> None:
        """Something happens to what was kept, or to what was built."""
        happened = self.chance.choice(HAPPENINGS)
        note(f"  {happened.__name__}")
        happened(self, self.chance)

    @rule()
    def keep_for_later(self) -> None:
        """Somebody copies the store, to put it back when it is out of date."""
        shutil.rmtree(self.older, ignore_errors=True)
        if (self.site / ".kpisite").exists():
            shutil.copytree(self.site / ".kpisite", self.older)


def begun(what: Callable[[], object]) -> int:
    """Begins something in a process of its own."""
    other = os.fork()
    if other == 0:
        try:
            what()
        finally:
            os._exit(0)
    return other


def in_another(what: Callable[[], object]) -> None:
    """Has something happen in a process of its own, to its end."""
    os.waitpid(begun(what), 0)


def killed_after(count: int, build: Callable[[Path], object], site: Path) -> None:
    """A build that is killed when it has written so many files."""
    left = iter(range(count))
    for kind in (Staging, Update):
        write_it = kind.write

        def write(self: Any, path: str, content: bytes, how: Any = write_it) -> bool:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            written: bool = how(self, path, content)
            return written

        setattr(kind, "write", write)  # noqa: B010 - a method, in a process that ends
    build(site)


@pytest.fixture(autouse=True)
def press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that take no time to print, and say what they were printed from."""

    def print_all(jobs: Iterable[Job], **_: object) -> Iterator[tuple[str, bytes]]:
        for job in jobs:
            yield (
                job.key,
                f"%PDF {sha256(repr(replace(job, key='')).encode()).hexdigest()}".encode(),
            )

    monkeypatch.setattr(kpisite.products.work, "print_all", print_all)
    monkeypatch.setattr(kpisite.write.pdf, "missing_libraries", lambda: None)


def few_or_chance(found: Standing, plan: PagePlan) -> bool:
    """Whether few shares are to be made anew, or chance has it so."""
    return found.is_any and (_are_few(found, plan) or Course.chance.random() < 0.5)


def has_no_faults_in_files(files: Files) -> bool:
    """Whether nothing is wrong in a site but what may show in its results."""
    tree = {path: text.encode() for path, text in files.items()}
    return not has_errors(assembled(partial(files_in, tree)).issues)


def checked(site: Path) -> tuple[int, str]:
    ran = run("check", "--format", "json", at=site)
    return ran.code, ran.output


def clean_copy(site: Path, to: Path) -> Path:
    """The files that HR wrote, and nothing that was kept or built."""
    shutil.rmtree(to, ignore_errors=True)
    return shutil.copytree(site, to, ignore=shutil.ignore_patterns(".kpisite", "output*"))


def built_in(site: Path) -> dict[str, str] | None:
    """What readers find."""
    output = site / "output"
    if not output.exists():
        return None
    return {path: one for path, one in digest(output).items() if path != ".kpisite-output"}


def issues_in(errors: str) -> list[str]:
    """What a build says on standard error besides how far it has come."""
    lines = errors.splitlines()
    return [one for one in lines if not one.startswith(("网页 ", "pages ", "PDF "))]


def delete_the_store(course: Course, _random: Random) -> None:
    shutil.rmtree(course.site / ".kpisite", ignore_errors=True)


def kept_in(course: Course) -> list[Path]:
    return sorted(one for one in (course.site / ".kpisite").glob("*.sqlite*") if one.is_file())


def damage_the_store(course: Course, random: Random) -> None:
    for place in kept_in(course):
        content = bytearray(place.read_bytes())
        for _ in range(random.choice([1, 1, 1, 20])):
            if content:
                content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        place.write_bytes(content)


def cut_the_store(course: Course, random: Random) -> None:
    for place in kept_in(course):
        os.truncate(place, random.randrange(place.stat().st_size + 1))


def bring_an_older_store(course: Course, _random: Random) -> None:
    if course.older.exists():
        shutil.rmtree(course.site / ".kpisite", ignore_errors=True)
        shutil.copytree(course.older, course.site / ".kpisite")


def delete_a_page(course: Course, random: Random) -> None:
    pages = sorted((course.site / "output").rglob("*.html"))
    if pages:
        random.choice(pages).unlink()


def delete_the_output(course: Course, _random: Random) -> None:
    shutil.rmtree(course.site / "output", ignore_errors=True)


HAPPENINGS = (
    delete_the_store, damage_the_store, cut_the_store, bring_an_older_store, delete_a_page,
    delete_the_output,
)  # fmt: skip


@pytest.mark.parametrize("share", range(SHARES))
def test_after_any_edits_the_site_is_that_of_a_clean_build(
    share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some commands have others help them look, and some look alone.
    monkeypatch.setattr("kpisite.look.processors", lambda: Course.chance.choice([1, 1, 3]))
    # Whether what changes is exchanged where it stands is left to chance too: in a site as small
    # as this one it is seldom little enough.
    monkeypatch.setattr(kpisite.products.build, "_are_few", few_or_chance)
    monkeypatch.setattr(Course, "known", {})
    monkeypatch.setattr(Course, "left", WANTED // SHARES + 1)
    while Course.left > 0:
        how: Any = settings(
            max_examples=COURSES, stateful_step_count=STEPS, deadline=None,
            phases=[Phase.generate], print_blob=False, suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        run_state_machine_as_test(Course, settings=how)
