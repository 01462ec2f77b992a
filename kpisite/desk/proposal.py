"""A mapping made from the heads of a table: what each column most likely is.

What a head is called, in Chinese or in English, stands in `words/headings.toml`; figures, events
and questions are known by what the forms call them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kpisite.check.book import Book
from kpisite.core.text import Language
from kpisite.desk.figures_asked import figures_asked
from kpisite.desk.whose_row import cell_text
from kpisite.edit.written import key_written, written
from kpisite.language.mapping import NOT_TAKEN, Into
from kpisite.language.mapping import Mapping as TableMapping
from kpisite.tables.grid import Grid
from kpisite.tables.rows import heads_of, plain_word
from kpisite.words import command_words, headings

#: So many rows from the top a head is looked for.
MOST_ROWS_ABOVE = 15
#: What only a list of the staff says of people; any table may repeat departments and titles.
ONLY_OF_STAFF = ("joined", "left", "probation", "superior", "salary", "scheme")
#: What of the usual heads each kind of table has; the first two must be there for it to be one.
KINDS: dict[Into, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "absence": (
        ("from", "to", "kind"),
        ("id", "name", "kind", "from", "to"),
    ),
    "events": (
        ("rule", "date"),
        ("id", "name", "rule", "date", "count", "points", "source", "reason"),
    ),
    "staff": (
        ("name", "department"),
        ("id", "name", "department", "department-id", "title", "joined", "left", "probation",
         "superior", "salary", "scheme", "from"),
    ),
    "survey": ((), ("id", "name", "by")),
    "records": ((), ("id", "name")),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A mapping, what of the table it makes nothing of, and how sure it is."""

    mapping: TableMapping
    unknown: tuple[str, ...]
    score: int


def proposed(book: Book, grids: Sequence[Grid]) -> Proposal | None:
    """The mapping that knows most heads of any sheet; None where none knows two."""
    found = [
        one
        for grid in grids
        if not grid.is_hidden
        for head in range(1, min(len(grid.rows), MOST_ROWS_ABOVE) + 1)
        for heads in (1, 2)
        if (one := _of_heads(book, grid, head, heads)) is not None
    ]
    best = max(
        found, key=lambda one: (one.score, -one.mapping.heads, -one.mapping.head), default=None
    )
    return best if best is not None and best.score >= 2 else None


def _of_heads(book: Book, grid: Grid, head: int, heads: int) -> Proposal | None:
    said = heads_of(grid, head, heads)
    if heads == 2 and not any("/" in one for one in said):
        return None
    words = {plain_word(one.rpartition("/")[2] or one): one for one in said if plain_word(one)}
    words |= {plain_word(one): one for one in said if plain_word(one)}
    usual = {
        name: next((words[one] for one in names if one in words), "") for name, names in _usual()
    }
    own = {words[word]: target for word, target in _own_words(book) if word in words}
    into = _kind_of(usual, own, is_anybody_known=bool(book.staff))
    columns: dict[str, str | tuple[str, ...]] = {}
    for name in KINDS[into][1]:
        if usual[name]:
            columns.setdefault(usual[name], name)
    prefix = {"records": ("metrics.", "event."), "survey": ("answers.",)}.get(into, ())
    for one, target in own.items():
        if prefix and target.startswith(prefix):
            columns.setdefault(one, target)
    unknown = tuple(one for one in said if plain_word(one) and one not in columns)
    if not {"id", "name"} & set(columns.values()):
        return None
    score = len(columns)
    ordered = {one: columns.get(one, NOT_TAKEN) for one in said if plain_word(one)}
    sheet = grid.name or None
    of = _survey_of(book) if into == "survey" else None
    values = {}
    if into == "staff" and usual["title"] and not usual["scheme"]:
        ordered[usual["title"]] = ("title", "scheme")
        values = {"scheme": _schemes_of_titles(book, grid, head - 1 + heads, said, usual)}
    mapping = TableMapping(
        into=into, sheet=sheet, head=head, heads=heads, of=of, columns=ordered, values=values
    )
    return Proposal(mapping=mapping, unknown=unknown, score=score)


def _schemes_of_titles(
    book: Book, grid: Grid, first: int, said: Sequence[str], usual: dict[str, str]
) -> dict[str, str]:
    """Which form goes with each title: that of a site with one form, but for whoever others report
    to; for a person to decide where there are several."""
    forms = {one.model.id for one in book.schemes if one.model.appraises == "employee"}
    form = forms.pop() if len(forms) == 1 else ""
    columns = {name: said.index(head) for name, head in usual.items() if head in said}
    found: dict[str, str] = {}
    above: set[str] = set()
    for number in range(first, len(grid.rows)):
        at = {name: cell_text(grid.at(number, column)) for name, column in columns.items()}
        above.add(at.get("superior", ""))
    for number in range(first, len(grid.rows)):
        at = {name: cell_text(grid.at(number, column)) for name, column in columns.items()}
        if at["title"] and (at.get("id") or at.get("name")):
            is_above = {at.get("id"), at.get("name")} & (above - {""})
            found.setdefault(at["title"], "" if is_above else form)
    return found


def _usual() -> Iterator[tuple[str, list[str]]]:
    for name, names in headings().items():
        if isinstance(names, list):
            yield name, names


def _kind_of(usual: dict[str, str], own: dict[str, str], *, is_anybody_known: bool) -> Into:
    """Which kind of table has such heads.

    Where there are people already, a table that merely repeats their departments and titles, as one
    of attendance does, is none of the staff: taken for one, it would move them.
    """
    if any(target.startswith("answers.") for target in own.values()):
        return "survey"
    if any(target.startswith(("metrics.", "event.")) for target in own.values()):
        return "records"
    has_post = bool(usual["joined"] or usual["title"] or usual["department"])
    for into, (needed, _) in KINDS.items():
        if needed and all(usual[name] for name in needed) and into != "staff":
            return into
    is_staff = not is_anybody_known or any(usual[name] for name in ONLY_OF_STAFF)
    return "staff" if has_post and is_staff else "records"


def _own_words(book: Book) -> Iterator[tuple[str, str]]:
    """What the site's own forms call figures, events and questions."""
    for filed in book.schemes:
        scheme = filed.model
        policies = [one.model for one in book.policies if scheme.id in one.model.schemes]
        asked = figures_asked(scheme, None)
        for policy in policies:
            asked |= figures_asked(scheme, policy)
        for metric, (name, _) in asked.items():
            for word in (metric, *name.words):
                yield plain_word(word), f"metrics.{metric}"
        for id, rule in scheme.rules.items():
            for word in (id, *rule.name.words):
                yield plain_word(word), f"event.{id}"
        for row in scheme.indicators.values():
            for question in () if row.questionnaire is None else row.questionnaire.questions:
                for word in (question.id, *question.name.words):
                    yield plain_word(word), f"answers.{question.id}"


def choices(book: Book, mapping: TableMapping, language: Language) -> Iterator[str]:
    """What a person who looks the mapping over may choose from: each figure and event that the
    forms ask for, or each form that a post may have, with its name."""
    if mapping.into == "staff":
        forms = (one.model for one in book.schemes if one.model.appraises == "employee")
        yield from sorted({f"{one.id} {one.name.say(language)}" for one in forms})
    elif mapping.into == "records":
        names: dict[str, str] = {}
        for filed in book.schemes:
            policies = [one.model for one in book.policies if filed.model.id in one.model.schemes]
            for policy in (None, *policies):
                for id, (name, _) in figures_asked(filed.model, policy).items():
                    names.setdefault(f"metrics.{id}", name.say(language))
            for id, rule in filed.model.rules.items():
                names.setdefault(f"event.{id}", rule.name.say(language))
        yield from (f"{target} {name}" for target, name in names.items())


def _survey_of(book: Book) -> str | None:
    surveys = {
        row.id
        for filed in book.schemes
        for row in filed.model.indicators.values()
        if row.questionnaire is not None
    }
    return surveys.pop() if len(surveys) == 1 else None


def mapping_text(
    proposal: Proposal, file: str, language: Language, book: Book, schema: str = ""
) -> str:
    """The mapping as a file to look over, with what each part of it means and what may stand there,
    and where its schema is if it is anywhere."""
    words, mapping = command_words(language), proposal.mapping
    lines = [f"#:schema {schema}", ""] if schema else []
    lines += ["# " + words["mapping-of"].format(file=file), ""]
    lines.append(f'into  = "{mapping.into}"  # ' + words["mapping-into"])
    if mapping.sheet:
        lines.append(f"sheet = {written(mapping.sheet)}")
    lines.append(f"head  = {mapping.head}  # " + words["mapping-head"])
    if mapping.heads > 1:
        lines.append(f"heads = {mapping.heads}  # " + words["mapping-heads"])
    if mapping.of:
        lines.append(f"of    = {written(mapping.of)}")
    if mapping.into in ("records", "events"):
        lines.append('# table = "…"  # ' + words["mapping-table"])
    known = [f"#   {one}" for one in choices(book, mapping, language)]
    lines += ["", "# " + words["mapping-columns"]]
    if known and mapping.into == "records":
        lines += ["# " + words["mapping-choices"], *known]
    lines.append("[columns]")
    for head, target in mapping.columns.items():
        lines.append(f"{key_written(head)} = {written(target)}")
    lines += ["", "# " + words["mapping-fixed"], "[fixed]", ""]
    lines.append("# " + words["mapping-values"])
    if not mapping.values:
        lines += ["# [values.department]", '# "…" = "…"', ""]
    for target, table in mapping.values.items():
        if known and target == "scheme":
            lines += ["# " + words["mapping-forms"], *known]
        lines.append(f"[values.{target}]")
        lines += [f"{key_written(said)} = {written(value)}" for said, value in table.items()]
        lines.append("")
    return "\n".join(lines)
