"""A description of our own, and its printings: the PDFs that the tests of the PDF readers read.

Every person, organisation and project in it is invented.
"""

from __future__ import annotations

import html
import io
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

CRITERIA: tuple[tuple[str, tuple[tuple[str, int, int, str], ...]], ...] = (
    (
        "Ekologinen kestävyys",
        (
            (
                "Luonnonvarojen käytön kestävyys",
                3,
                4,
                "Pajassa korjataan vanhaa, eikä uutta osteta kuin harkiten. Korjattu kaluste palaa käyttöön, ja "
                "materiaalin kulutus pienenee pitkällä aikavälillä selvästi.",
            ),
            (
                "Ilmastonmuutoksen aiheuttamien riskien vähentäminen",
                2,
                5,
                "Kuljetuksia yhdistetään ja matkat tehdään kimpassa.",
            ),
            ("Kasvillisuus, eliöt ja luonnon monimuotoisuus", 0, 1, ""),
            (
                "Pinta- ja pohjavedet, maaperä sekä ilma (ja kasvihuonekaasujen väheneminen)",
                1,
                2,
                "Hankkeessa ei käytetä maaperää kuormittavia aineita; maali- ja liuotinjätteet viedään keräykseen.",
            ),
            ("Natura 2000 -ohjelman kohteet", 0, 0, ""),
        ),
    ),
    (
        "Taloudellinen kestävyys",
        (
            ("Materiaalit ja jätteet", 6, 7, "Jätettä syntyy vähän. Vuonna 2016 tavoite oli 5 10"),
            ("Uusiutuvien energialähteiden käyttö", 0, 0, ""),
            (
                "Paikallisen elinkeinorakenteen kestävä kehittäminen",
                4,
                8,
                "Alueelle syntyy osaamista, jota yritykset ovat kaivanneet. Oppilaitos, kunta ja yritykset "
                "suunnittelevat koulutuksen yhdessä.",
            ),
            ("Aineettomien tuotteiden ja palvelujen kehittäminen", 5, 10, "Neuvontapalvelu jää alueelle."),
            ("Liikkuminen ja logistiikka", 1, 1, ""),
        ),
    ),
    (
        "Sosiaalinen ja kulttuurinen kestävyys sekä yhdenvertaisuus",
        (
            (
                "Hyvinvoinnin edistäminen",
                8,
                10,
                "Osallistujien arki saa rytmin, ja ryhmässä on helpompi puhua vaikeistakin asioista. Hyvinvointi "
                "kasvaa myös perheissä.",
            ),
            ("Tasa-arvon edistäminen", 10, 9, "Ryhmiin otetaan kaikki halukkaat."),
            (
                "Yhteiskunnallinen ja kulttuurinen yhdenvertaisuus",
                10,
                10,
                "Maahan muuttaneet ja kantaväestö toimivat samoissa ryhmissä.",
            ),
            ("Kulttuuriympäristö", 0, 3, ""),
            ("Ympäristöosaaminen", 2, 2, "Kierrätys tulee tutuksi pajan töissä."),
        ),
    ),
)

PARAGRAPHS: tuple[str, ...] = (
    "Hankkeen tavoitteena on tukea Esimerkkilän seutukunnan nuoria ja pitkään työttöminä olleita aikuisia kohti "
    "koulutusta ja palkkatyötä. Pajatoiminta kokoaa yhteen kädentaidot, ryhmän tuen ja yksilöllisen ohjauksen, ja "
    "jokaiselle osallistujalle laaditaan oma etenemissuunnitelma. Toiminta ulottuu koko Pohjois-Pohjanmaan ja "
    "Etelä-Savon alueelle, ja EU-rahoituksen osuus kustannuksista on merkittävä.",
    "Työpajoissa opetellaan maa- ja metsätalouden perustaitoja, puu- ja metallitöitä sekä sosiaali- ja "
    "terveydenhuollon avustavia tehtäviä. Elinkeino-, liikenne- ja ympäristökeskuksen kanssa on sovittu siitä, "
    "kuinka ohjauspalvelut, koulutussopimukset ja palkkatuki nivotaan toisiinsa. Kumppanuusverkostossa on "
    "oppilaitoksia, järjestöjä, seurakuntia ja kuntien työllisyyspalveluja, ja yhteistyökäytännöt kirjataan "
    "toimintasuunnitelmaan ensimmäisen puolen vuoden aikana.",
    "Aiemmista hankkeista tiedetään, että yksilöllinen valmennus tuottaa tuloksia vasta silloin, kun osallistujan "
    "elämäntilanne tunnetaan ja palvelut sovitetaan siihen. Siksi ohjaajat tapaavat jokaisen osallistujan viikoittain, "
    "ja ryhmätoiminnan sisältö suunnitellaan osallistujien kanssa. Vertaistuki, liikunta ja luovat menetelmät "
    "täydentävät ohjausta, ja digitaalisia perustaitoja harjoitellaan omilla laitteilla.",
)
BULLETS: tuple[str, ...] = (
    "alle 30-vuotiaat nuoret, joilla ei ole ammatillista koulutusta tai joiden opinnot ovat keskeytyneet",
    "pitkään työttöminä olleet",
    "maahan muuttaneet, jotka tarvitsevat suomen kielen ja työelämätaitojen harjoittelua",
)
QUESTIONS: tuple[tuple[str, str, str], ...] = (
    (
        "Hankkeessa on tehty toimintaympäristön analyysi sukupuolinäkökulmasta",
        "Kyllä",
        "Seudun työttömistä nuorista kaksi kolmasosaa on miehiä, ja palvelut tavoittavat heidät huonosti.",
    ),
    (
        "Sukupuolinäkökulma on huomioitu hankkeen toiminnassa (valtavirtaistaminen)",
        "Kyllä",
        "Pajojen sisällöt on suunniteltu niin, että ne kiinnostavat kaikkia.",
    ),
    ("Hankkeen päätavoite on sukupuolten tasa-arvon edistäminen", "Ei", ""),
)
LABELS: tuple[tuple[str, str], ...] = (
    ("Hankekoodi", "S29999"),
    ("Hankkeen nimi", "Käsistä kiinni - pajoilta poluille Esimerkkilässä"),
    ("Toimintalinja", "5. Sosiaalinen osallisuus ja köyhyyden torjunta"),
    ("Erityistavoite", "10.1. Työelämän ulkopuolella olevien työ- ja toimintakyvyn parantaminen"),
    ("Suunnitelman mukainen toteutusaika", "Alkaa 1.5.2015 ja päättyy 30.6.2017"),
    ("Toiminnan tila", "Toiminta päättynyt"),
    ("Vastuuviranomainen", "Hämeen elinkeino-, liikenne- ja ympäristökeskus"),
)
APPLICANT: tuple[tuple[str, str], ...] = (
    ("Hakijan virallinen nimi", "Esimerkkilän kehittäjät ry"),
    ("Organisaatiotyyppi", "Kansalaisjärjestö"),
    ("Jakeluosoite", "Mallikuja 3 B"),
    ("Puhelinnumero", "040 000 0000"),
    ("Postinumero", "00100"),
    ("Yhteyshenkilön asema hakijaorganisaatiossa", "Toiminnanjohtaja"),
)
SUMS: tuple[tuple[str, str], ...] = (
    ("Myönnetty EU- ja valtion rahoitus", "146 434"),
    ("Toteutunut EU- ja valtion rahoitus", "39 720"),
    ("Suunniteltu julkinen rahoitus yhteensä", "257 634"),
    ("Toteutunut julkinen rahoitus yhteensä", "49 361"),
)
TITLE = "Euroopan sosiaalirahaston (ESR) rahoittaman hankkeen kuvaus"


def _labels(pairs: tuple[tuple[str, str], ...], table: bool) -> str:
    if table:
        rows = "".join(f"<tr><td class=l>{html.escape(k)}</td><td>{html.escape(v)}</td></tr>" for k, v in pairs)
        return f"<table class=labels>{rows}</table>"
    return "".join(f"<p>{html.escape(k)}: {html.escape(v)}</p>" for k, v in pairs)


def _scores(merged_justifications: bool) -> str:
    rows = ["<tr><th></th><th>Välitön</th><th>Välillinen</th></tr>"]
    for dimension, criteria in CRITERIA:
        rows.append(f"<tr><td class=d colspan=3>{dimension}</td></tr>")
        for label, direct, indirect, why in criteria:
            rows.append(f"<tr><td class=c>{label}</td><td class=n>{direct}</td><td class=n>{indirect}</td></tr>")
            if why:
                cell = f"<td colspan=3>{why}</td>" if merged_justifications else f"<td>{why}</td><td></td><td></td>"
                rows.append(f"<tr>{cell}</tr>")
    return f"<table class=scores>{''.join(rows)}</table>"


def make_html(style: str = "", *, label_table: bool = False, merged: bool = True, repeat: int = 1) -> str:
    """The description as a page; ``style`` is CSS on top of the plain one."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS * repeat)
    bullets = "<ul>" + "".join(f"<li>{item}</li>" for item in BULLETS) + "</ul>"
    questions = "".join(f"<p>{q}: {a}</p>" + (f"<p>{why}</p>" if why else "") for q, a, why in QUESTIONS)
    css = (
        "body{font-family:'DejaVu Sans',sans-serif;font-size:10pt;line-height:1.3}"
        "table{border-collapse:collapse;width:100%}td,th{padding:2pt 4pt;text-align:left}td.n,th+th{width:18%}"
        "td.l{width:40%;font-weight:bold}td.d{font-weight:bold}" + style
    )
    return f"""<!DOCTYPE html><html lang="fi"><head><meta charset="utf-8">
<title>{TITLE}</title><style>{css}</style></head>
<body><h1>{TITLE}</h1>
<h2>1 Hanke</h2>{_labels(LABELS, label_table)}
<h2>2 Hakijan perustiedot</h2>{_labels(APPLICANT, label_table)}
<h2>3 Suunnitelman mukainen tiivistelmä toteutuksesta</h2>{text}
<h2>4 Hankkeen kohderyhmät</h2><h3>4.1 Varsinaiset kohderyhmät</h3><p>Hankkeen kohderyhmänä ovat</p>{bullets}
<p>Kohderyhmät tavoitetaan yhdessä kuntien kanssa.</p>
<h3>4.2 Välilliset kohderyhmät</h3><p>Osallistujien läheiset ja alueen työnantajat.</p>
<h2>5 Projektin julkinen rahoitus, euroa</h2>{_labels(SUMS, label_table)}
<h2>8 Horisontaaliset periaatteet</h2><h3>8.1 Sukupuolten tasa-arvo</h3>{questions}
<h3>8.2 Kestävä kehitys</h3>{_scores(merged)}
<h2>9 Loppuraportin tiivistelmä</h2><p>2015</p><p>Paja avattiin syksyllä.</p>{text}</body></html>"""


def find_chromium() -> str | None:
    """Where a Chromium is, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@cache
def print_with_chromium(page: str, margins: bool = True) -> bytes:
    """A page printed by Chromium, with its own print date, title, address and page numbers in the margins."""
    browser = find_chromium()
    assert browser is not None
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "kuvaus.html", Path(folder) / "kuvaus.pdf"
        source.write_text(page, encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
        command += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
        command += [f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}"]
        command += [] if margins else ["--no-pdf-header-footer"]
        environment = {**os.environ, "HOME": folder, "TZ": "UTC"}
        subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120, env=environment)
        return target.read_bytes()


@cache
def print_with_weasyprint(page: str) -> bytes:
    """A page printed by WeasyPrint."""
    from weasyprint import HTML

    return bytes(HTML(string=page).write_pdf())


@cache
def print_with_reportlab(*, narrow: bool = True, numbers: str = "top", justified: bool = False) -> bytes:
    """The description by ReportLab's platypus; ``numbers``: where the scores stand beside a folded name."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    fonts = Path("/usr/share/fonts/truetype/dejavu")
    regular, bold = "Helvetica", "Helvetica-Bold"
    if (fonts / "DejaVuSans.ttf").exists():
        regular, bold = "DejaVu", "DejaVuBold"
        pdfmetrics.registerFont(TTFont(regular, fonts / "DejaVuSans.ttf"))
        pdfmetrics.registerFont(TTFont(bold, fonts / "DejaVuSans-Bold.ttf"))
    body = ParagraphStyle("body", fontName=regular, fontSize=10, leading=13, spaceAfter=6, alignment=4 * justified)
    head = ParagraphStyle("head", parent=body, fontName=bold, fontSize=13, leading=17, spaceBefore=10, alignment=0)
    cell = ParagraphStyle("cell", parent=body, spaceAfter=0, alignment=0)
    item = ParagraphStyle("item", parent=body, leftIndent=18, bulletIndent=6, spaceAfter=0)
    story: list[Flowable] = [Paragraph(TITLE, head), Paragraph("1 Hanke", head)]
    story += [Paragraph(f"{label}: {value}", body) for label, value in LABELS]
    story += [Paragraph("3 Suunnitelman mukainen tiivistelmä toteutuksesta", head)]
    story += [Paragraph(text, body) for text in PARAGRAPHS * 3]
    story += [Paragraph("4.1 Varsinaiset kohderyhmät", head), Paragraph("Hankkeen kohderyhmänä ovat", body)]
    story += [Paragraph(text, item, bulletText="•") for text in BULLETS] + [Spacer(1, 8)]
    story += [Paragraph("8.2 Kestävä kehitys", head)]
    width = 150 if narrow else 340
    rows: list[list[Flowable | str]] = [["", "Välitön", "Välillinen"]]
    spans = [("FONT", (0, 0), (-1, -1), regular, 10), ("VALIGN", (0, 0), (-1, -1), numbers.upper())]
    for dimension, criteria in CRITERIA:
        spans.append(("SPAN", (0, len(rows)), (2, len(rows))))
        rows.append([dimension, "", ""])
        for label, direct, indirect, why in criteria:
            rows.append([Paragraph(label, cell), str(direct), str(indirect)])
            if why:
                spans.append(("SPAN", (0, len(rows)), (2, len(rows))))
                rows.append([Paragraph(why, cell), "", ""])
    story.append(Table(rows, colWidths=[width, 70, 70], repeatRows=1, style=TableStyle(spans)))
    story += [Paragraph("9 Loppuraportin tiivistelmä", head)] + [Paragraph(text, body) for text in PARAGRAPHS]

    def mark(canvas: object, document: object) -> None:
        canvas.setFont(regular, 8)  # type: ignore[attr-defined]
        canvas.drawString(72, 800, "Hankkeen kuvaus S29999")  # type: ignore[attr-defined]
        canvas.drawRightString(523, 30, f"Sivu {document.page} (4)")  # type: ignore[attr-defined]

    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4, invariant=1).build(story, onFirstPage=mark, onLaterPages=mark)
    return stream.getvalue()
