"""The files of a person as a list of the staff would have them, new or changed."""

from collections.abc import Callable
from datetime import date
from typing import Any

from kpisite.check.book import Book
from kpisite.check.kinds import SEAL_FILE
from kpisite.core.month import Month
from kpisite.desk.staff.people import Person, StaffTaken
from kpisite.edit.change import Edit
from kpisite.edit.written import lines_of, written
from kpisite.language.staff import Employee


class StaffFiles:
    """The files of people, written into what the lists come to."""

    def __init__(self, book: Book, taken: StaffTaken, new_key: Callable[[], str]) -> None:
        self.book, self.taken, self.new_key = book, taken, new_key

    def _issue(self, person: Person, code: str, column: str, **facts: Any) -> None:
        self.taken.issues.append(person.row.issue(code, column, **facts))

    def new(self, person: Person) -> None:
        """Somebody who is not there yet: the file, and the first salary where the list has one."""
        joined = person.days.get("joined")
        if joined is None:
            self._issue(person, "import-no-joined", "joined", name=person.name)
            return
        if "department" not in person.post or "title" not in person.post:
            lacking = next(one for one in ("department", "title") if one not in person.post)
            self._issue(person, "import-post-open", lacking, name=person.name)
            return
        days = {key: person.days[key] for key in ("joined", "left", "probation")
                if key in person.days}  # fmt: skip
        head = lines_of({"id": person.id, "name": person.name, **days})
        post = lines_of({"from": person.days.get("from", joined), **person.post})
        lines = ["#:schema ../.schema/employee.json", "", *head, "", "[[post]]", *post, ""]
        self.taken.files[f"records/staff/{person.id}.toml"] = "\n".join(lines).encode()
        if person.salary is not None:
            self._pay(person, Month.of(person.days.get("from", joined)))

    def _pay(self, person: Person, since: Month) -> None:
        """The first salary of somebody, and the key that seals wages where there is none."""
        assert person.salary is not None
        path = f"records/pay/{person.id}.toml"
        entry = {"from": str(since), "amount": person.salary}
        if person.id in self.book.pay:
            filed = self.book.pay[person.id]
            index = filed.model.salary_in(since)
            if index is None or filed.model.salary[index].amount != person.salary:
                edit = Edit(keys=("salary",), value=entry, is_new=True)
                self.taken.edits.setdefault(path, []).append(edit)
            return
        lines = ["#:schema ../.schema/pay.json", "", f"employee = {written(person.id)}", ""]
        lines += ["[[salary]]", *lines_of(entry), ""]
        self.taken.files[path] = "\n".join(lines).encode()
        if self.book.seal is None and SEAL_FILE not in self.taken.files:
            key = f'#:schema ../.schema/seal.json\n\nkey = "{self.new_key()}"\n'
            self.taken.files[SEAL_FILE] = key.encode()

    def changed(self, person: Person, path: str, model: Employee) -> None:
        """What the list says anew of somebody who is there."""
        edits = self.taken.edits.setdefault(path, [])
        if person.name != model.name:
            facts = {"id": person.id, "there": model.name, "name": person.name}
            self._issue(person, "import-name-differs", "name", **facts)
            return
        for key in ("left", "probation"):
            if key in person.days and person.days[key] != getattr(model, key):
                edits.append(Edit(keys=(key,), value=person.days[key]))
        since = person.days.get("from")
        now = model.post_on(date.max)
        assert now is not None
        there = {
            "department": now.department,
            "title": now.title.say(self.book.site.model.language),
            "scheme": now.scheme or "",
            "superior": now.superior or "",
        }
        if any(there[key] != said for key, said in person.post.items()):
            if since == now.from_:  # the list corrected
                at = model.post.index(now)
                edits += (
                    Edit(keys=("post", at, key), value=said)
                    for key, said in person.post.items()
                    if there[key] != said
                )
            elif since is None or since < now.from_:
                changes = [key for key, said in person.post.items() if there[key] != said]
                facts = {"name": person.name, "there": there[changes[0]] or "–"}
                self._issue(person, "import-since-when", changes[0], **facts)
                return
            else:
                post = {key: said for key, said in (there | dict(person.post)).items() if said}
                edits.append(Edit(keys=("post",), value={"from": since, **post}, is_new=True))
        if person.salary is not None:
            self._raised(person, since)
        if not edits:
            del self.taken.edits[path]

    def _raised(self, person: Person, since: date | None) -> None:
        filed = self.book.pay.get(person.id)
        salaries = () if filed is None else filed.model.salary
        last = max(((one.from_, one.amount) for one in salaries), default=None)
        if last is not None and last[1] == person.salary:
            return
        if last is None:
            self._pay(person, Month.of(since or person.days.get("joined") or date(2000, 1, 1)))
        elif since is not None and Month.of(since) == last[0]:  # the list corrected
            assert filed is not None and person.salary is not None
            at = next(i for i, one in enumerate(salaries) if one.from_ == last[0])
            edit = Edit(keys=("salary", at, "amount"), value=person.salary)
            self.taken.edits.setdefault(filed.path, []).append(edit)
        elif since is None or Month.of(since) < last[0]:
            facts = {"name": person.name, "there": last[1]}
            self._issue(person, "import-since-when", "salary", **facts)
        else:
            self._pay(person, Month.of(since))
