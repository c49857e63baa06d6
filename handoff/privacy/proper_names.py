"""Whether a word without a capital can still be a proper name: "rue pasteur", "res les lilas"."""

from __future__ import annotations

from typing import Final

from handoff.place_names.word_lists import word_set
from handoff.privacy.lexicon import Lexicon
from handoff.privacy.name_table import NameTable
from handoff.privacy.name_tail import NATURE, SAINTS
from handoff.privacy.words import Word

# People whom streets and schools of France are most often called after, and places that give them
# their names.
EPONYMS: Final[frozenset[str]] = word_set(
    """
    pasteur moliere racine corneille voltaire rousseau diderot montaigne montesquieu descartes balzac flaubert
    stendhal baudelaire rimbaud verlaine apollinaire eluard aragon malraux mauriac pagnol giono
    berlioz bizet ravel
    debussy gounod lully rameau picasso matisse cezanne monet manet renoir degas rodin courbet
    delacroix lamartine
    ronsard rabelais ampere galilee copernic newton einstein colbert richelieu mazarin condorcet
    gambetta carnot
    clemenceau foch leclerc joffre gaulle kennedy mandela luther triolet sand colette weil veil
    michel parks schuman
    monnet blum jaures ferry hugo zola camus peguy rostand verne curie prevert moulin brassens brel
    piaf barbara
    daudet maupassant proust gide sartre beauvoir cocteau desnos ponge char perec queneau vian
    moquet peri fabien
    robespierre danton marat mirabeau lafayette vauban turenne conde bayard jourdan kleber hoche
    marceau bugeaud
    lakanal langevin perrin becquerel arago laplace lavoisier lagrange poincare pascal fermat clouet
    goujon mermoz
    saint-exupery bleriot guynemer ader garros lumiere daguerre niepce eiffel haussmann garibaldi
    bolivar churchill
    roosevelt wilson gandhi kahlo baker ciotti buisson bert lavisse ferdinand-buisson thorez cachin sembat
    allende neruda lorca cervantes dante goethe schweitzer schoelcher toussaint-louverture cesaire
    senghor fanon
    bellevue beausejour beaulieu belvedere beauregard bellefontaine mirail minguettes busserine
    castellane noailles
    belleville menilmontant barbes bastille republique nation montparnasse pigalle chatelet perrache
    croix-rousse
    """
)


class ProperNames:
    """``is_proper`` of a word that stands where a name would."""

    def __init__(self, lexicon: Lexicon, names: NameTable) -> None:
        self._lexicon = lexicon
        self._names = names

    def is_proper(self, word: Word) -> bool:
        """A capital, a name of somebody or something, a tree, or no word at all."""
        text = word.text
        if word.capital or text in NATURE or text in EPONYMS or text in SAINTS:
            return True
        if self._names.may_be_first_name(text):
            return True
        return text.isalpha() and len(text) > 2 and text not in self._lexicon
