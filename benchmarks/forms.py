"""Measures printed forms: how many a second, how large, how long signing and verifying one takes.

    python -m benchmarks.forms

README.md in this folder says what is measured, and how to read it.
"""

import argparse
import hashlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pikepdf

from benchmarks.company import write_company
from benchmarks.measure import Seconds, seconds
from kpisite.paper.pdf import attachments_of, facts_in, lines_in, opened

ROOT = Path(__file__).resolve().parents[1]
MONTH = "2026-10"
SIGNER = "GM001"
#: Of one command several runs are taken, and the middle one counts.
RUNS = 5
#: The bars: forms a second on two processors, bytes of the largest form without attachments,
#: seconds for so many signatures, seconds for one form.
FORMS_A_SECOND, LARGEST, SIGNATURES, SIGNING, VERIFYING = 12, 80 * 1024, 100, 20, 1


@dataclass(frozen=True, slots=True)
class Line:
    """What was measured, what came out, and what is wanted."""

    what: str
    found: str
    wanted: str = "–"


def kpisite(site: Path, *arguments: str | Path) -> Seconds:
    """How long a command takes in a site."""
    return seconds([sys.executable, "-m", "kpisite", "-C", str(site), *map(str, arguments)])


def in_git(site: Path) -> None:
    """Commits a site, so that its forms name a revision."""
    (site / ".gitignore").write_text("/output/\n/signed/\n/demo-keys/\n.kpisite/\n")
    who = ("-c", "user.name=Bench", "-c", "user.email=bench@example.org")
    for command in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "Records")):
        subprocess.run(["git", "-C", str(site), *command], check=True)


def sample(work: Path) -> Path:
    """The sample company in a folder of its own."""
    site = work / "sample"
    for name in ("records", "themes"):
        shutil.copytree(ROOT / name, site / name)
    shutil.copy(ROOT / "kpisite.toml", site)
    in_git(site)
    return site


def printing(site: Path) -> Iterator[Line]:
    """A whole build with its forms, less the same build without."""
    bare = kpisite(site, "build", "--no-pdf", "--output", "bare")
    shutil.rmtree(site / ".kpisite")
    whole = kpisite(site, "build")
    forms = printed(site)
    taken, worked = whole.taken - bare.taken, whole.worked - bare.worked
    yield Line(
        f"{forms} forms and lists printed, a second",
        f"{forms / taken:.1f}",
        f"≥ {FORMS_A_SECOND} on two processors",
    )
    yield Line(
        "one printed, seconds of processors", f"{worked / forms:.3f}", f"≤ {2 / FORMS_A_SECOND:.3f}"
    )


def printed(site: Path) -> int:
    """How many forms and lists the last build printed: what it keeps."""
    with sqlite3.connect(site / ".kpisite/forms.sqlite") as store:
        ((number,),) = store.execute("SELECT count(*) FROM piece").fetchall()
    return int(number)


def sizes(site: Path) -> Iterator[Line]:
    """How large the forms are, with what lies in them as files and without; lists carry no record,
    and are as long as they are."""
    found = {}
    for file in (site / "output").rglob("*.pdf"):
        content = file.read_bytes()
        attached = _attached(content)
        if "record.toml" in attached:
            found[hashlib.sha256(content).digest()] = (len(content), sum(attached.values()))
    whole = [size for size, _ in found.values()]
    bare = [size - attached for size, attached in found.values()]
    wanted = f"≤ {LARGEST // 1024}"
    yield Line("largest form without attachments, KB", f"{max(bare) / 1024:.0f}", wanted)
    yield Line("half of the forms are below, KB", f"{median(bare) / 1024:.0f}")
    yield Line("largest form with attachments, KB", f"{max(whole) / 1024:.0f}")


def _attached(content: bytes) -> dict[str, int]:
    """The bytes that each attachment takes in the file."""
    with opened(content) as pdf:
        streams = {name: one.get_file().obj for name, one in pdf.attachments.items()}
        return {name: len(stream.read_raw_bytes()) for name, stream in streams.items()}


def signing(site: Path) -> Iterator[Line]:
    """Many forms signed by one command, each on its first line."""
    kpisite(site, "keys", "demo", "--staff", SIGNER)
    files, names = list[str](), set[str]()
    for file in sorted((site / "output/hr").rglob(f"{MONTH}/*.pdf")):
        with opened(file.read_bytes()) as pdf:
            lines = lines_in(facts_in(attachments_of(pdf)))
        if "sign-1" in lines and len(files) < SIGNATURES:
            files.append(str(file.relative_to(site)))
            names.add(lines["sign-1"].name)
    behalf = [one for name in sorted(names - {""}) for one in ("--on-behalf", name)]
    key = ("--key", f"demo-keys/{SIGNER}.p12", "--password-file", "demo-keys/password.txt")
    took = kpisite(site, "sign", *files, "--as", "1", *key, *behalf)
    signed = sum(_is_signed(one) for one in (site / "signed").rglob("*.pdf"))
    yield Line(f"{signed} forms signed, s (work)", _both(took), f"≤ {SIGNING}")


def _is_signed(file: Path) -> bool:
    with pikepdf.open(file) as pdf:
        return any("/V" in one for one in pdf.Root.AcroForm.Fields)


def verifying(site: Path, form: str, what: str, wanted: str = "–") -> Iterator[Line]:
    """One form held against the records: after a build and a check that left what they found, the
    same but printed anew, and each time in a fresh clone, where nothing was left."""
    kpisite(site, "check")
    yield Line(f"{what}, s (work)", _middle(site, form), wanted)
    yield Line(f"{what}, printed anew, s (work)", _middle(site, "--reprint", form))
    yield Line(f"{what}, in a fresh clone, s (work)", _middle(site, form, is_fresh=True))


def _middle(site: Path, *arguments: str, is_fresh: bool = False) -> str:
    runs = []
    for _ in range(RUNS):
        if is_fresh:
            shutil.rmtree(site / ".kpisite", ignore_errors=True)
        runs.append(kpisite(site, "verify", *arguments))
    runs.sort(key=lambda one: one.taken)
    return _both(runs[RUNS // 2])


def _both(took: Seconds) -> str:
    return f"{took.taken:.2f} ({took.worked:.2f})"


def measured(work: Path, people: int) -> Iterator[Line]:
    """All lines of the table."""
    site = sample(work)
    yield from printing(site)
    yield from sizes(site)
    yield from signing(site)
    one = next((site / "output/hr").rglob(f"{MONTH}/QA006.pdf")).relative_to(site)
    yield from verifying(site, str(one), "one form verified", f"≤ {VERIFYING}")
    signed = next((site / "signed").rglob("*.pdf")).relative_to(site)
    yield from verifying(site, str(signed), "one signed form verified", f"≤ {VERIFYING}")
    if people:
        large = work / "large"
        write_company(large, people, 1)
        in_git(large)
        kpisite(large, "build", "--employee", "CS00001", "--audience", "employees")
        (form,) = (large / "output").rglob("CS00001/20*.pdf")
        yield from verifying(large, str(form.relative_to(large)), f"one form of {people} people")


def main() -> None:
    """Reads the options, prints each line as it comes."""
    parser = argparse.ArgumentParser(description="Measure printing, signing and verifying forms.")
    parser.add_argument("--people", type=int, default=2000, help="of the large site; 0 for none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kpisite-bench-") as name:
        print("| What | Measured | Wanted |\n| --- | --- | --- |")
        for line in measured(Path(name), options.people):
            print(f"| {line.what} | {line.found} | {line.wanted} |", flush=True)


if __name__ == "__main__":
    main()
