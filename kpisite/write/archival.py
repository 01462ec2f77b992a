"""The last step of printing: what makes a PDF fit for an archive, and what lies in it as files.

The only module of printing that knows pikepdf.  A finished file is PDF/A-3a and PDF/UA-1 at once
and says so in its metadata; its dates are those of the records that it shows, or there are none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from kpisite.core.attachment import Attachment

if TYPE_CHECKING:
    import pikepdf

#: PDF/UA is none of the schemes of metadata that PDF/A knows, and so has to be described.
_METADATA = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer>
<xmp:CreatorTool>{tool}</xmp:CreatorTool>
{dates}</rdf:Description>
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
"""
_DATES = "<xmp:CreateDate>{day}</xmp:CreateDate>\n<xmp:ModifyDate>{day}</xmp:ModifyDate>\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """What a printed page is to say of itself, and what goes with it.

    `revised` is the day of the record's revision, 2026-11-04, or nothing where no history knows it;
    `identifier` names the file for programs, or its content does.
    """

    title: str
    author: str
    language: str
    revised: str = ""
    identifier: str = ""
    attachments: Sequence[Attachment] = ()


def finished(pdf: bytes, finish: Finish) -> bytes:
    """`pdf`, which is tagged and has its fonts and its colour profile within, with the marks of
    PDF/A-3a and PDF/UA-1, its identifier, dates, and attachments.

    The same arguments give the same bytes.
    """
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as file:
        metadata = _metadata(finish, producer=str(file.docinfo["/Producer"]))
        file.Root.Metadata = file.make_stream(
            metadata.encode(), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
        )
        day = f"D:{finish.revised.replace('-', '')}" if finish.revised else ""
        if day:
            file.docinfo["/CreationDate"] = file.docinfo["/ModDate"] = pikepdf.String(day)
        if finish.identifier:
            name = pikepdf.String(finish.identifier)
            file.trailer.ID = pikepdf.Array([name, name])
        _attach(file, finish, day)
        written = BytesIO()
        file.save(
            written,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return written.getvalue()


def _metadata(finish: Finish, *, producer: str) -> str:
    day = escape(finish.revised)
    return _METADATA.format(
        title=escape(finish.title),
        author=escape(finish.author),
        language=escape(finish.language),
        producer=escape(producer),
        tool="kpisite",
        dates=_DATES.format(day=day) if day else "",
    )


def _attach(file: "pikepdf.Pdf", finish: Finish, day: str) -> None:
    """Embeds the attachments, each with what it is to the page; the document names them all."""
    import pikepdf

    for one in sorted(finish.attachments, key=lambda one: one.name):
        file.attachments[one.name] = pikepdf.AttachedFileSpec(
            file,
            one.content,
            filename=one.name,
            description=one.description,
            mime_type=one.mime,
            relationship=pikepdf.Name(f"/{one.relationship}"),
            creation_date=day,
            mod_date=day,
        )
