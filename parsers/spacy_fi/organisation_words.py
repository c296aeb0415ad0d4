"""What words say of organisations: legal forms, kinds of bodies, and names that everybody knows."""

from __future__ import annotations

import re

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
    pelastuslaitos koulutuskeskus osaamiskeskus setlementti järjestö osuuspankki te-palvelu terveysyhtymä hyvinvointiyhtymä toimiala seurakuntayhtymä terveyspiiri
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
KNOWN = frozenset(
    words(
        """
    spr mll thl kela tem okm stm mmm vtt luke syke traficom tekes sitra mtk msl xamk metropolia hamk
    jamk savonia karelia samk seamk tamk laurea haaga-helia centria oamk lab lamk saimia kyamk mamk
    turkuamk novia arcada humak diak sak akava sttk sote ek ely ely-keskus te-toimisto sosped soste
    ekokumppanit finnvera finpro finavia motiva motivan ysao ksao ekami eksote kymsote carea rukk mhy 4h
    whp pro
    """
    )
) - {"pro", "sote", "whp", "lab", "luke", "ely"}
KNOWN_CASED = frozenset({"LAB", "Luke", "ELY", "EK", "Lukella", "Luken", "Kelan", "Kelaan", "Kelalle", "Kelasta"})


def organisation_role(text: str, lemma: str) -> str:
    """``legal`` (ry), ``kind`` (kaupunki), ``joined`` (Ravimäkiyhdistys), ``known`` (SPR), or ``""``."""
    base = text.partition(":")[0]
    low = base.lower()
    if low in LEGAL_AFTER:
        return "legal"
    if (
        base in KNOWN_CASED
        or (base[:1].isupper() and low in KNOWN)
        or (text[:1].isupper() and lemma.lower() in KNOWN and lemma[:1].isupper())
    ):
        return "known"
    if lemma.lower() in _KIND_SET:
        return "kind"
    if text[:1].isupper() and len(text) > 9 and _JOINED_KIND.search(low):
        return "joined"
    if "-" in lemma and lemma.rpartition("-")[2].lower() in _KIND_SET:
        return "kind"
    if len(lemma) > 9 and lemma.lower().endswith(("yhdistys", "säätiö", "kuntayhtymä", "opisto", "seurakunta")):
        return "kind"
    return ""
