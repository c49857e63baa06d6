"""Communes and postcodes, weighed: many communes are named like an ordinary word or a person."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

from handoff.place_names.guessed_town import GuessedTowns
from handoff.place_names.place_sound import TownsBySound, sound_of
from handoff.place_names.place_table import Commune, PlaceTable, fold_place, written_out
from handoff.place_names.word_lists import word_set
from handoff.privacy.countries import COUNTRIES
from handoff.privacy.kinds import POSTCODE_CITY
from handoff.privacy.language import FrenchArtifacts
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.message_language import FRENCH
from handoff.privacy.message_language import is_ordinary as is_ordinary_in
from handoff.privacy.name_table import NameTable
from handoff.privacy.name_tail import name_end
from handoff.privacy.named_after_towns import BEFORE_A_TOWN
from handoff.privacy.ordinary_towns import is_ordinary
from handoff.privacy.recognisers.word_based import WordBasedRecognizer
from handoff.privacy.tagger.tagger import WordTag
from handoff.privacy.words import Word

BIG, MIDDLE, HUGE = 15_000, 2_000, 50_000
HEARD, HEARD_AT_HOME = 0.7, 0.8
GUESSED = 0.7
# How likely a word must be a place by the sentence: for the town of exactly this name;
MEANT_AS_A_PLACE = 0.25
LED_TO_A_PLACE = 0.4  # for the nearest town, after "à" or "vers";
SURELY_A_PLACE = 0.6  # the same, of a word that nothing leads to;
MORE_A_PLACE_THAN_A_WORD = 0.85  # the same, of a word of the dictionary or a first name
LONGEST_TOWN = 5  # words
# "Le Havre", where "le" was eaten: "au havre", "du havre", "o havre".
_BEFORE_ARTICLED = {"au": ("au", "du", "o", "oh"), "aux": ("aux", "des", "o")}
_LEADS_TO_A_TOWN = word_set("a de d sur vers depuis ds")
_LIVE_IN = word_set("hab jhab habite jhabite")
_LIVES = re.compile(
    r"(?<![a-z])(?:j?hab(?:it\w*)?|vi[st]|vivons|vivre|domicili\w*|log[eé]\w*|reside\w*"
    r"|demenag\w*|nee?|live|living|vivo|hopital|mairie|gare|ville|commune"
    r"|centre|commissariat|prefecture|banlieue|cote|pres|proche|foyer|originaire|scolaris\w*"
    r"|fugu\w*|coince\w*|bloque\w*)"
    r"\s(?:\w+\s){0,2}?(?:a|de|d|sur|vers|en|in|at|au|du|aux|près)[\s']$"
)
_IS_AT = re.compile(
    r"(?<![a-z])(?:suis|jsuis|chui|chuis|sui|est|sommes|etais|am|arrive\w*|vais|va|viens|vient"
    r"|emmen\w*|rdv|dort|dors|rentre\w*|part\w*)\s(?:\w+\s)?(?:a|de|d|sur|vers|in|from|au"
    r"|du)[\s']$"
)
_LIVES_OR_IS = re.compile(
    r"(?<![a-z])(?:habit\w*|jhabit\w*|hab|suis|jsuis|chui|chuis|vi[st]|quartier)"
    r"(?: (?:a|de|du|d|vers|sur))?[ ']$"
)
_LOST_OR_WON = re.compile(r" a (?:perdu|gagne|marque)(?![a-z])")  # "lens a perdu": a team
_POSTCODE = re.compile(r"(?<![0-9+.,])(?P<code>\d{2}\s?\d{3})(?![0-9]|[.,]\d)")
_AMOUNT_AFTER = re.compile(
    r"\s?(?:€|e(?![a-z])|eur|balles|abonn|follow|vue|like|message|fois|pas(?![a-z])|personne|gens"
    r"|piece|coin|v-?buck|point|km|k(?![a-z])|m(?![a-z])|mesu|an(?![a-z])|ans|\$|%|dollar|de |boul"
    r"|dh|dinar|fcfa|franc|robux|sub|photo|video)"
)
_HOME_BEFORE = re.compile(
    r"(?:code postal|cp|habit\w*|jhabite|vi[st]|suis|jsuis|chui|postal|dans le|a|vers|sur|in"
    r"|live)\s?:?\s?(?:c ?'?est |est |le |c )?$"
)
_REST = re.compile(
    r"(?:-[a-z']{2,20}){1,5}(?![a-z])|\s?s/s?\s?[a-z]{3,15}(?![a-z])|[ -]sur[ -](?:seine|marne|loire|mer)"
)
_NO_TOWN_SAINTS = word_set("esprit valentin sylvestre nicolas graal patron pere glinglin")
_QUARTER = re.compile(
    r"\s?(?:-\s?)?(?P<number>\d{1,2})\s?(?:e|er|eme|ieme|ème)?(?:\sarr(?:ondissement|t|dt)?)?(?![a-z0-9])"
)
_DETERMINERS = word_set("le la les un une des mon ma mes ton ta tes son sa ses leur leurs ce cette ces")
_DIGITS_AS_LETTERS = str.maketrans("01345", "oieas")
_QUARTERED = {"paris", "lyon", "marseille"}
_UNIT_AFTER = re.compile(
    r"\s?(?:h|ans?|jours?|mois|semaines?|fois|euros?|€|km|min|minutes|heures?|mecs?|personnes?"
    r"|potes?|gars|ou|et|-|/|:|,\d)(?![a-z])"
)
_COUNTRY_SOUNDS = frozenset("".join(map(sound_of, fold_place(name))) for name in COUNTRIES)
# Never a place by themselves, whatever INSEE says.
_NEVER = word_set(
    """
    y us o sy bu by eu a ger oz uz ur ri the me mon son ma ta sa mouais ars passe bien rue die signes
    eps bretagne normandie alsace lorraine corse provence picardie champagne bourgogne auvergne france
    maman
    """
)


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place in the text and its département."""

    start: int
    end: int
    departement: str
    score: float
    population: int = 0


class FrPlaceRecognizer(WordBasedRecognizer):
    """``find_places`` also tells the départements; ``find`` is Presidio's view of it."""

    kind = POSTCODE_CITY

    def __init__(self, table: PlaceTable, lexicon: Lexicon, names: NameTable) -> None:
        self._table = table
        self._lexicon = lexicon
        self._names = names
        self._by_sound = TownsBySound(table.communes())
        self._guessed = GuessedTowns(table.communes())
        super().__init__()

    def find(self, artifacts: FrenchArtifacts) -> list[tuple[int, int, float]]:
        return [(place.start, place.end, place.score) for place in self.find_places(artifacts)]

    def find_places(self, artifacts: FrenchArtifacts) -> list[FoundPlace]:
        """Communes and postcodes, neighbours joined ("42400 Saint-Chamond")."""
        named = [(mention.start, mention.end) for mention in artifacts.departements]
        cities = self._communes(artifacts, named)
        postcodes = [self._with_its_town(each, artifacts) for each in self._postcodes(artifacts, cities)]
        joined = _join(sorted(cities + postcodes, key=lambda place: place.start), artifacts.folded)
        joined = _in_their_cities(joined, artifacts.folded)
        return [_to_its_end(place, artifacts.folded) for place in joined]

    def _communes(self, artifacts: FrenchArtifacts, named: list[tuple[int, int]]) -> list[FoundPlace]:
        words, found, index = artifacts.words, [], 0
        while index < len(words):
            match = (
                self._commune_at(words, index, artifacts)
                or self._heard_at(words, index, artifacts)
                or self._guessed_at(words, index, artifacts)
            )
            if match is None or any(start < match[0].end and match[0].start < end for start, end in named):
                index += 1
                continue
            found.append(match[0])
            index = match[1]
        return found

    def _commune_at(
        self, words: list[Word], index: int, artifacts: FrenchArtifacts
    ) -> tuple[FoundPlace, int] | None:
        first = written_out(words[index].text)
        second = [written_out(word.text) for word in words[index + 1 : index + 2]]
        for commune in self._table.starting_with(first, *second):
            end = index + len(commune.words)
            if not _matches(words, index, commune):
                continue
            if (commune.article and len(commune.words) == 1) and (
                index == 0 or words[index - 1].text not in _BEFORE_ARTICLED[commune.article]
            ):
                continue
            score = self._weigh(commune, words, index, end, artifacts)
            if score > 0:
                stop = words[end - 1].end
                quarter = (
                    _QUARTER.match(artifacts.folded, stop)
                    if commune.words[0] in _QUARTERED and len(commune.words) == 1
                    else None
                )
                if (
                    quarter
                    and 1 <= int(quarter["number"]) <= 20
                    and not _UNIT_AFTER.match(artifacts.folded, quarter.end())
                ):
                    stop = quarter.end()
                return FoundPlace(
                    words[index].start, stop, self._homonym(commune, artifacts), score, commune.population
                ), end
        return None

    def _heard_at(
        self, words: list[Word], index: int, artifacts: FrenchArtifacts
    ) -> tuple[FoundPlace, int] | None:
        """ "jsui a roubai": a word that is none, where a place stands, and sounds like one large town."""
        word = words[index]
        before = artifacts.folded[max(0, word.start - 40) : word.start]
        previous = words[index - 1] if index and not word.gap.strip(" '-") else None
        home = previous is not None and previous.text in _LIVE_IN
        led = home or (previous is not None and previous.text in _LEADS_TO_A_TOWN)
        if not led and not _LIVES.search(before) and not _IS_AT.search(before):
            return None
        language = artifacts.language
        for count in (2, 1):
            group = words[index : index + count]
            if len(group) < count or (count == 2 and group[1].gap not in (" ", "-")):
                continue
            last = group[-1]
            if not last.text.isalpha() or last.text in self._lexicon or self._names.is_first_name(last.text):
                continue
            if language != FRENCH and is_ordinary_in(last.raw, language):
                continue
            texts = [written_out(each.text) for each in group]
            commune = self._by_sound.heard(*texts)
            if commune is not None:
                # "nanterr" sounds like Nantes, and is written like Nanterre.
                commune = self._guessed.sounding(texts, self._named(artifacts)) or commune
                departement, score = self._homonym(commune, artifacts), HEARD_AT_HOME if home else HEARD
                found = FoundPlace(word.start, last.end, departement, score, commune.population)
                return found, index + count
        return None

    def _guessed_at(
        self, words: list[Word], index: int, artifacts: FrenchArtifacts
    ) -> tuple[FoundPlace, int] | None:
        """ "kimper, ya koi": words that the tagger reads as a place, and what town they are nearest to."""
        end = index
        while end < min(len(words), index + LONGEST_TOWN) and _is_tagged(artifacts.tags[end]):
            if words[end].text in _NEVER or (end > index and words[end].gap.strip(" -'")):
                break
            end += 1
        if end == index:
            return None
        named = self._named(artifacts)
        for nearest in (self._guessed.sounding, self._guessed.alike):
            for stop in range(end, index, -1):
                ends_loosely = words[stop - 1].text in BEFORE_A_TOWN
                if ends_loosely or self._is_no_town(words, index, stop, artifacts):
                    continue
                commune = nearest([_in_letters(written_out(word.text)) for word in words[index:stop]], named)
                if commune is not None:
                    departement = self._homonym(commune, artifacts)
                    found = FoundPlace(
                        words[index].start, words[stop - 1].end, departement, GUESSED, commune.population
                    )
                    return found, stop
        return None

    def _is_no_town(self, words: list[Word], start: int, stop: int, artifacts: FrenchArtifacts) -> bool:
        """Ordinary words, first names, a country, a saint's day; or an odd word that nothing leads to."""
        texts = [written_out(word.text) for word in words[start:stop]]
        before = written_out(words[start - 1].text) if start else ""
        if texts == ["saint"] or (before == "saint" and texts[0] in _NO_TOWN_SAINTS):
            return True
        if " ".join(texts) in COUNTRIES or "".join(map(sound_of, texts)) in _COUNTRY_SOUNDS:
            return True
        if texts[0] in ("saint", "sainte"):
            return len(texts) == 2 and texts[1] in _NO_TOWN_SAINTS
        town = len(texts) == 1 and self._table.is_commune(texts[0], MIDDLE)
        if all(text in self._lexicon or self._names.is_first_name(text) for text in texts):
            wanted = SURELY_A_PLACE if town else MORE_A_PLACE_THAN_A_WORD
        elif town:
            wanted = MEANT_AS_A_PLACE
        else:
            wanted = LED_TO_A_PLACE if before in BEFORE_A_TOWN else SURELY_A_PLACE
        return max(1 - tag.nothing for tag in artifacts.tags[start:stop]) < wanted

    def _homonym(self, commune: Commune, artifacts: FrenchArtifacts) -> str:
        """Of several towns of that name, the one in a département or postcode that the text names."""
        named = self._named(artifacts)
        if commune.departement in named or not named:
            return commune.departement
        same = (
            other for other in self._table.starting_with(*commune.words[:2]) if other.words == commune.words
        )
        return next((other.departement for other in same if other.departement in named), commune.departement)

    def _named(self, artifacts: FrenchArtifacts) -> set[str]:
        """The départements that the text names, by a postcode too."""
        codes = re.findall(r"(?<![0-9])\d{5}(?![0-9])", artifacts.folded)
        postcodes = {self._table.postcodes[code] for code in codes if code in self._table.postcodes}
        return postcodes | {mention.code for mention in artifacts.departements}

    def _weigh(
        self, commune: Commune, words: list[Word], index: int, end: int, artifacts: FrenchArtifacts
    ) -> float:
        """0 when this is no place; otherwise how sure it is."""
        folded, start = artifacts.folded, words[index].start
        if len(commune.words) == 1 and (
            commune.words[0] in _NEVER or _is_acronym(words[index], artifacts.clean)
        ):
            return 0
        before = folded[max(0, start - 40) : start]
        if _is_a_bet(words, index, end) or _LOST_OR_WON.match(folded, words[end - 1].end):
            return 0
        lives, is_at = bool(_LIVES.search(before)), bool(_IS_AT.search(before))
        previous = words[index - 1] if index and not words[index].gap.strip(" '-") else None
        weak = previous is not None and previous.text in BEFORE_A_TOWN
        accented_a = previous is not None and previous.raw in ("à", "À")
        starts_sentence = index == 0 or any(mark in words[index].gap for mark in ".!?\n")
        shouting = artifacts.clean.isupper()
        capital = words[index].capital and not shouting and not starts_sentence
        alone = end - index == len(words) or (index == 1 and weak and end == len(words))
        if commune.article:
            weak = accented_a = True
            if (
                len(commune.words) == 1
                and is_ordinary(commune, self._lexicon)
                and not (capital or (lives and commune.population >= BIG))
            ):
                return 0
        if _is_person_like(commune, self._names) and not (
            lives or (accented_a and commune.population >= BIG) or (is_at and commune.population >= BIG)
        ):
            return 0
        hyphens = end - index > 2 and all(word.gap == "-" for word in words[index + 1 : end])
        saint = (
            commune.words[0] in ("saint", "sainte")
            and len(commune.words) == 2
            and commune.words[1] not in _NO_TOWN_SAINTS
        )
        if is_ordinary(commune, self._lexicon) and not hyphens and not saint:
            return _weigh_ordinary(commune, lives, is_at, weak, accented_a, capital, previous)
        known_word = all(word in self._lexicon for word in commune.words)
        if known_word and not capital and previous is not None and previous.text in _DETERMINERS:
            return 0
        return _weigh_plain(commune, lives or is_at, weak, accented_a, capital or words[index].capital, alone)

    def _with_its_town(self, postcode: FoundPlace, artifacts: FrenchArtifacts) -> FoundPlace:
        """ "29270 Carhaix": what follows a postcode is a town, also under a short or unknown name."""
        at = next((i for i, word in enumerate(artifacts.words) if word.start >= postcode.end), None)
        if at is None or artifacts.words[at].gap not in (" ", ", ", " - ", "-"):
            return postcode
        word = artifacts.words[at]
        named = word.capital or (
            word.text.isalpha() and len(word.text) > 3 and word.text not in self._lexicon
        )
        end = name_end(artifacts.words, at) if named else None
        if end is None:
            return postcode
        return FoundPlace(postcode.start, artifacts.words[end - 1].end, postcode.departement, postcode.score)

    def _postcodes(self, artifacts: FrenchArtifacts, cities: list[FoundPlace]) -> list[FoundPlace]:
        folded, found = artifacts.folded, []
        for match in _POSTCODE.finditer(folded):
            code = match["code"].replace(" ", "")
            departement = self._table.postcodes.get(code)
            if departement is None and code.startswith("75") and code.endswith("000"):
                departement = "75"
            if departement is None or _AMOUNT_AFTER.match(folded, match.end()):
                continue
            announced = bool(_HOME_BEFORE.search(folded[max(0, match.start() - 30) : match.start()]))
            beside = any(
                0 <= match.start() - city.end <= 3 or 0 <= city.start - match.end() <= 3 for city in cities
            )
            if (
                announced
                or beside
                or (" " not in match["code"] and not code.endswith("000"))
                or folded.strip() == match.group()
            ):
                found.append(FoundPlace(*match.span(), departement, 0.8))
        return found


def _in_letters(word: str) -> str:
    """ "gren0ble"."""
    return word if word.isalpha() or word.isdigit() else word.translate(_DIGITS_AS_LETTERS)


def _is_tagged(tag: WordTag) -> bool:
    return tag.kind == POSTCODE_CITY and 1 - tag.nothing >= MEANT_AS_A_PLACE


def _is_a_bet(words: list[Word], index: int, end: int) -> bool:
    """ "je fais le paris que", "un paris"."""
    before = words[index - 1].text if index else ""
    after = words[end].text if end < len(words) else ""
    word = words[index]
    return (
        word.text == "paris" and not word.capital and (before in ("le", "un", "mon", "ce") or after == "que")
    )


def _is_acronym(word: Word, clean: str) -> bool:
    return 1 < len(word.raw) <= 4 and word.raw.isupper() and not clean.isupper()


def _matches(words: list[Word], index: int, commune: Commune) -> bool:
    if index + len(commune.words) > len(words):
        return False
    return all(
        written_out(words[index + offset].text) == wanted
        and (offset == 0 or not words[index + offset].gap.strip(" '-."))
        for offset, wanted in enumerate(commune.words)
    )


def _is_person_like(commune: Commune, names: NameTable) -> bool:
    return (
        len(commune.words) == 1 and names.may_be_first_name(commune.words[0]) and commune.population < 200_000
    )


def _weigh_ordinary(
    commune: Commune,
    lives: bool,
    is_at: bool,
    weak: bool,
    accented_a: bool,
    capital: bool,
    previous: Word | None,
) -> float:
    """ "Sens", "Tours", "La Garde"."""
    size = commune.population
    if lives and (capital or size >= MIDDLE):
        return 0.8
    if size >= BIG and ((is_at and (capital or size >= HUGE)) or (accented_a and (capital or size >= HUGE))):
        return 0.7
    if capital and weak and size >= MIDDLE and previous is not None and previous.text != "sur":
        return 0.6
    return 0.6 if capital and accented_a else 0


def _weigh_plain(
    commune: Commune, at_home: bool, weak: bool, accented_a: bool, capital: bool, alone: bool
) -> float:
    """A name that means nothing else in French."""
    size, words = commune.population, len(commune.words)
    if size >= BIG:
        return 0.85
    if size >= MIDDLE and (weak or capital or alone or words > 1 or at_home):
        return 0.75
    if at_home or (weak and (capital or words > 1)) or accented_a or (words > 2 and capital):
        return 0.65
    return 0


def _to_its_end(place: FoundPlace, folded: str) -> FoundPlace:
    """ "Beaulieu-Nord", "Vitry s/ Seine": the rest of the name goes too."""
    rest = _REST.match(folded, place.end)
    return replace(place, end=rest.end()) if rest else place


def _in_their_cities(places: list[FoundPlace], folded: str) -> list[FoundPlace]:
    """ "je suis de maurepas à rennes": a quarter named like a far town. Not "fugué de chartres à paris"."""
    return [
        replace(place, departement=city.departement)
        if city
        and place.population < HUGE <= city.population
        and folded[place.end : city.start] == " a "
        and _LIVES_OR_IS.search(folded[max(0, place.start - 30) : place.start])
        else place
        for place, city in itertools.zip_longest(places, places[1:])
    ]


def _join(places: list[FoundPlace], folded: str) -> list[FoundPlace]:
    joined: list[FoundPlace] = []
    for place in places:
        last = joined[-1] if joined else None
        between = folded[last.end : place.start] if last else ""
        if (
            last
            and (place.start < last.end or (len(between) <= 3 and not between.strip(" ,(-/")))
            and last.departement == place.departement
        ):
            joined[-1] = FoundPlace(
                *(last.start, max(last.end, place.end), last.departement, max(last.score, place.score)),
                max(last.population, place.population),
            )
        elif not last or place.start >= last.end:
            joined.append(place)
    return joined
