"""kpisite's pages as a site of Hugo's: a file of facts for each page, and the templates.

Hugo gets every page's facts as ready as kpisite's own templates get them, numbers and reckonings
included, so that all it does is read, render and write.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from benchmarks.translate import go_template
from kpisite.pages.offices import shares
from kpisite.pages.plan import Page, Plan, Selection
from kpisite.site import Site
from kpisite.source import packaged_theme
from kpisite.words import page_words

#: Pages of one content folder of Hugo's, which slow down when they are many.
A_FOLDER = 1000

SETTINGS = {
    "baseURL": "https://example.org/",
    "uglyURLs": True,
    "disableHugoGeneratorInject": True,
    "timeout": "600s",
    "outputs": {"page": ["html"]},
    "disableKinds": ["taxonomy", "term", "RSS", "sitemap", "robotsTXT", "404", "home", "section"],
}


def write_hugo(site: Path, folder: Path) -> dict[Path, str]:
    """Writes the site at `site` for Hugo into `folder`; the former texts of what was there and has
    another text now."""
    former: dict[Path, str] = {}
    for path, text in hugo_files(site):
        place = folder / path
        if place.exists():
            before = place.read_text(encoding="utf-8")
            if before == text:
                continue
            former[place] = before
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return former


def hugo_files(site: Path) -> Iterator[tuple[str, str]]:
    """Every file by its path; `content/` has a folder for each kind of reader, as `output/` has."""
    loaded = Site.find(site).check()
    plan = Plan(loaded.book, loaded.results, Selection(pdf=False))
    files = packaged_theme("default")
    assert files is not None
    yield "hugo.json", json.dumps(SETTINGS)
    layouts: set[str] = set()
    numbers: Counter[str] = Counter()
    for share in shares(plan, 25):
        for page in share.pages():
            if not page.path.endswith(".html"):
                continue
            readers, number = page.place.partition("/")[0], numbers[page.place.partition("/")[0]]
            numbers[readers] += 1
            yield f"content/{readers}/{number // A_FOLDER:03}/{number:06}.md", _facts(page)
            layouts.add(page.template)
    for audience in plan.audiences:
        yield f"static/{audience.folder}/style.css", files["style.css"]
    words, company = page_words(plan.language), loaded.book.site.model.company.say(plan.language)
    for name in sorted(layouts):
        yield f"layouts/_default/{name}", go_template(name, files, words, company)


def _facts(page: Page) -> str:
    """A page of Hugo's, which is nothing but front matter."""
    facts = {
        "title": page.title,
        "url": f"/{page.place}",
        "layout": page.template.removesuffix(".html"),
        "params": {
            "root": page.root,
            "facts": _bare(page.facts),
            "card": _bare(page.card) if page.card else {},
        },
    }
    return json.dumps(facts, ensure_ascii=False)


def _bare(value: Any) -> Any:
    """Facts as plain data, properties among them, without what is empty."""
    if is_dataclass(value):
        names = [one.name for one in fields(value)]
        names += [name for name, one in vars(type(value)).items() if isinstance(one, property)]
        return _full({name: _bare(getattr(value, name)) for name in names})
    if isinstance(value, list | tuple):
        return [_bare(one) for one in value]
    if isinstance(value, Mapping):
        return _full({key: _bare(one) for key, one in value.items()})
    if isinstance(value, str):
        return str(value)
    return value if isinstance(value, bool | int) else None


def _full(facts: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in (None, "", False)}
