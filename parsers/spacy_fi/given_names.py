"""Given names that are frequent in Finland: before a surname that is also a place's name they tell which is meant."""

from __future__ import annotations

from parsers.spacy_fi.wordlists import words

GIVEN = frozenset(
    words(
        """
    Aapo Aarne Aaro Aatu Ahmed Ahti Aimo Aino Aki Aleksi Alexander Ali Alina Alisa Amina Anastasia Anders Anita Anja
    Anna Anne Anneli Anni Anniina Annika Antero Anton Antti Anu Armas Arto Arttu Arvo Asko Aslak Auli Aulis Axel
    Benjamin Birgitta Björn Carita Carl Christian Christina Daniel Diana Eeli Eelis Eemeli Eero Eeva Eija Eila Eino
    Elena Elias Eliel Eliisa Elina Elisa Ella Elli Elsa Emil Emilia Emma Emmi Enni Erik Erika Erja Erkki Erno Esa
    Esko Essi Eveliina Fatima Fredrik Greta Gunilla Gunnar Göran Hanna Hannele Hannu Harri Hasan Hassan Heidi Heikki
    Heini Helena Heli Helmi Helvi Henna Henri Henrik Henry Hilkka Hilla Hilma Iida Iina Iiris Iiro Ilkka Ilona Ilpo
    Inka Inkeri Irina Iris Irja Irma Irmeli Isto Ivan Jaakko Jaana Jan Jani Janita Janna Janne Jari Jarkko Jarmo
    Jarno Jasmin Jenna Jenni Jere Jesse Joel Johan Johanna Johannes Joni Jonna Joona Joonas Jooseppi Jorma Jouko
    Jouni Juha Juhana Juhani Juho Jukka Julia Jussi Justiina Juuso Jyri Jyrki Kaarlo Kai Kaija Kaisa Kalervo Kalevi
    Kalle Kari Karita Karl Karoliina Kasper Katariina Kati Katja Katri Kauko Keijo Kerttu Kim Kimmo Kirsi Kirsti
    Klaus Konsta Kristian Kristiina Kyllikki Kyösti Lari Lars Lasse Lassi Laura Lauri Leea Leena Leevi Leila Lena
    Leo Liisa Lilja Linda Linnea Lotta Lukas Maarit Magnus Maija Maiju Mari Maria Marianne Maritta Marja Marjatta
    Marjo Marjut Markku Marko Markus Martin Martta Martti Mary Matias Matilda Matleena Matti Mauno Mauri Merja Mervi
    Mia Mika Mikael Mikko Milla Mille Minna Minni Mira Mirja Mirka Mirva Mohamed Muhammad Nadia Natalia Nea Nelli
    Niina Niklas Niko Nils Nina Noora Oili Olavi Olga Olli Oskari Ossi Otso Otto Oula Outi Pasi Patrik Paula Pauli
    Pauliina Peetu Peik Pekka Pentti Per Pertti Perttu Peter Petra Petri Petteri Pia Piera Piia Pinja Pirjo Pirkko
    Päivi Päivikki Raija Raila Raili Raimo Raisa Rasmus Rauni Reijo Reima Reino Riikka Riina Riitta Rina Risto Ritva
    Roosa Saara Sabina Saija Sakari Saku Sami Samu Samuel Samuli Sanna Sanni Santeri Santtu Sara Sari Satu Seija
    Seppo Sergei Sini Sinikka Sirkka Sirpa Siru Sofia Soile Sonja Stefan Sten Stina Susanna Suvi Svetlana Sylvi
    Taina Tanja Tapani Tapio Tarja Taru Tatjana Tatu Tauno Teemu Teija Terhi Tero Terttu Thomas Tiia Tiina Timo
    Toivo Tomi Tommi Toni Topi Tuija Tuire Tuomas Tuomo Tuula Tuuli Tuulia Tuulikki Tytti Ulf Ulla Urho Vappu Veera
    Veijo Veikko Veli Venla Vesa Viivi Vilho Viljami Viljo Ville Vilma Virpi Vladimir Väinö Yrjö Yusuf Åke
    """
    )
)


def is_given(text: str) -> bool:
    """Whether a capitalised word is a frequent given name in the nominative, a double one (``Veli-Matti``) too."""
    return text in GIVEN or ("-" in text and all(part in GIVEN for part in text.split("-")))
