"""Word lists of invented projects: organisations, people, addresses, and the programme's axes as printed.

People, organisations and places named here are made up; Finnish forms are given whole, never inflected by code.
"""

from __future__ import annotations

from typing import NamedTuple


class Objective(NamedTuple):
    """A specific objective with its axis, as printed."""

    fund: str
    axis: str
    objective: str


_SME = "1. Pk-yritystoiminnan kilpailukyky"
_KNOWLEDGE = "2. Uusimman tiedon ja osaamisen tuottaminen ja hyödyntäminen"
_WORK = "3. Työllisyys ja työvoiman liikkuvuus"
_EDUCATION = "4. Koulutus, ammattitaito ja elinikäinen oppiminen"
_INCLUSION = "5. Sosiaalinen osallisuus ja köyhyyden torjunta"
_REACT_EAKR = "8. REACT-EU:n EAKR-toimenpiteet"
_REACT_ESR = "9. REACT-EU:n ESR-toimenpiteet"
OBJECTIVES: tuple[Objective, ...] = (
    Objective("EAKR", _SME, "1.1. Uuden liiketoiminnan luominen"),
    Objective("EAKR", _SME, "2.1. Pk-yritysten kasvun ja kansainvälistymisen edistäminen"),
    Objective("EAKR", _SME, "3.1. Pk-yritysten energiatehokkuuden edistäminen"),
    Objective("EAKR", _KNOWLEDGE, "3.2. Uusiutuvan energian ja energiatehokkaiden ratkaisujen kehittäminen"),
    Objective(
        "EAKR",
        _KNOWLEDGE,
        "4.1. Tutkimus-, osaamis- ja innovaatiokeskittymien kehittäminen alueellisten vahvuuksien pohjalta",
    ),
    Objective("EAKR", _KNOWLEDGE, "5.1. Yritysten innovaatiotoiminnan vahvistaminen"),
    Objective(
        "EAKR",
        _REACT_EAKR,
        "12.2. Tutkimus- ja innovaatiotoiminnan kehittäminen erityisesti digitalisaation edistämisen ja yhteiskunnan "
        "hiilineutraalisuustavoitteen toteutumisen näkökulmasta",
    ),
    Objective(
        "ESR",
        _WORK,
        "6.1. Nuorten ja muiden heikossa työmarkkina-asemassa olevien työllistymisen edistäminen",
    ),
    Objective("ESR", _WORK, "7.1. Tuottavuuden ja työhyvinvoinnin parantaminen"),
    Objective("ESR", _WORK, "8.1. Työ- ja koulutusurien sukupuolenmukaisen eriytymisen lieventäminen"),
    Objective(
        "ESR",
        _EDUCATION,
        "9.1. Siirtymävaiheita ja koulutuksellista tasa-arvoa tukevien palveluiden parantaminen",
    ),
    Objective("ESR", _EDUCATION, "9.2. Kasvu- ja rakennemuutosalojen koulutuksen tarjonnan ja laadun parantaminen"),
    Objective("ESR", _INCLUSION, "10.1. Työelämän ulkopuolella olevien työ- ja toimintakyvyn parantaminen"),
    Objective("ESR", _REACT_ESR, "12.3. Digitaalisten taitojen parantaminen"),
)
AUTHORITIES = {
    "ESR": (
        "Hämeen elinkeino-, liikenne- ja ympäristökeskus",
        "Keski-Suomen elinkeino-, liikenne- ja ympäristökeskus",
        "Pohjois-Pohjanmaan elinkeino-, liikenne- ja ympäristökeskus",
        "Etelä-Savon elinkeino-, liikenne- ja ympäristökeskus",
        "Sosiaali- ja terveysministeriö",
    ),
    "EAKR": (
        "Uudenmaan liitto",
        "Pirkanmaan liitto",
        "Lapin liitto",
        "Etelä-Savon maakuntaliitto",
        "Keski-Suomen elinkeino-, liikenne- ja ympäristökeskus",
        "Pohjois-Pohjanmaan elinkeino-, liikenne- ja ympäristökeskus",
    ),
}
SINGLE = "Vain yksi hakija"
JOINT = "Hakijoita on useampi kuin yksi (yhteishanke)"
TRANSFER = (
    "Hakija siirtää osan haettavasta tuesta yhdelle tai useammalle taholle hankkeen toteuttamista varten (tuen siirto)"
)
RUNNING, ENDED, INTERRUPTED = "Toiminnassa", "Toiminta päättynyt", "Keskeytynyt"
INDICATORS = {
    "ESR": (
        "Osallistuvien yritysten lukumäärä",
        "Osallistuvien henkilöiden lukumäärä",
        "Osallistuvien nuorten lukumäärä",
    ),
    "EAKR": (
        "Uudet yritykset",
        "Uudet työpaikat",
        "Uudet T&K-työpaikat",
        "Vähähiilisyyteen liittyvät toimenpiteet (kpl)",
        "Yritykset, jotka aloittavat yhteistyön tutkimuslaitosten kanssa",
        "Energiankulutuksen väheneminen, MWh/vuosi",
    ),
}
NUMBER_TITLES = ("Vuoteen 2020 mennessä syntyvät työpaikat", "Tapahtumat ja tilaisuudet 2015-2018")
"""Indicator titles with numbers in them: an open vocabulary may hold any."""

HOMES: tuple[tuple[str, str], ...] = (
    ("Esimerkkilä", "Esimerkkilän"),
    ("Mallikylä", "Mallikylän"),
    ("Keksilä", "Keksilän"),
    ("Koivuranta", "Koivurannan"),
    ("Lumikoski", "Lumikosken"),
    ("Vehnälahti", "Vehnälahden"),
    ("Pohjoisharju", "Pohjoisharjun"),
    ("Kuusilampi", "Kuusilammen"),
    ("Åkerö", "Åkerön"),
)
"""Made-up home places: nominative and genitive."""

ORGANISATIONS: tuple[tuple[str, str], ...] = (
    ("Kansalaisjärjestö", "{gen} kehittäjät ry"),
    ("Kansalaisjärjestö", "{gen} kyläyhdistys ry"),
    ("Muu järjestö tai yhdistys", "{gen} vertaistuki ry"),
    ("Säätiö", "{gen} osaamissäätiö sr"),
    ("Kunta", "{gen} kaupunki"),
    ("Kunta", "{gen} kunta"),
    ("Kunta", "{gen} kaupungin sivistystoimiala (ammatillinen ja lukiokoulutus)"),
    ("Kuntayhtymä", "{gen} koulutuskuntayhtymä"),
    ("Kuntayhtymä", "{gen} koulutuskuntayhtymä, {gen} ammattiopisto ja lukio"),
    ("Ammattikorkeakoulu", "{gen} ammattikorkeakoulu Oy"),
    ("Yliopisto", "{gen} yliopisto"),
    ("Yliopisto", "{gen} yliopisto, koulutus- ja kehittämiskeskus / {nom}"),
    ("Ammatillinen oppilaitos", "{gen} ammattiopisto"),
    ("Mikroyritys", "{gen} Puu ja Kivi Oy"),
    ("Pieni yritys", "Oy {nom} Consulting Ab"),
    ("Muu julkisoikeudellinen oikeushenkilö", "{gen} seurakuntayhtymä"),
    (
        "Muu yksityisoikeudellinen oikeushenkilö",
        "{gen} ja lähikuntien elinkeinoelämän, matkailun ja kulttuuripalvelujen yhteinen kehittämisyhtiö, {nom} "
        "Development (aputoiminimi) Oy",
    ),
)
FIRST_NAMES = ("Aino", "Eero", "Helmi", "Jalmari", "Kaisa-Leena", "Oskari", "Saimi", "Tapio", "Ylva", "Åke")
SECOND_NAMES = ("Annikki", "Johannes", "Kyllikki", "Olavi")
LAST_NAMES = ("Esimerkki", "Mallikas", "Keksitty", "Koemies", "Harjula-Öhman", "af Mallström", "Näytelä")
POSITIONS = (
    "Toiminnanjohtaja",
    "Projektipäällikkö",
    "Kehittämispäällikkö",
    "Toimitusjohtaja",
    "Rehtori",
    "Hankesihteeri, vs. talouspäällikkö",
)
STREETS = (
    "Kokeilutie 1 A",
    "Mallikatu 12 B 34",
    "Keksilän kampus: Kokeilukatu 7",
    "PL 15, Kokeilukatu 2",
    "Malliaukio 5, 5. krs",
    "Raatihuoneenkatu 9 (PL 3, 49401 Vehnälahti)",
    "Storgatan 10",
    "Kirkkotie 2-4",
)
POST_OFFICES = (
    ("00100", "Helsinki"),
    ("02070", "Espoo"),
    ("20100", "TURKU"),
    ("33100", "Tampere"),
    ("40101", "Jyväskylä"),
    ("49460", "Hamina"),
    ("53850", "LAPPEENRANTA"),
    ("65100", "Vaasa"),
    ("90570", "Oulu"),
    ("96200", "Rovaniemi"),
    ("70211", "Kuopio"),
)
PHONES = (
    "044 000{0:04d}",
    "+35840000{0:04d}",
    "(06) 000 {0:04d}",
    "06-000{0:04d}",
    "09 0000 {0:04d} (Keksilä)",
    "06-000{0:04d} (keskus)",
    "0100 {0:04d}",
    "+358 (0)40 000 {0:04d}",
)
"""Patterns of phone numbers, odd ones too; ``{0}``: a number of four digits."""
