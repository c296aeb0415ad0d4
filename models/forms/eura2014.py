"""The description form of the 2014–2020 period, ESR and EAKR alike (EURA 2014), labels verbatim as printed."""

from __future__ import annotations

from models.form import Criterion, Dimension, Form, IndicatorTitle, Label, ListHead, Section, SectionKind, Title

_SECTIONS = (
    Section(
        "1",
        "Hanke",
        "project",
        SectionKind.FIELDS,
        labels=(
            Label("Hankekoodi", "project_code"),
            Label("Hankkeen nimi", "project_name"),
            Label("Toimintalinja", "priority_axis"),
            Label("Erityistavoite", "specific_objective"),
            Label("Suunnitelman mukainen toteutusaika", "implementation_period"),
            Label("Toiminnan tila", "status"),
            Label("Vastuuviranomainen", "authority"),
        ),
    ),
    Section(
        "2",
        "Hakijan perustiedot",
        "applicant",
        SectionKind.FIELDS,
        labels=(
            Label("Hakijan virallinen nimi", "applicant_name"),
            Label("Organisaatiotyyppi", "applicant_type"),
            Label("Y-tunnus", "applicant_business_id"),
            Label("Jakeluosoite", "applicant_street_address"),
            Label("Puhelinnumero", "applicant_phone"),
            Label("Postinumero", "applicant_postal_code"),
            Label("Postitoimipaikka", "applicant_post_office"),
            Label("WWW-osoite", "applicant_website"),
            Label("Hankkeen yhteyshenkilön nimi", "contact_name"),
            Label("Yhteyshenkilön asema hakijaorganisaatiossa", "contact_position"),
            # The service misspells the label; the application form does not.
            Label("Yhteyshenkilön sähköpostisoite", "contact_email", variants=("Yhteyshenkilön sähköpostiosoite",)),
            Label("Yhteyshenkilön puhelinnumero", "contact_phone"),
            Label("Hakijoiden lukumäärä tai tuen siirto -menettely", "applicant_arrangement"),
        ),
        lists=(
            ListHead("Osatoteuttajat", "partner", "partner"),
            ListHead("Tuen siirron saajat", "partner", "transfer_recipient"),
        ),
    ),
    Section("3", "Suunnitelman mukainen tiivistelmä toteutuksesta", "summary", SectionKind.FREE_TEXT),
    Section("4", "Hankkeen kohderyhmät", "target_groups", SectionKind.GROUP),
    Section("4.1", "Varsinaiset kohderyhmät", "target_groups.direct", SectionKind.FREE_TEXT),
    Section("4.2", "Välilliset kohderyhmät", "target_groups.indirect", SectionKind.FREE_TEXT),
    Section(
        "5",
        "Projektin julkinen rahoitus, euroa",
        "public_funding",
        SectionKind.FIELDS,
        variants=("Hankkeen julkinen rahoitus, euroa",),
        labels=(
            Label("Myönnetty EU- ja valtion rahoitus", "granted_eu_state_eur"),
            Label("Toteutunut EU- ja valtion rahoitus", "realised_eu_state_eur"),
            Label("Suunniteltu julkinen rahoitus yhteensä", "planned_public_eur"),
            Label("Toteutunut julkinen rahoitus yhteensä", "realised_public_eur"),
        ),
    ),
    Section(
        "6",
        "Maantieteellinen kohdealue",
        "target_area",
        SectionKind.FIELDS,
        labels=(
            Label("Maakunnat", "regions"),
            Label("Seutukunnat", "subregions"),
            Label("Kunnat", "municipalities"),
            Label("Jakeluosoite", "site_street_address"),
            Label("Postinumero", "site_postal_code"),
            Label("Postitoimipaikka", "site_post_office"),
        ),
        group_lines=("Toteutuspaikan osoite, jos hanke toteutetaan yhdessä paikassa",),
    ),
    Section(
        "7",
        "Hakemusvaiheessa ilmoitettavat arviot hankekohtaisista seurantiedoista",
        "indicators",
        SectionKind.INDICATORS,
        variants=("Hakemusvaiheessa ilmoitettavat arviot hankekohtaisista seurantatiedoista",),
        labels=(
            Label("Suunniteltu", "planned"),
            Label("Toteutunut seurantatietojen mukaan", "realised"),
        ),
    ),
    Section("8", "Horisontaaliset periaatteet", "horizontal_principles", SectionKind.GROUP),
    Section(
        "8.1",
        "Sukupuolten tasa-arvo",
        "gender_equality",
        SectionKind.QUESTIONS,
        labels=(
            Label("Hankkeessa on tehty toimintaympäristön analyysi sukupuolinäkökulmasta", "gender_analysis"),
            Label("Sukupuolinäkökulma on huomioitu hankkeen toiminnassa (valtavirtaistaminen)", "gender_mainstreaming"),
            Label("Hankkeen päätavoite on sukupuolten tasa-arvon edistäminen", "gender_main_goal"),
        ),
    ),
    Section("8.2", "Kestävä kehitys", "sustainability", SectionKind.SCORES),
    Section("9", "Loppuraportin tiivistelmä", "final_report", SectionKind.FREE_TEXT, optional=True),
)

_ECOLOGICAL, _ECONOMIC, _SOCIAL = "ecological", "economic", "social"

FORM = Form(
    name="eura2014",
    programme_period="2014-2020",
    language="fi",
    titles=(
        Title("ESR", "Euroopan sosiaalirahaston (ESR) rahoittaman hankkeen kuvaus"),
        Title("EAKR", "Euroopan aluekehitysrahaston (EAKR) rahoittaman hankkeen kuvaus"),
    ),
    code_patterns=(("ESR", r"S2\d{4}"), ("EAKR", r"A7\d{4}")),
    furniture=(
        "Euroopan unioni",
        "Vipuvoimaa EU:lta",
        "Vipuvoimaa EU:lta 2014-2020",
        "Euroopan unioni Vipuvoimaa EU:lta",
        "Vipuvoimaa EU:lta Euroopan unioni",
        "Euroopan sosiaalirahasto",
        "Euroopan aluekehitysrahasto",
        "Euroopan unioni Euroopan sosiaalirahasto",
        "Euroopan unioni Euroopan aluekehitysrahasto",
        "Rakennerahastotietopalvelu",
    ),
    sections=_SECTIONS,
    dimensions=(
        Dimension(_ECOLOGICAL, "Ekologinen kestävyys"),
        Dimension(_ECONOMIC, "Taloudellinen kestävyys"),
        Dimension(_SOCIAL, "Sosiaalinen ja kulttuurinen kestävyys sekä yhdenvertaisuus"),
    ),
    criteria=(
        Criterion("natural_resources", _ECOLOGICAL, "Luonnonvarojen käytön kestävyys"),
        Criterion("climate_risks", _ECOLOGICAL, "Ilmastonmuutoksen aiheuttamien riskien vähentäminen"),
        Criterion("biodiversity", _ECOLOGICAL, "Kasvillisuus, eliöt ja luonnon monimuotoisuus"),
        Criterion(
            "water_soil_air",
            _ECOLOGICAL,
            "Pinta- ja pohjavedet, maaperä sekä ilma (ja kasvihuonekaasujen väheneminen)",
        ),
        Criterion("natura_2000", _ECOLOGICAL, "Natura 2000 -ohjelman kohteet"),
        Criterion("materials_waste", _ECONOMIC, "Materiaalit ja jätteet"),
        Criterion("renewable_energy", _ECONOMIC, "Uusiutuvien energialähteiden käyttö"),
        Criterion("local_economy", _ECONOMIC, "Paikallisen elinkeinorakenteen kestävä kehittäminen"),
        Criterion("immaterial_products_services", _ECONOMIC, "Aineettomien tuotteiden ja palvelujen kehittäminen"),
        Criterion("mobility_logistics", _ECONOMIC, "Liikkuminen ja logistiikka"),
        Criterion("wellbeing", _SOCIAL, "Hyvinvoinnin edistäminen"),
        Criterion("equality", _SOCIAL, "Tasa-arvon edistäminen"),
        Criterion("social_cultural_equity", _SOCIAL, "Yhteiskunnallinen ja kulttuurinen yhdenvertaisuus"),
        Criterion("cultural_environment", _SOCIAL, "Kulttuuriympäristö"),
        Criterion("environmental_competence", _SOCIAL, "Ympäristöosaaminen"),
    ),
    table_heads=("Välitön", "Välillinen"),
    indicator_titles=(
        IndicatorTitle("participating_enterprises", "Osallistuvien yritysten lukumäärä"),
        IndicatorTitle("participating_persons", "Osallistuvien henkilöiden lukumäärä"),
    ),
    ended_statuses=("Toiminta päättynyt", "Keskeytynyt"),
)
