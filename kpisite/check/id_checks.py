"""The checks of ids: taken by other files or devices, or twice by versions from one month."""

import re
from collections.abc import Iterator

from kpisite.check.ground import Ground
from kpisite.check.kinds import kind_of
from kpisite.core.issue import Fact, Issue, Source

#: What a department's month has beside the pages and printed forms of its people.
BESIDE_FORMS = ("index", "summary")


def ids_that_are_taken(ground: Ground) -> Iterator[Issue]:
    """People and departments whose record, pay file, page or form would stand in the place of
    another file: `month`, `2026-10`, `index`, `summary`; and whatever is filed under a name that
    Windows keeps for a device: `con`, `NUL`."""
    ids = [(one.model.id, one.at("id")) for one in ground.staff.values()]
    ids += [
        (one.id, ground.departments.at("department", index, "id"))
        for index, one in enumerate(ground.departments.model.department)
    ]
    for id, at in ids:
        files = {"record": f"records/2000-01/{id}.toml", "pay": f"records/pay/{id}.toml"}
        kinds = {name: kind_of(path.lower()) for name, path in files.items()}
        is_theirs = all(kind is not None and kind.name == name for name, kind in kinds.items())
        if not is_theirs or id.lower() in BESIDE_FORMS:
            yield Issue(code="reserved-id", at=at, facts={"id": id})
    ids += [(filed.model.id, filed.at("id")) for filed in ground.schemes]
    ids += [(filed.model.id, filed.at("id")) for filed in ground.policies]
    ids += [
        (one.id, ground.site.at("audience", index, "id"))
        for index, one in enumerate(ground.site.model.audience)
    ]
    for id, at in ids:
        if _DEVICE.fullmatch(id):
            yield Issue(code="device-id", at=at, facts={"id": id})


#: Windows opens a device in the place of a file of this name, whatever its suffix.
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]", re.IGNORECASE)


def versions_that_stand_twice(ground: Ground) -> Iterator[Issue]:
    """Two versions of a scheme or policy from one month."""
    seen: dict[tuple[str, ...], Source] = {}
    for kind, shelf in (("scheme", ground.schemes), ("policy", ground.policies)):
        for filed in shelf:
            name, at = (kind, filed.model.id, str(filed.model.from_)), filed.at("from")
            if name in seen:
                facts: dict[str, Fact] = {"id": filed.model.id}
                yield Issue(code="duplicate-id", at=at, facts=facts, also=(seen[name],))
            seen.setdefault(name, at)
