"""What the docs take from the code is what the code says now."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_pages_made_from_the_code_are_up_to_date() -> None:
    ran = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    reported = f"{ran.stdout}{ran.stderr}"
    assert ran.returncode == 0, f"run `make docs`; it would write or miss:\n{reported}"
