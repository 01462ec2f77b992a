"""The keys by which printed forms are known: all that their bytes depend on."""

from hashlib import sha256

from kpisite import __version__, fonts
from kpisite.packaged import printing_code
from kpisite.products.jobs import made_by
from kpisite.products.state import OF_THE_MACHINE
from kpisite.write.pdf import Job


def job_key(salt: str, job: Job) -> str:
    """A digest of all that a printed form's bytes depend on: what the job says, the typefaces that
    its rare characters are drawn with, and the salt."""
    parts = [salt, job.html, job.title, job.author, job.language, job.fingerprint, job.revised]
    further = fonts.versions_for(job.html)
    parts += further
    for one in job.attachments:
        content = sha256(one.content).hexdigest()
        parts += [one.name, one.mime, one.relationship, one.description, content]
    key = sha256("\0".join(parts).encode()).hexdigest()
    return key + OF_THE_MACHINE if further else key


def salt_of(stylesheet: str) -> str:
    """All but the job itself that a printed form's bytes depend on: the modules that print, Python
    and every library that is installed, by their versions, the style sheet and the typefaces."""
    parts = [__version__, printing_code(), stylesheet, *made_by().values()]
    parts += [f"{file.name} {file.stat().st_size}" for file in fonts.PACKAGED]
    return sha256("\0".join(parts).encode()).hexdigest()
