"""Writes what the code already knows into the docs: `make docs`.

With `--check` nothing is written, and the pages that are out of date are named.
"""

import sys

from making import commands, faults, file_format, keys, methods, servers, sources, themes

PAGES = {
    "commands.md": commands.commands,
    "faults.md": faults.faults,
    "format.md": file_format.file_format,
    "methods.md": methods.methods,
    "nginx.conf": servers.nginx_of_the_sample,
    "themes.md": themes.themes,
}
"""Every page that is made from the code, whole or between marks."""


def main(arguments: list[str]) -> int:
    """Writes the pages that changed and names them; with `--check` 1 where there are any."""
    keys.must_match_the_code()
    made = {name: make() for name, make in PAGES.items()}
    stale = [name for name, text in made.items() if not _is_page(name, text)]
    for name in stale:
        print(f"docs/{name}")
        if "--check" not in arguments:
            (sources.DOCS / name).write_text(made[name], encoding="utf-8", newline="\n")
    return 1 if stale and "--check" in arguments else 0


def _is_page(name: str, text: str) -> bool:
    place = sources.DOCS / name
    return place.is_file() and place.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except sources.Undocumented as error:
        sys.exit(f"docs: {error}")
