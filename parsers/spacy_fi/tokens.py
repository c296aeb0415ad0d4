"""The tokenizer: one linear pattern that knows Finnish dates, ordinals, abbreviations and endings behind a colon.

spaCy's own tokenizer strips affixes one by one; here every token is one match, a text costs what its length says,
whatever stands in it. White space between tokens is kept spaCy keeps it: one blank is the token's own, anything else
is a token.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from parsers.spacy_fi.layout import measure_tokens, set_layout
from parsers.spacy_fi.wordlists import words

LONGEST_WORD = 200
"""Letters: longer runs are cut, so that an endless word is many tokens and not one."""

ABBREVIATIONS = frozenset(
    words(
        """
    apul ark as eko em engl ent esim evl fil ft fm hall henk htv huom ilm inkl jne joht kand kk
    klo ko kpl ks lk lkm ltk maist mk ml mm mrd milj muk mukl n nk noin ns nro p par pj pnä
    prof pros puh puhjoht pv rva s siht sis so srk suom synt t tal tms toht toim tj toimj tri ts
    tt tuom tv työp v va vas vko vrt vs vt yht ylim ylip ym yms yo
    """
    )
)
"""Written with a full stop that ends no sentence by itself."""

_ABBREVIATION = "|".join(sorted(ABBREVIATIONS, key=lambda one: (-len(one), one)))
_LETTER = r"[^\W\d_]"
_TOKEN = re.compile(
    rf"""
    (?:https?://|www\.)[^\s<>"”)\]]{{1,400}}(?<![.,;:!?])      # addresses
    | [\w.+-]{{1,60}}@[\w-]{{1,60}}(?:\.[\w-]{{1,60}}){{1,4}}
    | \d{{1,2}}\.\d{{1,2}}\.(?:\d{{4}}|\d{{2}}(?!\d))?            # 15.2.2017, 15.2.
    | \d{{1,3}}\.(?=[-–]\d)                                      # 1.–3.5.2017
    | \d{{1,3}}\.(?=\ [a-zåäö])(?<!\d\d\d\d\.)                   # 3. sektori
    | \d{{1,4}}(?:[-–/]\d{{1,4}})+(?!\d)                         # 2014–2020, 3/2017
    | \d{{1,{LONGEST_WORD}}}(?![^\W_])(?:[.,:]\d{{1,40}}){{0,4}}    # 8,4, 12.30
      (?:[-:]{_LETTER}{{1,{LONGEST_WORD}}}(?:-\w{{1,80}}){{0,6}})?  # 20-vuotias, 20:n
    | (?i:{_ABBREVIATION})\.(?!\w)
    | (?:{_LETTER}\.){{2,6}}(?!\w)                              # r.y.
    | \w{{1,80}}(?:-\w{{1,80}}){{0,3}}\.(?:fi|com|org|net|eu|info)\b
    | \w{{1,{LONGEST_WORD}}}(?:[-:’'&+]\w{{1,80}}){{0,12}}(?:-(?=[\s,/)]|$))?
    | █+
    | ([^\w\s])\1{{0,80}}
    | [^\S ]+\s{{0,80}}
    | \ +
    """,
    re.VERBOSE,
)


class FinnishTokenizer:
    """Text in, ``Doc`` out; the tokens put together give the text again."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words, spaces = split_words(text)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        set_layout(doc, measure_tokens(text, words, spaces))
        return doc

    def to_disk(self, _path: object, **_: object) -> None:
        """Nothing to keep: the rules are the program's."""

    def from_disk(self, _path: object, **_: object) -> FinnishTokenizer:
        return self

    def to_bytes(self, **_: object) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> FinnishTokenizer:
        return self


def split_words(text: str) -> tuple[list[str], list[bool]]:
    """Tokens, and whether one blank follows each."""
    words: list[str] = []
    spaces: list[bool] = []
    for match in _TOKEN.finditer(text):
        word = match[0]
        if word[0] == " " and words and not spaces[-1]:
            spaces[-1] = True
            word = word[1:]
            if not word:
                continue
        words.append(word)
        spaces.append(False)
    return words, spaces


@registry.tokenizers("hankekuvaus.FinnishTokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], FinnishTokenizer]:
    """For ``[nlp.tokenizer]`` of a config."""

    def make(nlp: Language) -> FinnishTokenizer:
        return FinnishTokenizer(nlp.vocab)

    return make
