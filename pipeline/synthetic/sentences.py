"""Sentences of invented projects, in good Finnish: whole word forms are put into templates, nothing is inflected."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Forms(NamedTuple):
    """A plural noun phrase."""

    nom: str
    gen: str
    part: str


TOPICS: tuple[Forms, ...] = (
    Forms("digitaaliset palvelut", "digitaalisten palvelujen", "digitaalisia palveluja"),
    Forms("uudet toimintamallit", "uusien toimintamallien", "uusia toimintamalleja"),
    Forms("koulutuskokonaisuudet", "koulutuskokonaisuuksien", "koulutuskokonaisuuksia"),
    Forms("kiertotalouden kokeilut", "kiertotalouden kokeilujen", "kiertotalouden kokeiluja"),
    Forms("vertaistukiryhmät", "vertaistukiryhmien", "vertaistukiryhmiä"),
    Forms("etäopetuksen menetelmät", "etäopetuksen menetelmien", "etäopetuksen menetelmiä"),
    Forms("energiatehokkaat tuotantotavat", "energiatehokkaiden tuotantotapojen", "energiatehokkaita tuotantotapoja"),
    Forms("ohjauspalvelut", "ohjauspalvelujen", "ohjauspalveluja"),
    Forms("yritysten yhteiset työkalut", "yritysten yhteisten työkalujen", "yritysten yhteisiä työkaluja"),
    Forms(
        "matalan kynnyksen kohtaamispaikat",
        "matalan kynnyksen kohtaamispaikkojen",
        "matalan kynnyksen kohtaamispaikkoja",
    ),
)
PEOPLE: tuple[Forms, ...] = (
    Forms("nuoret", "nuorten", "nuoria"),
    Forms("pitkäaikaistyöttömät", "pitkäaikaistyöttömien", "pitkäaikaistyöttömiä"),
    Forms("pienyrittäjät", "pienyrittäjien", "pienyrittäjiä"),
    Forms("maahanmuuttajat", "maahanmuuttajien", "maahanmuuttajia"),
    Forms("opiskelijat", "opiskelijoiden", "opiskelijoita"),
    Forms("kyläyhdistykset", "kyläyhdistysten", "kyläyhdistyksiä"),
    Forms("hoitoalan työntekijät", "hoitoalan työntekijöiden", "hoitoalan työntekijöitä"),
    Forms("alueen pk-yritykset", "alueen pk-yritysten", "alueen pk-yrityksiä"),
    Forms("osatyökykyiset", "osatyökykyisten", "osatyökykyisiä"),
    Forms("kuntien viranhaltijat", "kuntien viranhaltijoiden", "kuntien viranhaltijoita"),
)
_SENTENCES = (
    "Hankkeessa kehitetään {topic.part}, joista on hyötyä etenkin alueen elinkeinoelämälle.",
    "Tavoitteena on, että {people.nom} saavat käyttöönsä {topic.part}.",
    "{topic.gen} käyttöönotto edellyttää, että {people.nom} ovat mukana suunnittelussa alusta alkaen.",
    "Lähtötilanteen kartoituksessa haastateltiin {few} henkilöä {inside}.",
    "Vuonna {year} järjestettiin {few} tilaisuutta, joihin osallistui yhteensä {many} henkilöä.",
    "{people.gen} tarpeet on kartoitettu yhdessä alueen oppilaitosten kanssa.",
    "Hankkeen aikana järjestetään {few} työpajaa, joissa kokeillaan {topic.part}.",
    "Tuloksena syntyy malli, jonka avulla {topic.nom} voidaan vakiinnuttaa osaksi toimijoiden arkea.",
    "Toimenpiteet toteutetaan vuosina {year}–{later} pääosin {inside}.",
    "Ohjausryhmä kokoontui {few} kertaa ja seurasi {topic.gen} kehittymistä.",
    "Viestinnästä vastaa hankkeen koordinaattori, ja tuloksista kerrotaan avoimesti verkossa.",
    "Haasteena on ollut, että {people.nom} tavoitetaan usein vasta myöhään.",
    "Kokemukset osoittavat, että {topic.nom} toimivat parhaiten, kun {people.nom} osallistuvat niiden suunnitteluun.",
    "Kustannusarvio on {many} 000 euroa, josta palkkojen osuus on noin {few} prosenttia.",
    "Erityistä huomiota kiinnitetään siihen, että {people.nom} löytävät tarvitsemansa tuen ajoissa.",
    "Yhteistyötä tehdään muiden {inside} toimivien hankkeiden kanssa.",
    "Hanke jatkaa aiemmin tehtyä työtä ja kokoaa sen tulokset yhteen.",
    "Pilotointi aloitettiin {day}.{month}.{year}, ja se kesti {few} viikkoa.",
    "Palautetta kerättiin kyselyllä, johon vastasi {few} prosenttia osallistujista.",
    "Hankkeessa syntyneet aineistot jäävät vapaasti käytettäviksi.",
    "Ilman hankerahoitusta {topic.part} ei olisi voitu kehittää tässä laajuudessa.",
    "Taustalla on selvitys siitä, millainen on {people.gen} asema {inside} (raportti {few}/{year}).",
    "Työ jakautuu kolmeen osaan: kartoitukseen, kokeiluihin ja juurruttamiseen (ks. liite {few}).",
    "Mukaan otetaan yrityksiä, joiden liikevaihto on < {few} miljoonaa euroa (T&K-menot mukaan lukien).",
    "Raportti on luettavissa osoitteessa https://www.esimerkki.fi/hankkeet/{year}/loppuraportti_{few}.pdf.",
    "Työttömyysaste oli {inside} {few},{digit} %, mikä on enemmän kuin edellisvuonna.",
    "Hanke täydentää em. toimintaa esim. siten, että {people.nom} pääsevät mukaan jo valmisteluun.",
    "”Parasta oli se, että joku kuunteli”, kertoi eräs osallistuja.",
    "Keväällä {year} käynnistettiin {few} pienryhmää, ja syksyllä niitä oli jo {digit} enemmän.",
    "Hankkeen edetessä huomattiin, että {topic.nom} kiinnostavat myös muita alueita.",
    "Tulokset esiteltiin päätösseminaarissa {day}.{month}.{later}, ja ne koottiin oppaaksi.",
    "Aineistoa hyödyntävät jatkossa sekä {people.nom} että heidän kanssaan toimivat tahot.",
    "Riskinä on, että {people.gen} sitoutuminen jää vähäiseksi; siihen varaudutaan henkilökohtaisella ohjauksella.",
    "Toimintaan osallistui {many} henkilöä (tavoite {few}), joista naisia oli noin puolet.",
    "Osallistujat arvioivat toimintaa asteikolla 1–5, ja keskiarvoksi tuli 4,{digit}.",
)
_ITEMS = (
    "{people.nom}",
    "{people.nom} ja heidän lähiverkostonsa",
    "{topic.nom} ja niiden arviointi",
    "{day}.{month}.{year} avoin tilaisuus {inside}, paikalla noin {few} osallistujaa",
    "oppilaitokset, järjestöt ja seurakunnat",
    "{few} työpajaa vuoden {year} aikana",
    "kokeillaan {topic.part} yhdessä toimijoiden kanssa",
    "tiedotetaan tuloksista, kohderyhmänä {people.nom}",
    "muut alueen toimijat, erityisesti {people.nom}",
)
_LEADS = (
    "Hankkeen kohderyhmänä ovat erityisesti",
    "Hankkeen keskeisiä toimenpiteitä ovat:",
    "Toiminta kohdistuu seuraaviin ryhmiin:",
    "Hankkeessa on suunniteltu tehtäväksi muun muassa seuraavaa:",
)
_JUSTIFICATIONS = (
    "Kokoukset pidetään pääosin etäyhteyksin, mikä vähentää matkustamista.",
    "Hankinnoissa suositaan kestäviä ja korjattavia tuotteita.",
    "Ei suoraa vaikutusta.",
    "Hankkeella ei ole vaikutusta suojelualueisiin.",
    "Välillisesti hanke lisää tietoa aiheesta, kun {people.nom} osallistuvat koulutuksiin.",
    "Paperin käyttö on vähäistä, koska aineistot julkaistaan verkossa.",
    "Hankkeessa kehitetään {topic.part}, mikä tukee paikallisten yritysten toimintaa.",
    "Toiminta on avointa kaikille ikään, sukupuoleen tai taustaan katsomatta.",
    "Tilaisuudet järjestetään paikoissa, joihin pääsee julkisilla kulkuvälineillä.",
)
_ODD_JUSTIFICATIONS = (
    "{few} yritystä sitoutuu vähentämään jätteitään vuoden {year} loppuun mennessä.",
    "Päästöjen arvioitu väheneminen prosentteina: {few}",
    "Vaikutuksia arvioidaan vuosina {year} ja {later}",
    "2 3",
    "Ks. kohta Hyvinvoinnin edistäminen.",
    "Vaikutus on sama kuin kohdassa Materiaalit ja jätteet 2 3",
    "Kulttuuriympäristö otetaan huomioon tilaisuuksien paikkoja valittaessa.",
    "Hyvinvoinnin edistäminen on hankkeen keskeinen tavoite, jota mitataan asteikolla 0 10",
    "0 eurolla ei synny vaikutuksia, mutta {people.nom} hyötyvät hankkeesta silti.",
    "Pisteet: 5 5",
)
_GENDER = (
    "Kyllä, koska {people.nom} ovat mukana jo suunnittelussa.",
    "Ei ole tarkoituksenmukaista hankkeen luonteen vuoksi.",
    "Kohderyhmän sukupuolijakauma on selvitetty, ja naisten osuus on noin {few} prosenttia.",
    "Toimenpiteet on suunniteltu siten, että osallistuminen ei riipu sukupuolesta.",
    "Hankkeen päätavoite on toinen, mutta tasa-arvo otetaan huomioon kaikessa toiminnassa.",
    "Analyysia ei ole tehty, koska {people.nom} ovat mukana tasapuolisesti.",
    "Viestinnässä käytetään kuvia ja esimerkkejä, joissa eri sukupuolet ovat tasavertaisesti esillä.",
)
SWEDISH = (
    "Projektet utvecklar nya arbetssätt för unga och långtidsarbetslösa i regionen. Verksamheten är öppen för alla.",
    "Sammanfattning på svenska: målet är att stärka samarbetet mellan läroanstalter, kommuner och företag.",
    "Åtgärderna genomförs huvudsakligen i de tvåspråkiga kommunerna, och materialet publiceras på båda språken.",
)
ENGLISH = (
    "The project develops new ways of working together with local companies and schools.",
    "Summary in English: the aim is to help small enterprises grow and find new markets abroad.",
    "The results are shared openly, and the tools remain freely available after the project has ended.",
)
SUBHEADINGS = (
    "1 Tausta",
    "2 Toimenpiteet",
    "3.1 Työpaketti",
    "3.2 Työpaketti: kokeilut",
    "1. Lähtötilanne",
    "TP 2: Juurruttaminen",
    "4 Tulokset ja vaikutukset",
    "Miksi hanke toteutettiin?",
    "TULOKSET",
    "7.1 Mittarit",
)
LABEL_LINES = (
    "Lisätietoja: hankkeen verkkosivut",
    "Toiminnan tila: käynnissä suunnitelman mukaan",
    "Tavoite: {few} osallistujaa",
    "Suunniteltu: {few} tilaisuutta",
    "Kunnat: {people.nom} tavoitetaan yhdessä kuntien kanssa",
    "Huom: aikataulu tarkentuu",
    "Toteutunut: {many}",
)
SCORE_LOOKALIKES = (
    "Osallistujia tilaisuuksissa {few} {many}",
    "Tasa-arvon edistäminen 5 5",
    "Liikkuminen ja logistiikka 0 1",
    "Vuosi {year} {few} {digit}",
)
QUOTED_IN_SUMMARY = (
    "5 Projektin julkinen rahoitus, euroa",
    "6 Maantieteellinen kohdealue",
    "8 Horisontaaliset periaatteet",
    "8.2 Kestävä kehitys",
)
QUOTED_IN_REPORT = (
    "3 Suunnitelman mukainen tiivistelmä toteutuksesta",
    "4.1 Varsinaiset kohderyhmät",
    "8 Horisontaaliset periaatteet",
    "8.2 Kestävä kehitys",
)
"""Form headings quoted in free text: never the next heading that may follow, which nobody could tell apart."""


class Voice:
    """Fills templates for one project: its place and years, everything else drawn from the generator."""

    __slots__ = ("_inside", "_rng", "_year")

    def __init__(self, rng: Random, inside: str, year: int) -> None:
        self._rng, self._inside, self._year = rng, inside, year

    def fill(self, template: str, *, capital: bool = True) -> str:
        """The template with its slots filled; begins with a capital unless told otherwise."""
        rng = self._rng
        number = rng.randrange(1_000_000_000)
        year = self._year + number % 3
        text = template.format(
            topic=TOPICS[number % len(TOPICS)],
            people=PEOPLE[number // 10 % len(PEOPLE)],
            inside=self._inside,
            few=number // 100 % 47 + 3,
            many=number // 1000 % 700 + 60,
            year=year,
            later=year + 1,
            day=number // 7 % 28 + 1,
            month=number // 11 % 12 + 1,
            digit=number // 13 % 10,
        )
        return text[0].upper() + text[1:] if capital else text

    def sentence(self) -> str:
        """A sentence of a summary or a report."""
        return self.fill(self._rng.choice(_SENTENCES))

    def paragraph(self, sentences: int) -> str:
        """A paragraph, one line."""
        return " ".join(self.sentence() for _ in range(sentences))

    def items(self, count: int) -> str:
        """A list, one item a line."""
        return "\n".join("- " + self.fill(self._rng.choice(_ITEMS), capital=False) for _ in range(count))

    def lead(self) -> str:
        """A line that leads to a list."""
        return self._rng.choice(_LEADS)

    def justification(self, odd: bool) -> str:
        """The text under a criterion; odd ones begin or end with numbers or name another criterion."""
        return self.fill(self._rng.choice(_ODD_JUSTIFICATIONS if odd else _JUSTIFICATIONS))

    def gender(self) -> str:
        """The text under a question of 8.1."""
        text = self.fill(self._rng.choice(_GENDER))
        return text if self._rng.random() < 0.95 else f"{text}\n\n{self.sentence()}"
