"""Forms to sign: one page, archival and accessible, with an empty field for each signer."""

import io
from collections.abc import Sequence
from functools import cache

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from kpisite.write.pdf import Press

#: Who signs the form: what the line is called, and the rater whose line it is.
SIGNERS = (("考核人 王敏", "supervisor"), ("本人 李娜", "self"), ("总经理", ""))
WIDTH, HEIGHT = 150, 48

PAGE = """<html lang="zh"><head><title>{title}</title></head>
<body><h1>{title}</h1><p>总分 87.6，等级 良。</p></body></html>"""

#: The mark of PDF/UA-1, and the schema by which PDF/A knows it.
UA = """
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


@cache
def _press() -> Press:
    return Press('body { font-family: "Noto Sans SC"; font-size: 10pt } @page { size: A4 }')


@cache
def printed(title: str) -> bytes:
    """A page as WeasyPrint prints it, PDF/A-3a."""
    press = _press()
    html = press._weasyprint.HTML(string=PAGE.format(title=title), url_fetcher=press._fetcher)
    content: bytes = html.write_pdf(
        stylesheets=[press._stylesheet], font_config=press._fonts, pdf_variant="pdf/a-3a",
        pdf_identifier=title.encode(),
    )  # fmt: skip
    return content


@cache
def form(
    title: str = "李娜 2026 年 10 月考核表", signers: Sequence[tuple[str, str]] = SIGNERS
) -> bytes:
    """A form with an empty field for each of `signers`, as building lays them."""
    with pikepdf.open(io.BytesIO(printed(title))) as pdf:
        lay_fields(pdf, signers)
        metadata = pdf.Root.Metadata.read_bytes()
        assert metadata.count(b"</rdf:RDF>") == 1
        pdf.Root.Metadata.write(metadata.replace(b"</rdf:RDF>", UA.encode() + b"</rdf:RDF>"))
        saved = io.BytesIO()
        pdf.save(saved, deterministic_id=True)
    return saved.getvalue()


def lay_fields(pdf: pikepdf.Pdf, signers: Sequence[tuple[str, str]]) -> None:
    page = pdf.pages[-1].obj
    root = pdf.Root.StructTreeRoot
    parents = root.ParentTree
    nums = parents.Nums
    fields = []
    body = root.K
    if isinstance(body, Array):
        body = body[0]
    for number, (capacity, rater) in enumerate(signers, start=1):
        left = 60 + (number - 1) * (WIDTH + 12)
        appearance = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form)
        appearance.BBox = Array([0, 0, WIDTH, HEIGHT])
        name = f"sign-{number}"
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, F=4,
                T=String(name), TU=String(capacity), P=page,
                Rect=Array([left, 80, left + WIDTH, 80 + HEIGHT]),
                AP=Dictionary(N=appearance),
                Lock=Dictionary(
                    Type=Name.SigFieldLock, Action=Name.Include, Fields=Array([String(name)])
                ),
            )
        )  # fmt: skip
        if rater:
            field.TM = String(rater)
        element = pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Form, P=body, Pg=page, Alt=String(capacity))
        )
        element.K = Dictionary(Type=Name.OBJR, Obj=field, Pg=page)
        key = int(root.get("/ParentTreeNextKey", 0)) or 1000 + number
        field.StructParent = key
        nums.append(key)
        nums.append(element)
        root.ParentTreeNextKey = key + 1
        kids = body.get("/K", Array())
        body.K = Array([*(kids if isinstance(kids, Array) else [kids]), element])
        fields.append(field)
    page.Annots = Array([*page.get("/Annots", Array()), *fields])
    page.Tabs = Name.S
    pdf.Root.AcroForm = Dictionary(Fields=Array(fields), SigFlags=1)
