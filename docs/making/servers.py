"""nginx.conf: what `kpisite publish nginx` writes for the sample company."""

from kpisite.examine.load import load
from kpisite.publish import Place, nginx, readers
from making import sources


def nginx_of_the_sample() -> str:
    """The configuration with the sample company's managers and readers, HR001 and HR002."""
    book, _ = load(sources.ROOT)
    return nginx(readers(book, ["HR001"], ["HR002"]), Place())
