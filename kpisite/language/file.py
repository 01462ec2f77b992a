"""What every file may hold besides what its kind has."""

from kpisite.language.base import Id, Model, Written


class Acceptance(Model):
    """A warning that HR has looked at and leaves as it is: its code, and why.

    It holds in its own file, for all warnings of the code or, with `entry`, for those about the
    entry of that key or id.
    """

    code: Id
    reason: Written
    entry: Id | None = None


class FileModel(Model):
    """The whole of a file: what its kind has, and which warnings about it are accepted."""

    accept: tuple[Acceptance, ...] = ()
