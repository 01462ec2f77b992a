"""`kpisite sign`: puts signatures into printed forms, one or a month of them at once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpisite.cli.as_data import with_json
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
from kpisite.disk.files import save
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
    is_on_behalf: bool


@dataclass(frozen=True, slots=True)
class _Look:
    """A file, the form in it and the field that is meant, as far as they could be read, and why it
    cannot be signed, if so."""

    copy: Copy
    form: SignForm | None = None
    field: SignField | None = None
    refusal: Refused | None = None

    @property
    def is_form(self) -> bool:
        """Whether it has lines to sign at all: lists have none."""
        return self.refusal is None or self.refusal.code != "sign-no-fields"

    @property
    def has_line(self) -> bool:
        """Whether it has the line of this signer, or cannot be read."""
        return self.refusal is None or self.refusal.code not in ("sign-no-fields", "sign-nobody")


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
@with_json
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
    looks = [look for one in found if (look := _look(one, role, pass_over, remaining)) is not None]
    own = looks if month is None else [one for one in looks if one.has_line]
    _require_sound(own or looks)
    if not own:
        click.echo(said("sign-nothing"))
        return
    with _refusing(MISUSED):
        signing = keys.signing(start, datetime.now().astimezone(), roots)
    tasks = _by_their_owner(own, signing, on_behalf, is_month=month is not None)
    _say_left_out(looks, tasks)
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


def _look(copy: Copy, role: str, pass_over: Sequence[str], remaining: bool) -> _Look | None:
    """What there is to sign in a file, or why it cannot be; None where it is signed already and
    only the others were asked for."""
    try:
        form = read_form(copy.content())
        field = field_of(form, role)
    except Refused as refused:
        return _Look(copy, refusal=refused)
    if remaining and field.is_signed:
        return None
    try:
        return _Look(copy, form, field_to_sign(form, role, pass_over))
    except Refused as refused:
        return _Look(copy, form, field, refused)


def _require_sound(looks: Sequence[_Look]) -> None:
    """Where anything cannot be signed, every such file in a line, and the end."""
    refused = [(one.copy, one.refusal) for one in looks if one.refusal is not None]
    for copy, refusal in refused:
        click.echo(f"{copy.source}: {refused_in_words(refusal)}", err=True)
    if refused:
        if len(refused) < len(looks):
            click.echo(said("sign-none", count=len(looks) - len(refused)), err=True)
        stop(FOUND)


def _by_their_owner(
    looks: Sequence[_Look], signing: "Signing", on_behalf: Sequence[str], *, is_month: bool
) -> list[_Task]:
    """What is to be signed, and what of it for somebody else.

    Where a line is for a person whom neither the certificate nor `--on-behalf` names, every such
    form in a line, and the end; a month is what of it is the signer's own, if anything is.
    """
    from kpisite.sign.owner import is_of

    owner, found, others = signing.key.certificate.subject, list[_Task](), list[str]()
    for one in looks:
        assert one.form is not None and one.field is not None
        whom = one.field.whom
        is_own = whom is None or is_of(whom, owner)
        if whom is None or is_own or {whom.name, whom.person} & {*on_behalf} - {""}:
            found.append(_Task(one.copy, one.form, one.field, not is_own))
        else:
            facts = {"line": one.field.line, "person": whom.name, "name": signing.key.name}
            other = said("sign-other-person", **facts)
            others.append(f"{one.copy.source}: {other}")
    if others and not (is_month and found):
        for line in others:
            click.echo(line, err=True)
        stop(MISUSED)
    return found


def _say_left_out(looks: Sequence[_Look], tasks: Sequence[_Task]) -> None:
    """Which forms of a month are not signed, for they have no such line, or somebody else's."""
    signed = {task.copy.named for task in tasks}
    names = [one.copy.named.stem for one in looks if one.is_form and one.copy.named not in signed]
    if names:
        comma = page_words(spoken())["list-comma"]
        click.echo(said("sign-left-out", count=len(names), names=comma.join(names)), err=True)


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
    from kpisite.sign.signing import SignatureText, signed

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
    statement = SignatureText(reason=reason, capacity=capacity)
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
