"""Sites that are kept in git, for tests: commits by nobody in particular, on a day of ours."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path


def git(
    folder: Path,
    *arguments: str,
    day: str = "2026-09-30",
    zone: str = "+0800",
    author: str = "HR",
) -> str:
    """Runs git as somebody who has no settings, on a day of ours."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    for who in ("AUTHOR", "COMMITTER"):
        environment[f"GIT_{who}_NAME"], environment[f"GIT_{who}_EMAIL"] = author, "hr@example.org"
        environment[f"GIT_{who}_DATE"] = f"{day}T23:30:00{zone}"
    ran = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *arguments],
        cwd=folder,
        text=True,
        check=True,
        capture_output=True,
        env=environment,
    )
    return ran.stdout.strip()


def commit(
    folder: Path, files: Mapping[str, str], day: str, zone: str = "+0800", author: str = "HR"
) -> str:
    """Writes files and commits all there is; the commit's id."""
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x", day=day, zone=zone, author=author)
    return git(folder, "rev-parse", "HEAD")
