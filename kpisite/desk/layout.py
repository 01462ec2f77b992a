"""A record laid out to be filled in: the form's rows in its order, as comments that say what each
may hold.

A row stands as `# care = { self = …, supervisor = … }  # 细心，0–10`.  Whoever fills it in takes
the `#` away, and `kpisite.edit` puts a value that comes from elsewhere in its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kpisite.check.ground import Ground
from kpisite.check.mark_checks import to_be_written
from kpisite.check.roll import Unrecorded
from kpisite.core.exact import plain, with_minus
from kpisite.core.month import Month
from kpisite.core.text import Language, Text
from kpisite.desk.figures_asked import figures_asked
from kpisite.desk.row_bounds import row_bounds, word_of
from kpisite.edit.written import written
from kpisite.language.adjustment import Incident, Veto
from kpisite.language.figures.model import RowList
from kpisite.language.methods import Indicator, Planned
from kpisite.language.methods.events import EventRule
from kpisite.language.methods.questionnaire import Questionnaire
from kpisite.language.policy import Policy
from kpisite.language.rater import APPRAISEE
from kpisite.language.scheme import Scheme
from kpisite.words import command_words

#: A line of a table to fill in: its key, its value with `…` in it, and what is said of it.
Line = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLayout:
    """The record of one appraisee to lay out, on its form, in the language of the site."""

    ground: Ground
    whose: Unrecorded
    scheme: Scheme
    policy: Policy | None
    language: Language

    def text(self) -> str:
        """The whole file."""
        return "\n".join((*self._head(), *self._tables(), *self._lists(), ""))

    def say(self, text: Text) -> str:
        """A text in one line."""
        return " ".join(text.say(self.language).split())

    def word(self, key: str, **facts: object) -> str:
        """A word of the catalogue."""
        return word_of(self.language, key, **facts)

    def _head(self) -> Iterator[str]:
        whose = self.whose
        said = [whose.name.say(self.language), self._title(), self.say(self.scheme.name)]
        yield "#:schema ../.schema/record.json"
        yield "# " + self.word("new-comma").join(one for one in said if one)
        yield "# " + self.word("new-how")
        yield ""
        key = "employee" if whose.is_person else "department"
        width = len(key)
        yield f"{key} = {written(whose.id)}"
        if whose.part is not None:
            yield f"{'part':{width}} = {written(whose.part)}"
        if whose.one_off is not None:
            yield f"{'scheme':{width}} = {written(whose.one_off)}"
        yield f"{'month':{width}} = {written(str(whose.month))}"

    def _title(self) -> str:
        person = self.ground.staff.get(self.whose.id)
        if person is None:
            return ""
        model, part = person.model, self.whose.part
        post = (
            model.post_in(self.whose.month)
            if part is None
            else model.post_within(self.whose.month, part)
        )
        return "" if post is None else self.say(post.title)

    def _tables(self) -> Iterator[str]:
        yield from _table("rated", tuple(self._rated()), self._window())
        yield from self._marks()
        yield from _table("metrics", tuple(self._figures()))
        yield from _table("choices", tuple(self._choices()))
        yield from _table("notes", tuple(self._notes()))

    def _window(self) -> str:
        window = None if self.policy is None else self.policy.window
        if window is None:
            return ""
        month = self.whose.month.plus(1)
        days = {"first": f"{month}-{window.from_:02}", "last": f"{month}-{window.to:02}"}
        return self.word("new-window", **days)

    def _rated(self) -> Iterator[Line]:
        for id, rater in self.scheme.raters.items():
            if rater.is_several:
                continue
            by, name = self._rated_by(id)
            entry = "{ on = … }" if id == APPRAISEE else f"{{ by = {by}, on = … }}"
            said = f"{self.say(self.scheme.rater_name(id))} {name}".strip()
            yield id, entry, said

    def _rated_by(self, rater: str) -> tuple[str, str]:
        """Who marks in a rater's name, as far as that is known beforehand: the id, and the name."""
        superior, manager = self._superiors()
        id = {"supervisor": superior, "manager": manager}.get(rater)
        filed = self.ground.staff.get(id or "")
        return ('"…"', "") if filed is None else (written(filed.model.id), filed.model.name)

    def _superiors(self) -> tuple[str | None, str | None]:
        whose, person = self.whose, self.ground.staff.get(self.whose.id)
        department = self.ground.department_by_id.get(whose.department)
        manager = None if department is None else department.manager
        if person is None:
            return manager, manager
        part, month = whose.part, whose.month
        post = person.model.post_in(month)
        if part is not None:
            post = person.model.post_within(month, part)
        return (None if post is None else post.superior), manager

    def _marks(self) -> Iterator[str]:
        """The rows that raters mark, part by part; the names of all are as wide."""
        rows = [one for one in self.scheme.indicators.values() if one.takes_marks]
        if not rows:
            return
        width = max(len(one.id) for one in rows)
        yield ""
        yield "[marks]"
        for part in self.scheme.part:
            within = [*part.indicator, *(one for each in part.section for one in each.indicator)]
            marked = [one for one in within if one.takes_marks]
            if marked:
                yield f"# {self.say(part.name)}"
            for row in marked:
                said = self.word("new-comma").join(
                    (self.say(row.name), row_bounds(row, self.language))
                )
                yield f"# {row.id:{width}} = {self._entry(row)}  # {said}"

    def _entry(self, row: Indicator) -> str:
        raters = self.scheme.raters
        marks = (f"{id} = {to_be_written(rater)}" for id, rater in raters.items())
        return f"{{ {', '.join(marks)} }}"

    def _figures(self) -> Iterator[Line]:
        """The figures that the rows and the pay ask for, each once, and of which unit."""
        for metric, (name, is_percent) in figures_asked(self.scheme, self.policy).items():
            yield metric, '"…%"' if is_percent else "…", self.say(name)

    def _choices(self) -> Iterator[Line]:
        """The figures that are one of some words."""
        for id, one in self.scheme.plan.of_record.items():
            if one.unit == "choice":
                words = self.word("new-list").join(written(word) for word in one.choices)
                yield id, '"…"', self.word("new-comma").join((self.say(one.label), words))

    def _columns(self, rows: RowList) -> Iterator[Line]:
        """A row of a list, with what each column may hold."""
        yield "name", '"…"', ""
        for one in rows.columns:
            value = {"choice": '"…"', "percent": '"…%"'}.get(one.unit or "", "…")
            words = self.word("new-list").join(written(word) for word in one.choices)
            said = [self.say(one.label), words] if words else [self.say(one.label)]
            if one.adds_up_to is not None:
                said.append(self.word("new-sum", sum=one.adds_up_to.text))
            yield one.id, value, self.word("new-comma").join(said)

    def _notes(self) -> Iterator[Line]:
        for id, rater in self.scheme.raters.items():
            if id != APPRAISEE and not rater.is_several:
                name = self.say(self.scheme.rater_name(id))
                yield id, '"…"', self.word("new-note", rater=name)
        for id, name_of in self.scheme.notes.items():
            if id not in self.scheme.raters:
                yield id, '"…"', self.say(name_of)

    def _lists(self) -> Iterator[str]:
        """Entries of which there may be several, as comments to copy: tasks, answers, events."""
        for row in self.scheme.indicators.values():
            if isinstance(row, Planned):
                yield from _sample(
                    "task", self.word("new-tasks", row=self.say(row.name)), self._task(row)
                )
            asked = row.questionnaire
            if asked is not None:
                facts = {"row": self.say(row.name), "least": asked.least}
                key = "new-survey" if asked.least else "new-survey-any"
                yield from _sample("survey", self.word(key, **facts), self._answers(row.id, asked))
        for id, listed in self.scheme.plan.lists.items():
            yield from _sample(f"list.{id}", self.say(listed.label), self._columns(listed))
        rules = self.scheme.rules
        if rules:
            said = self.word("new-list").join(
                f"{id} {self._rule(rule)}".strip() for id, rule in rules.items()
            )
            yield from _sample("event", self.word("new-events", rules=said), self._event())

    def _task(self, row: Planned) -> Iterator[Line]:
        yield "id", '"…"', ""
        yield "name", '"…"', ""
        yield "weight", '"…%"', self.word("new-weights")
        raters = ", ".join(f"{id} = …" for id in self.scheme.raters)
        yield "marks", f"{{ {raters} }}", f"{plain(row.marking.low)}–{plain(row.marking.most)}"

    def _answers(self, row: str, asked: Questionnaire) -> Iterator[Line]:
        yield "of", written(row), ""
        yield "by", '"…"', self.word("new-respondent")
        answers = ", ".join(f"{one.id} = …" for one in asked.questions)
        yield "answers", f"{{ {answers} }}", f"{plain(asked.low)}–{plain(asked.high)}"

    def _event(self) -> Iterator[Line]:
        yield "rule", '"…"', ""
        yield "date", f"{self.whose.month}-…", ""
        if any(rule.evidence for rule in self.scheme.rules.values()):
            yield "source", '"…"', self.word("new-evidence")
        if any(rule.reason for rule in self.scheme.rules.values()):
            yield "reason", '"…"', self.word("new-reason")

    def _rule(self, rule: EventRule | Veto | Incident) -> str:
        if not isinstance(rule, EventRule):
            return self.say(rule.name)
        low, high = rule.points
        points = plain(low) if low == high else f"{plain(low)} … {plain(high)}"
        return f"{self.say(rule.name)} {with_minus(points)}"


def _table(name: str, lines: tuple[Line, ...], said: str = "") -> Iterator[str]:
    """A table with its lines to fill in; none where there are none."""
    if lines:
        yield ""
        yield f"[{name}]{f'  # {said}' if said else ''}"
        yield from _laid_out(lines)


def _laid_out(lines: tuple[Line, ...]) -> Iterator[str]:
    width = max(len(key) for key, _, _ in lines)
    for key, value, said in lines:
        yield f"# {key:{width}} = {value}{f'  # {said}' if said else ''}"


def _sample(name: str, said: str, lines: Iterator[Line]) -> Iterator[str]:
    yield ""
    yield f"# {said}"
    yield f"# [[{name}]]"
    yield from _laid_out(tuple(lines))


def month_text(month: Month, language: Language) -> str:
    """`month.toml` of a month whose marks and figures are still to come."""
    words = command_words(language)
    missing, note, excused = (
        words[key] for key in ("new-missing", "new-month-note", "new-excused")
    )
    return (
        "#:schema ../.schema/month.json\n\n"
        f'month   = "{month}"\n'
        f'missing = "provisional" # {missing}\n'
        f'# note = "…"  # {note}\n\n'
        f"# {excused}\n[excused]\n"
    )
