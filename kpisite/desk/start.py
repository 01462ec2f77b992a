"""A site to begin with: one department, one form, four people and one month.

The small one stands in `samples/start/`, as files of a site in each language; English stands in
where a language has none.  On a shipped form the people are the same and their month is laid out to
be filled in.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kpisite.check.assemble import check
from kpisite.check.kinds import SEAL_FILE
from kpisite.core.month import Month, Period
from kpisite.core.text import Language, Text
from kpisite.desk.new import laid_out, missing_in, month_waiting
from kpisite.edit.change import Edit, edited
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme
from kpisite.read.file import File
from kpisite.read.site import read_site

Files = Mapping[str, bytes]

#: The months that the files in `samples/start/` are about: that of the records, the one after, and
#: the first of the forms.
_MONTHS = ("2026-10", "2026-11", "2026-01")
MANAGER, STAFF = "A001", ("A002", "A003", "A004")
DEPARTMENTS = "records/departments.toml"
_FORM = re.compile(r"^# (F[0-9]{2})\b", re.MULTILINE)
#: What everybody earns on a form whose pay rests on salaries.
SALARY = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """A scheme that comes with kpisite: its id, the number of the paper form, and its file."""

    id: str
    form: str
    name: Text
    content: bytes
    model: Scheme


class NoShipped(LookupError):
    """No scheme of that id comes with kpisite."""


def shipped_schemes(samples: Files) -> dict[str, Shipped]:
    """The schemes among the files that kpisite brings, by id."""
    files = _under(samples, "schemes/", "records/schemes/")
    book, _ = check(read_site(_as_files(files))[0])
    found = {}
    for filed in book.schemes:
        content = files[filed.path]
        form = _FORM.search(content.decode())
        found[filed.model.id] = Shipped(
            id=filed.model.id,
            form="" if form is None else form[1],
            name=filed.model.name,
            content=content,
            model=filed.model,
        )
    return dict(sorted(found.items(), key=lambda item: (item[1].form, item[0])))


def small_site(samples: Files, language: Language, month: Month) -> dict[str, bytes]:
    """The files of the small site, with a month of records that are filled in."""
    months = dict(zip(_MONTHS, (str(month), str(month.plus(1)), f"{month.year}-01"), strict=True))

    own = _under(samples, f"start/{language}/", "")
    files = own or _under(samples, "start/en/", "")

    def meant(text: str) -> str:
        return re.sub("|".join(_MONTHS), lambda found: months[found[0]], text)

    return {
        meant(path).replace("gitignore", ".gitignore"): meant(content.decode()).encode()
        for path, content in files.items()
    }


def site_on(
    samples: Files, id: str, language: Language, month: Month, new_key: Callable[[], str]
) -> tuple[dict[str, bytes], Month]:
    """The files of a site on a shipped form, by its id or the number of the paper form, with its
    policy and what it rests on; and its month, the last one that the form may be due in.

    NoShipped where there is none.
    """
    schemes = shipped_schemes(samples)
    chosen = _chosen(schemes, id)
    while not Period(month, chosen.model.per).is_whole:
        month = month.plus(-1)
    kept = ("records/schemes/", "records/policies/", f"records/{month}/")
    small = small_site(samples, language, month)
    files = {path: content for path, content in small.items() if not path.startswith(kept)}
    files = {path: one for path, one in files.items() if not re.match(r"records/\d{4}-", path)}
    used = _with_grounds(chosen, schemes)
    for one in used:
        path = f"records/schemes/{one.id}.toml"
        files[path] = _since(path, one.content, one.model.from_, month)
    policies = _policies(samples, {one.id for one in used}, month)
    files |= {path: content for path, (content, _) in policies.items()}
    _give_posts(files, chosen, used)
    if any(policy.reads_pay for _, policy in policies.values()):
        files |= _pay(month, new_key())
    return files | _month(files, month, language), month


def _chosen(schemes: Mapping[str, Shipped], id: str) -> Shipped:
    found = next((one for one in schemes.values() if id in (one.id, one.form)), None)
    if found is None:
        raise NoShipped(id)
    return found


def empty_site(
    samples: Files, ids: Sequence[str], language: Language, month: Month
) -> dict[str, bytes]:
    """The files of a site without people, for a list of the staff to be imported into: settings,
    and the small site's form or those shipped ones that are named; NoShipped where one is none."""
    small = small_site(samples, language, month)
    files = {
        path: content
        for path, content in small.items()
        if not re.match(r"records/(staff/|departments|\d{4}-)", path)
    }
    if ids:
        schemes = shipped_schemes(samples)
        used = {one.id: one for id in ids for one in _with_grounds(_chosen(schemes, id), schemes)}
        own = ("records/schemes/", "records/policies/")
        files = {path: content for path, content in files.items() if not path.startswith(own)}
        for one in used.values():
            path = f"records/schemes/{one.id}.toml"
            files[path] = _since(path, one.content, one.model.from_, month)
        policies = _policies(samples, set(used), month)
        files |= {path: content for path, (content, _) in policies.items()}
    return files


def _with_grounds(chosen: Shipped, schemes: Mapping[str, Shipped]) -> list[Shipped]:
    """The scheme, with those whose events bind its appraisee and the one that its department is
    appraised on."""
    used = [chosen]
    for liability in chosen.model.liability:
        if not any(liability.event in one.model.rules for one in used):
            used += [one for one in schemes.values() if liability.event in one.model.rules][:1]
    if "department" in chosen.model.looks_at:
        used += [one for one in schemes.values() if one.model.appraises == "department"][:1]
    return used


def _policies(samples: Files, schemes: set[str], month: Month) -> dict[str, tuple[bytes, Policy]]:
    """The policies of those schemes, each naming no others."""
    files = _under(samples, "policies/", "records/policies/")
    book, _ = check(read_site(_as_files(files))[0])
    found = {}
    for filed in book.policies:
        own = [id for id in filed.model.schemes if id in schemes]
        if own:
            content = files[filed.path]
            if len(own) < len(filed.model.schemes):
                edits = [Edit(keys=("schemes",), value=own)]
                content = edited(filed.path, content, edits).after
            content = _since(filed.path, content, filed.model.from_, month)
            found[filed.path] = (content, filed.model)
    return found


def _since(path: str, content: bytes, from_: Month, month: Month) -> bytes:
    """The file as holding since the year of `month`, where it holds only from a later month on."""
    if from_ <= month:
        return content
    return edited(path, content, [Edit(keys=("from",), value=f"{month.year}-01")]).after


def _give_posts(files: dict[str, bytes], chosen: Shipped, used: Sequence[Shipped]) -> None:
    """Who fills in which form: the people the chosen one; where it rests on what happens among
    their people, the manager, and they the form that it rests on."""
    of_people = [one for one in used if one.model.appraises == "employee"]
    of_department = [one for one in used if one.model.appraises == "department"]
    posts: dict[str, str | None] = dict.fromkeys(STAFF, of_people[-1].id if of_people else None)
    if len(of_people) > 1:
        posts[MANAGER] = chosen.id
    for id, scheme in posts.items():
        path = f"records/staff/{id}.toml"
        keys = ("post", 0, "scheme")
        if scheme is not None:
            files[path] = edited(path, files[path], [Edit(keys=keys, value=scheme)]).after
        else:
            files[path] = re.sub(rb"(?m)^scheme .*\n", b"", files[path])
    for one in of_department:
        edits = [Edit(keys=("department", 0, "scheme"), value=one.id)]
        files[DEPARTMENTS] = edited(DEPARTMENTS, files[DEPARTMENTS], edits).after


def _pay(month: Month, key: str) -> dict[str, bytes]:
    """Salaries for everybody, and the key that seals wages."""
    text = '#:schema ../.schema/pay.json\n\nemployee = "{id}"\n\n[[salary]]\nfrom   = "{since}"\n'
    text += f"amount = {SALARY}\n"
    files = {
        f"records/pay/{id}.toml": text.format(id=id, since=f"{month.year}-01").encode()
        for id in (MANAGER, *STAFF)
    }
    return files | {SEAL_FILE: f'#:schema ../.schema/seal.json\n\nkey = "{key}"\n'.encode()}


def _month(files: Files, month: Month, language: Language) -> dict[str, bytes]:
    """The month laid out for everybody who is due."""
    book, _ = check(read_site(_as_files(files))[0])
    changes = [laid_out(book, one, language) for one in missing_in(book, month)]
    changes.append(month_waiting(month, None, language))
    return {change.path: change.after for change in changes}


def _under(samples: Files, folder: str, place: str) -> dict[str, bytes]:
    """The files below a folder, by their paths from there, placed below another."""
    return {
        place + path.removeprefix(folder): content
        for path, content in samples.items()
        if path.startswith(folder)
    }


def _as_files(files: Files) -> Iterable[File]:
    """The TOML files of a site among them, as they would be read."""
    return [File(path, content) for path, content in files.items() if path.endswith(".toml")]
