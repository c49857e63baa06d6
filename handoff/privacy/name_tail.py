"""How far a proper name goes after "rue", "collège", "hôtel": the end is nowhere marked in a chat."""

from __future__ import annotations

from typing import Final

from handoff.place_names.word_lists import word_set
from handoff.privacy.words import Word

# Small words inside a name: "rue de la République", "collège des Frères Lumière".
LINKS: Final[frozenset[str]] = word_set("de du des d la le les l aux saint sainte st ste")
_TITLES: Final[frozenset[str]] = word_set(
    """
    saint sainte st ste notre general gal marechal docteur dr president professeur pr abbe commandant
    capitaine colonel lieutenant pere frere freres soeurs jean pierre louis marie charles henri anne
    victor emile jules paul jacques georges albert edouard pablo simone marcel maurice lucie leon robert
    rene rosa joliot claude gabriel grand grande petit petite haut haute bas vieux vieille belle beau
    bon quatre trois deux 8 11 19
    """
)
SAINTS: Final[frozenset[str]] = word_set("saint sainte st ste notre-dame")
# Words that never belong to a name: they end it, and a name that starts with one is no name.
STOPS: Final[frozenset[str]] = word_set(
    """
    a au en et ou mais donc car ni or dans sur sous vers chez avec sans pour par pendant depuis avant
    apres ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs je j tu il
    elle on nous vous ils elles me m te t se s lui y que qu qui quoi dont ne n pas plus jamais rien tout
    tous toute toutes c cest est suis es sont etait ai as ont avait jai jsuis chui chuis jhabite jpeux
    jveux si quand comme comment pourquoi parce tres trop bien mal hier demain aujourd aujourdhui
    maintenant la-bas ici deja encore aussi meme juste alors puis ensuite svp stp merci mdr lol ya va
    vais peut peux veut veux fait fais faut sais dit dis cote pres loin droite gauche bat batiment appt
    appart appartement apt app etage porte hall escalier esc code digicode interphone chambre ch numero
    num no n° cp ville habite habites vis vit vient viens jour jours nuit nuits soir matin an ans mois
    semaine fois heure heures h euros il-y-a un une deux-fois entre toujours presque genre wsh wesh
    ouais oui non ok help please to and with at in meet for of every is the my i publique pleine entiere
    haine ca cela personne gens
    """
)
# What streets, estates and schools are called when not after somebody.
NATURE: Final[frozenset[str]] = word_set(
    """
    tilleuls lilas acacias cedres chenes chene pins peupliers oliviers marronniers platanes bleuets
    roses iris fontaines fontaine sources vignes moulins moulin coteaux collines hauts rives etang
    etangs mimosas glycines hirondelles ecureuils alouettes minguettes bosquets 4000 3000 2000 1000
    tarterets pyramides fleurs champs jardins jardin ormes saules erables bouleaux charmes mesanges
    rossignols lavandes genets bruyeres rosiers cerisiers pommiers amandiers paix liberte republique
    rivieres salines dauphins resistance europe victoire lumiere lumieres nations
    """
)
MOST_WORDS = 4
MOST_GAP = 2


def name_end(words: list[Word], at: int, stops: frozenset[str] = STOPS) -> int | None:
    """Index after the last word of the name that starts at ``words[at]``; None when there is no name.

    A name is links and at most a few words; a capital, a title ("Jean", "Général") or a link lets
    it go on, an ordinary lower-case word ends it after one more.
    """
    position, significant, last = at, 0, None
    if 0 < at < len(words) and "." in words[at].gap and len(words[at - 1].text) > 5:
        return None
    while position < len(words) and significant < MOST_WORDS:
        word = words[position]
        if position > at and _breaks(words[position - 1], word):
            break
        if word.text in LINKS:
            position += 1
            continue
        hyphenated = position + 1 < len(words) and words[position + 1].gap == "-"  # "Sous-les-Vignes"
        if (word.text in stops and not (word.capital and hyphenated)) or (
            word.text.isdigit() and len(word.text) > 4
        ):
            break
        significant += 1
        position += 1
        last = position
        if not _goes_on(words, position, word, significant):
            break
    return last


def _breaks(before: Word, word: Word) -> bool:
    """Whether a name ends before this word. Only an abbreviation may have a full stop ("Gal. Leclerc")."""
    if "." in word.gap and (len(before.text) > 3 or not before.text.isalpha()):
        return True
    return len(word.gap.strip(" '-.")) > 0 or "\n" in word.gap or len(word.gap) > MOST_GAP


def _goes_on(words: list[Word], position: int, word: Word, significant: int) -> bool:
    if position >= len(words):
        return False
    following = words[position]
    if following.gap == "-" or following.capital:
        return True
    if following.text in LINKS:
        after = words[position + 1] if position + 1 < len(words) else None
        return after is not None and (
            after.capital
            or (word.capital and following.text not in ("la", "le", "les"))
            or word.text in _TITLES
            or following.text in ("d", "l")
        )
    if word.capital and not word.text.isdigit():
        return False
    return word.text in _TITLES or significant == 1
