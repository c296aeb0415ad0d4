"""Places for invented projects: municipalities with their subregion, region and official codes.

A short list of our own, so that the truth does not come from the code lists that it checks. Codes are those of
Statistics Finland; subregions and regions of these municipalities did not change between 2014 and 2025, but for
the merged ones, whose rows are as before the merger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality."""

    name: str
    code: str
    subregion: str
    """As printed on the form: in the genitive."""
    subregion_code: str
    region: str
    region_code: str
    inside: str
    """The name in the inessive or adessive, for sentences: ``Kotkassa``."""
    merged: date | None = None
    """The day on which it became part of ``current_code``."""
    current_code: str = ""


_ROWS = """
Helsinki|091|Helsingin|011|Uusimaa|01|Helsingissä
Espoo|049|Helsingin|011|Uusimaa|01|Espoossa
Lohja|444|Helsingin|011|Uusimaa|01|Lohjalla
Porvoo|638|Porvoon|015|Uusimaa|01|Porvoossa
Raasepori|710|Raaseporin|014|Uusimaa|01|Raaseporissa
Turku|853|Turun|023|Varsinais-Suomi|02|Turussa
Salo|734|Salon|022|Varsinais-Suomi|02|Salossa
Pori|609|Porin|043|Satakunta|04|Porissa
Huittinen|102|Porin|043|Satakunta|04|Huittisissa
Rauma|684|Rauman|041|Satakunta|04|Raumalla
Hämeenlinna|109|Hämeenlinnan|051|Kanta-Häme|05|Hämeenlinnassa
Riihimäki|694|Riihimäen|052|Kanta-Häme|05|Riihimäellä
Forssa|061|Forssan|053|Kanta-Häme|05|Forssassa
Tampere|837|Tampereen|064|Pirkanmaa|06|Tampereella
Nokia|536|Tampereen|064|Pirkanmaa|06|Nokialla
Lahti|398|Lahden|071|Päijät-Häme|07|Lahdessa
Heinola|111|Lahden|071|Päijät-Häme|07|Heinolassa
Kotka|285|Kotkan-Haminan|082|Kymenlaakso|08|Kotkassa
Hamina|075|Kotkan-Haminan|082|Kymenlaakso|08|Haminassa
Kouvola|286|Kouvolan|081|Kymenlaakso|08|Kouvolassa
Lappeenranta|405|Lappeenrannan|091|Etelä-Karjala|09|Lappeenrannassa
Imatra|153|Imatran|093|Etelä-Karjala|09|Imatralla
Mikkeli|491|Mikkelin|101|Etelä-Savo|10|Mikkelissä
Savonlinna|740|Savonlinnan|103|Etelä-Savo|10|Savonlinnassa
Pieksämäki|593|Pieksämäen|105|Etelä-Savo|10|Pieksämäellä
Kuopio|297|Kuopion|112|Pohjois-Savo|11|Kuopiossa
Iisalmi|140|Ylä-Savon|111|Pohjois-Savo|11|Iisalmessa
Varkaus|915|Varkauden|114|Pohjois-Savo|11|Varkaudessa
Joensuu|167|Joensuun|122|Pohjois-Karjala|12|Joensuussa
Lieksa|422|Pielisen Karjalan|125|Pohjois-Karjala|12|Lieksassa
Jyväskylä|179|Jyväskylän|131|Keski-Suomi|13|Jyväskylässä
Äänekoski|992|Äänekosken|135|Keski-Suomi|13|Äänekoskella
Seinäjoki|743|Seinäjoen|142|Etelä-Pohjanmaa|14|Seinäjoella
Alajärvi|005|Järviseudun|146|Etelä-Pohjanmaa|14|Alajärvellä
Vaasa|905|Vaasan|152|Pohjanmaa|15|Vaasassa
Mustasaari|499|Vaasan|152|Pohjanmaa|15|Mustasaaressa
Kokkola|272|Kokkolan|162|Keski-Pohjanmaa|16|Kokkolassa
Kaustinen|236|Kaustisen|161|Keski-Pohjanmaa|16|Kaustisella
Oulu|564|Oulun|171|Pohjois-Pohjanmaa|17|Oulussa
Raahe|678|Raahen|174|Pohjois-Pohjanmaa|17|Raahessa
Kuusamo|305|Koillismaan|178|Pohjois-Pohjanmaa|17|Kuusamossa
Kajaani|205|Kajaanin|182|Kainuu|18|Kajaanissa
Kuhmo|290|Kehys-Kainuun|181|Kainuu|18|Kuhmossa
Rovaniemi|698|Rovaniemen|191|Lappi|19|Rovaniemellä
Tornio|851|Kemi-Tornion|192|Lappi|19|Torniossa
Kemijärvi|320|Itä-Lapin|194|Lappi|19|Kemijärvellä
Juankoski|174|Koillis-Savon|113|Pohjois-Savo|11|Juankoskella|2017-01-01|297
Jalasjärvi|164|Seinäjoen|142|Etelä-Pohjanmaa|14|Jalasjärvellä|2016-01-01|301
Luvia|442|Porin|043|Satakunta|04|Luvialla|2017-01-01|051
Valtimo|911|Pielisen Karjalan|125|Pohjois-Karjala|12|Valtimolla|2020-01-01|541
"""


def _read_places() -> tuple[Place, ...]:
    places = []
    for row in _ROWS.strip().split("\n"):
        name, code, subregion, subregion_code, region, region_code, inside, *merger = row.split("|")
        merged = date.fromisoformat(merger[0]) if merger else None
        current = merger[1] if merger else code
        places.append(Place(name, code, subregion, subregion_code, region, region_code, inside, merged, current))
    return tuple(places)


PLACES: tuple[Place, ...] = _read_places()
PLACE_BY_NAME: dict[str, Place] = {place.name: place for place in PLACES}
SUBREGION_CODES: dict[str, str] = {place.subregion: place.subregion_code for place in PLACES}
REGION_CODES: dict[str, str] = {place.region: place.region_code for place in PLACES}
