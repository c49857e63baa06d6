"""Towns that are named like ordinary words: "Sens", "La Garde"."""

from __future__ import annotations

from handoff.place_names.place_table import Commune
from handoff.place_names.word_lists import phrase_set, word_set
from handoff.privacy.lexicon import Lexicon

# Towns whose name is in a dictionary, but which nobody takes for the word.
_TOWNS_FIRST = word_set(
    """
    paris nantes bordeaux lille rennes havre mans limoges sarcelle sarcelles calais valence quimper
    bourges pantin lorient meaux laval sete valenciennes anglet bagnolet castres douai macon cambrai
    perigueux etampes muret cavaillon vichy rodez dole chalon chalons sevres mantes montmorency fougeres
    bruges royan sorgues cluses sedan coulommiers landerneau fontainebleau limoge elbeuf tarare gueret saran
    herbiers provins argentan cannes colombes houilles trappes chateaubriant sassenage tournefeuille
    """
)
# Names of several words that are a phrase first.
_PHRASES_FIRST = phrase_set(
    """
    la possession | le port | la garde | la croix | petit bourg | les sables | la roche | les lilas | la
    madeleine | le moule | saint esprit | la chapelle | le robert | la riche | la teste | la trinite |
    la fleche | le tampon | la valette | les pavillons | petite ile | six fours | la londe | les ponts |
    la fontaine | la tour | l union | la ville | la force | la mort | la bonne | la cour | la cote | la
    barre | le bon | le haut | le mal | les rues
    """
)
PHRASE_POPULATION = 8_000


def is_ordinary(commune: Commune, lexicon: Lexicon) -> bool:
    """Whether the name is also ordinary words ("Sens", "La Garde")."""
    name = " ".join(commune.words)
    if name in _TOWNS_FIRST:
        return False
    if len(commune.words) > 1 and commune.population >= PHRASE_POPULATION and name not in _PHRASES_FIRST:
        return False
    return all(len(word) <= 2 or word in lexicon for word in commune.words)
