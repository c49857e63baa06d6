"""Who writes: a young person, a relative, a professional. Noticed in what they say of themselves.

Explicit words only ("ma fille", "je suis prof"): who says nothing is taken for a young person, and an age
under 18, a parent or a school of one's own takes it back. A friend or a sister who is young stays young.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from handoff.conversation import Audience


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{pattern})\b" for pattern in patterns))


_TRADE: Final = (
    r"prof|professeure?|enseignante?|instit|institut(?:rice|eur)|maitresse|cpe|aed|surveillante?|educ"
    r"|educat(?:rice|eur)|infirmiere?|medecin|psy|psychologue|assistante? (?:sociale?|familiale?)"
    r"|animat(?:rice|eur)|travaill(?:euse|eur) social|sage[- ]femme|avocate?|policiere?|gendarme"
    r"|entraineu(?:r|se)|coach|proviseure?|principale?|direct(?:rice|eur)|puericultrice|benevole"
)
_PROFESSIONAL: Final = _any_of(
    rf"(?:je suis|j'?suis|chuis|je travaille comme|en tant que?) (?:une? |la |le |l')?(?:\w+ )?(?:{_TRADE})",
    r"(?:une?|des|plusieurs|certaine?s) de (?:mes|nos) (?:eleves?|patiente?s?|jeunes|etudiante?s?)",
    r"(?:mes|nos) (?:eleves|patiente?s)",
    r"dans notre (?:etablissement|foyer|service|structure|mecs)",
    r"(?:i am|i'm|im) an? (?:\w+ )?(?:teacher|nurse|social worker|doctor|youth worker|educator|coach)",
    r"(?:soy|trabajo (?:como|de)) (?:una? )?(?:profesora?|maestr[oa]|enfermer[oa]|educadora?|medic[oa])",
)
_RELATIVE: Final = _any_of(
    r"(?:ma|notre) (?:grande |petite |propre )?(?:fille|gamine|belle-fille|petite-fille|filleule|niece)",
    r"(?:mon|notre) (?:grand |petit |propre )?(?:fils|gamin|beau-fils|petit-fils|filleul|neveu)",
    r"(?:mes|nos) (?:enfants|gosses|gamins|fils|filles|petits-enfants|jumeaux|jumelles)",
    r"(?:mon|notre) (?:enfant|ado|aine|cadet)",
    r"je suis (?:une? |la |le |sa |son )?(?:mere|maman|pere|papa|parents?|beau-pere|belle-mere)",
    r"je suis (?:une? |la |le |sa |son )?(?:grand-mere|grand-pere|mamie|papi|tante|oncle|marraine|parrain)",
    r"my (?:\w+[- ])?(?:daughter|son|kids?|children|child|grand(?:daughter|son)|niece|nephew|teenager)",
    r"mis? (?:hij[oa]s?|niet[oa]s?|sobrin[oa]s?)",
)
# What only somebody young says: it wins over a relative's words ("j'ai 16 ans, ma fille a 3 mois").
_YOUNG: Final = _any_of(
    r"(?:j'ai|jai|g|j ai) (?:que |seulement |tout juste |presque |bientot )?(?:[89]|1[0-7]) ?ans",
    r"ma (?:mere|daronne|reum|belle-mere)|mon (?:pere|daron|reup|beau-pere)|maman|papa",
    r"mes (?:parents|darons|vieux)|(?:mon|au) (?:college|lycee)|a l'internat",
    r"(?:ma|en) (?:6e|5e|4e|3e|2nde|seconde|premiere|terminale)",
    r"i(?:'m| am|m) (?:only )?(?:[89]|1[0-7])|my (?:mom|mum|dad|parents|stepdad|mother|father)",
    r"tengo (?:[89]|1[0-7]) anos|mis? (?:madre|padres?|mama|papa|padrastro)",
)


def audience_of(text: str) -> Audience | None:
    """Who writes, when the text says so; None when it does not."""
    plain = _plain(text)
    if _PROFESSIONAL.search(plain):
        return Audience.PROFESSIONAL
    if _YOUNG.search(plain) and not re.search(r"\bje suis (?:la |le |sa |son )?(?:maman|papa)\b", plain):
        return Audience.YOUNG_PERSON
    return Audience.RELATIVE if _RELATIVE.search(plain) else None


_SOMEBODY: Final = _any_of(
    r"(?:ma|une|mon|un) (?:meilleure? |tres bonne? |bonne? |vieille? |vieux )?"
    r"(?:pote|amie?|copine|copain|besta|bestie|cousine?|camarade|voisine?|binome|coloc)",
    r"(?:ma|mon|sa|son) (?:grande? |petite? |demi-?)?(?:soeur|frere|frerot|reuf|reus)",
    r"(?:une fille|un gars|un mec|un garcon|une meuf) (?:de (?:ma|mon|l[ae])|que je connais|en ligne)",
    r"(?:quelqu'un|qqn|qqun) (?:de (?:ma|mon|l[ae])|que je connais)",
    r"c'est pour (?:une?|mon|ma) (?:amie?|pote|copine|copain|soeur|frere)",
    r"(?:my|a) (?:best )?(?:friend|mate|sister|brother|cousin|classmate|roommate)",
    r"(?:mi|una?) (?:mejor )?(?:amig[oa]|herman[oa]|prim[oa]|companer[oa])",
)
# "Mon copain me frappe": the writer is the one it happens to. "Ma pote m'a dit": she is not.
_TOLD: Final = (
    r"dit|raconte|envoye|ecrit|parle|montre|avoue|appele|confie|demande|told|sent|texted|called|asked"
)
_MYSELF: Final = re.compile(
    rf"\b(?:m'(?!a (?:{_TOLD})|inquiete)|me (?!{_TOLD}|repond|parle|demande|fait peur|fait de la peine)"
    r"|moi\b|on me\b|nous\b|je suis|j'?ai (?:ete|mal|pris|plus)|hurt me|me pega|hits me)"
)


def is_about_somebody_else(text: str) -> bool:
    """Whether a young person writes for a friend, a sister, a classmate; "no" in doubt."""
    plain = _plain(text)
    return _SOMEBODY.search(plain) is not None and _MYSELF.search(plain) is None


def _plain(text: str) -> str:
    """Lower case, no accents, plain apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'")).lower()
    return "".join(char for char in decomposed if not unicodedata.combining(char))
