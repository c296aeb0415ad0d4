"""What words say of organisations: legal forms, kinds of bodies, and names that everybody knows."""

from __future__ import annotations

import re
from functools import cache

from parsers.spacy_fi.inflect import case_forms
from parsers.spacy_fi.wordlists import words

LEGAL_AFTER = frozenset(words("ry r.y. rf r.f. oy oyj ab abp ky osk oyab sr ay tmi ltd gmbh inc"))
"""Stand behind a name, in small letters or with a capital."""
KINDS = words(
    """
    kaupunki kunta kuntayhtymä koulutuskuntayhtymä ammattikorkeakoulu korkeakoulu yliopisto
    ammattiopisto opisto kansanopisto kansalaisopisto aikuisopisto kesäyliopisto liitto maakuntaliitto
    keskusliitto yhdistys kyläyhdistys kehittämisyhdistys kansalaisyhdistys yrittäjäyhdistys
    kotiseutuyhdistys seura kotiseutuseura urheiluseura nuorisoseura säätiö seurakunta seurakuntayhtymä
    hiippakunta osuuskunta kauppakamari ely-keskus te-toimisto työvoimatoimisto elinkeinoyhtiö
    kehittämisyhtiö kehitysyhtiö sairaanhoitopiiri hyvinvointialue piiri piirijärjestö ministeriö
    virasto aluehallintovirasto museo metsäkeskus tutkimuskeskus tutkimuslaitos instituutti akatemia
    yrittäjät korttelikoti kansanterveysyhdistys mielenterveysseura martat partiolaiset toimintaryhmä
    leader-ryhmä ammattiliitto työväenopisto musiikkiopisto aikuiskoulutuskeskus teknologiakeskus
    pelastuslaitos koulutuskeskus osaamiskeskus setlementti järjestö osuuspankki te-palvelu
    terveysyhtymä hyvinvointiyhtymä toimiala terveyspiiri kaupunkikonserni lukio sairaala keskussairaala
    stad kommun samkommun förbund universitet yrkeshögskola
    """
)
_KIND_SET = frozenset(KINDS)
_JOINED = words(
    """
    yhdistys yhdistyksen yhdistykselle yhdistystä säätiö säätiön säätiölle säätiötä liitto liiton
    liitolle seura seuran seuralle seuraa opisto opiston opistossa opistolle keskus keskuksen
    keskukselle keskuksessa yliopisto yliopiston yliopistolle yliopistossa ministeriö ministeriön
    ministeriölle virasto viraston virastolle osuuskunta osuuskunnan osuuspankki osuuspankin
    kauppakamari kauppakamarin
    """
)
_JOINED_KIND = re.compile(r"(?:" + "|".join(sorted(_JOINED, key=len, reverse=True)) + r")$")
_NATIONAL = words(
    """
    Kela Finnvera Finpro Finavia Motiva Sitra Tekes Traficom Luke Yle Keva Kuntaliitto Metsähallitus
    Luonnonvarakeskus Saamelaiskäräjät Opetushallitus Museovirasto Maahanmuuttovirasto Verohallinto Väylävirasto
    Tilastokeskus Allianssi Ekokumppanit ELY-keskus TE-toimisto Eksote Kymsote Carea Siun-sote
    Metropolia Savonia Karelia Laurea Haaga-Helia Centria Novia Arcada Humak Diak Saimia Omnia Riveria Gradia Keuda
    """
)
"""Written with small letters: bodies of the whole country, and schools that go by one name."""
_ACRONYMS = words(
    """
    SPR MLL THL TEM OKM STM MMM VTT SYKE MTK MSL HUS LUT XAMK HAMK JAMK SAMK SEAMK TAMK OAMK LAB KYAMK MAMK SAK STTK
    EK SOSTE YSAO KSAO EKAMI ELY ProAgria Xamk Hamk Jamk Tamk Oamk Samk SeAMK
    """
)


@cache
def _known_forms() -> frozenset[str]:
    """Every form of a name that everybody knows; of acronyms with the ending joined too (``HUSin``)."""
    forms = {form for name in _NATIONAL for form, _ in case_forms(name)}
    forms |= {"Saamelaiskäräjien", "Saamelaiskäräjillä", "Saamelaiskäräjille", "TE-palvelut", "TE-palveluiden"}
    for name in _ACRONYMS:
        forms |= {name, *(name + ending for ending in words("in n ssa sta lle lta lla iin issa ista ille"))}
    return frozenset(forms)


_KIND_ENDS = ("yhdistys", "säätiö", "kuntayhtymä", "opisto", "seurakunta", "ministeriö", "toimiala")


def organisation_role(text: str, lemma: str) -> str:
    """``legal`` (ry), ``kind`` (kaupunki), ``joined`` (Ravimäkiyhdistys), ``known`` (SPR), or ``""``."""
    base = text.partition(":")[0]
    low = base.lower()
    if low in LEGAL_AFTER:
        return "legal"
    if base in _known_forms():
        return "known"
    if lemma.lower() in _KIND_SET:
        return "kind"
    if text[:1].isupper() and len(text) > 9 and _JOINED_KIND.search(low):
        return "joined"
    if "-" in lemma and lemma.rpartition("-")[2].lower() in _KIND_SET:
        return "kind"
    if len(lemma) > 9 and lemma.lower().endswith(_KIND_ENDS):
        return "kind"
    return ""
