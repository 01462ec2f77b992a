"""`kpisite sign`: puts signatures into printed forms, one or a month of them at once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpisite.cli.copies import Copy, copies, forms_of
from kpisite.cli.key_options import KeyOptions, key_options
from kpisite.cli.progress import progress_shown
from kpisite.cli.refusals import refused_in_words, require_library
from kpisite.cli.site import (
    MonthType,
    in_folder,
    in_language,
    opened,
    saving,
    started_in,
    stop,
)
from kpisite.cli.spoken import command, said, spoken
from kpisite.cli.status import FOUND, MISUSED
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.files import save
from kpisite.sign.form import Refused, SignField, SignForm, field_of, field_to_sign, read_form
from kpisite.site import OUTPUT
from kpisite.words import page_words

if TYPE_CHECKING:
    from kpisite.sign.signing import Signing


#: Of more signed copies than so many only the folders are named.
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class _Task:
    """A form to sign, and in which field."""

    copy: Copy
    form: SignForm
    field: SignField
    is_on_behalf: bool = False


@command
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--as", "role", metavar="ROLE", required=True)
@click.option("--month", type=MonthType())
@click.option("--department", "departments", metavar="ID", multiple=True)
@key_options
@click.option("--pass-over", metavar="ROLE", multiple=True)
@click.option("--on-behalf", metavar="NAME", multiple=True)
@click.option("--remaining", is_flag=True)
@click.option("--output", "into", metavar="DIR", type=click.Path(path_type=Path))
@in_language
@in_folder
def sign(
    files: tuple[Path, ...],
    role: str,
    month: Month | None,
    departments: tuple[str, ...],
    keys: KeyOptions,
    pass_over: tuple[str, ...],
    on_behalf: tuple[str, ...],
    remaining: bool,
    into: Path | None,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Sign printed forms as ROLE, one or many: all of them, or none where one cannot be."""
    start = started_in(folder)
    require_library()
    if bool(files) == (month is not None) or (departments and month is None):
        raise click.UsageError(said("sign-which"))
    with _refusing(MISUSED):
        roots = keys.roots(start)
    keys.require_sense(has_roots=bool(roots))
    if month is None:
        named = [start / one for one in files]
    else:
        named = forms_of(opened(folder).root / OUTPUT, month, departments)
        if not named:
            raise click.UsageError(said("sign-no-forms", month=month))
    found = list(copies(named, None if into is None else start / into))
    _require_no_clash(found)
    tasks = _tasks(found, role, pass_over, remaining, month is not None)
    if not tasks:
        click.echo(said("sign-nothing"))
        return
    with _refusing(MISUSED):
        signing = keys.signing(start, datetime.now().astimezone(), roots)
    tasks = _by_their_owner(tasks, signing, on_behalf)
    _sign_all(tasks, signing, page_words(language or spoken()))


def _require_no_clash(found: Sequence[Copy]) -> None:
    """A usage error where two files would become one."""
    places: dict[Path, Path] = {}
    for copy in found:
        before = places.get(copy.target)
        if before is not None:
            raise click.UsageError(
                said("sign-clash", one=before, other=copy.named, path=copy.target)
            )
        places[copy.target] = copy.named


def _tasks(
    found: Sequence[Copy],
    role: str,
    pass_over: Sequence[str],
    remaining: bool,
    is_month: bool,
) -> list[_Task]:
    """What is to be signed; where anything cannot be, every such file in a line, and the end.

    In a month, what has no line to sign is no form.
    """
    tasks, refusals = [], []
    for copy in found:
        try:
            form = read_form(copy.content())
            if remaining and field_of(form, role).is_signed:
                continue
            tasks.append(_Task(copy, form, field_to_sign(form, role, pass_over)))
        except Refused as refused:
            if not (is_month and refused.code == "sign-no-fields"):
                refusals.append(f"{copy.source}: {refused_in_words(refused)}")
    for line in refusals:
        click.echo(line, err=True)
    if refusals:
        if tasks:
            click.echo(said("sign-none", count=len(tasks)), err=True)
        stop(FOUND)
    return tasks


def _by_their_owner(
    tasks: Sequence[_Task], signing: "Signing", on_behalf: Sequence[str]
) -> list[_Task]:
    """The tasks, those marked that are done for somebody else; where a line is for a person whom
    neither the certificate nor `--on-behalf` names, every such form in a line, and the end."""
    from kpisite.sign.owner import is_of

    owner, found, are_all_right = signing.key.certificate.subject, list[_Task](), True
    for task in tasks:
        whom = task.field.whom
        is_own = whom is None or is_of(whom, owner)
        if whom is not None and not is_own and not {whom.name, whom.person} & {*on_behalf} - {""}:
            facts = {"line": task.field.line, "person": whom.name, "name": signing.key.name}
            other = said("sign-other-person", **facts)
            click.echo(f"{task.copy.source}: {other}", err=True)
            are_all_right = False
        found.append(replace(task, is_on_behalf=not is_own))
    if not are_all_right:
        stop(MISUSED)
    return found


def _sign_all(tasks: Sequence[_Task], signing: "Signing", words: Mapping[str, str]) -> None:
    """Signs form after form, each saved in one step as soon as it is signed."""
    done = 0
    try:
        with progress_shown() as progress:
            for task in tasks:
                with _refusing(MISUSED, task.copy), saving(words, task.copy.target):
                    _sign_one(task, signing, words)
                done += 1
                progress("signing", done, len(tasks))
    finally:
        if 0 < done < len(tasks):
            click.echo(said("sign-some", done=done, count=len(tasks)), err=True)
    name, level = signing.key.name, signing.level.value
    click.echo(said("sign-done", count=done, name=name, level=level))
    places = [task.copy.target for task in tasks]
    if len(places) > MOST_NAMED:
        places = sorted({place.parent for place in places})
    for place in places:
        click.echo(f"  {place}")


def _sign_one(task: _Task, signing: "Signing", words: Mapping[str, str]) -> None:
    from kpisite.sign.signing import Statement, signed

    reason, name = task.field.line, signing.key.name
    capacity = reason.removesuffix(name).strip() if task.field.whom is None else (
        task.field.whom.capacity
    )  # fmt: skip
    if task.is_on_behalf:
        capacity = said("sign-for", line=reason)
        reason = said("sign-note-behalf", capacity=reason, name=name)
    missing = [
        one.line for one in task.form.fields
        if one.number < task.field.number and not one.is_signed
    ]  # fmt: skip
    if missing:
        names = words["list-comma"].join(missing)
        reason = said("sign-note", capacity=reason, names=names)
    statement = Statement(reason=reason, capacity=capacity)
    content = signed(task.form, task.field, signing, datetime.now().astimezone(), statement)
    if task.copy.content() != task.form.content:
        raise Refused("sign-changed")
    save(task.copy.target, content, over=True)


@contextmanager
def _refusing(code: int, copy: Copy | None = None) -> Iterator[None]:
    """Says in a line what was refused, and ends."""
    try:
        yield
    except Refused as refused:
        place = "" if copy is None else f"{copy.source}: "
        click.echo(place + refused_in_words(refused), err=True)
        stop(code)
