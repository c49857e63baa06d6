"""Which words are ordinary French: what keeps "une rose" a rose.

Read from the lemma tables of spaCy's French model (LGPL-LR) and from simplemma's dictionary (MIT): nothing
is copied here. The tables are read as the file they are: loading the model, or only spaCy's French, takes
ten seconds of every start for rules of sentences that nobody asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import srsly
from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH
from spacy.lang.es.stop_words import STOP_WORDS as SPANISH
from spacy.lang.it.stop_words import STOP_WORDS as ITALIAN
from spacy.lang.pt.stop_words import STOP_WORDS as PORTUGUESE

from handoff.place_names.normalise import fold
from handoff.place_names.word_lists import word_set
from handoff.privacy.message_language import FRENCH as FRENCH_CODE
from handoff.privacy.message_language import dictionary

MODEL = "fr_core_news_md"
TABLES = ("lemma_exc", "lemma_index")

# How young people write, and words that the model's tables lack.
SLANG = word_set(
    """
    aah ah ahah ahaha aide alr allo alors amen app appli apres aprem archi askip asso assos ass aussi av
    avc azy bah balec balek bb bben bcp bdd bebe bedo beh besoin bff bg bicrave bien bjr bolos boloss
    bonjour bouffon bref bro bruh bsr btw buzz bye bz ca cad caille carrement cb cc cdi cetait chai
    chais chanme chaud chelou cheum chez chouf chui ciao cim clean clg cmb cmt coloc com comme comment
    conso cool coucou couz cpe cr crari crush cv daccord dab daron daronne dc ddp dead debrouille deja
    demain deter dhab dico dispo dm dmg dodo dpt dsl dtf dub educ educs ehh elle elles enfaite enft
    envie episode eske euh eux exam faq fb fdp feat feur fifou film fin flemme flic flics fml fr frere
    frerot frr frero fuck full gadjo gadji game gars gav gdb genre ghost go gosse grave gros grp gyneco
    gyn hey hello hein help hess hier hihi hmm hs huh ici idk idem ig il ils imo insta instagram irl ivg
    ivre jai jamais jcrois jdois jen jetais jfais jle jm jme jmen jms jour jpense jpeux jpp jsais jsp
    jsuis jte jtm jtr jveux just juste kan kdo keh kdal kesk kiffe kiffer kil koi kom komen kon ksos
    laisse lequel les lgbt lgtps live lmao loin lol lors ls lui lyceen maintenant mais mal maman mamie
    mamy man maps maths mdp mdr mdrr mdrrr mec mecs med mere merci mess message messages meuf meufs mgl
    michto miskine mm mmh mmm moche moi mois mojito moment mon mood mort mp mst mtn mouais mouai msg
    muscu mwa mytho nan nn nem net nike nique niquer no non nope noel note nous ntm nude nudes num nv
    ohh ok okay oki okk oklm omg omw on onlyf osef ouai ouais ouch ouf oui ouii oula ouin ouaf oue ouep
    ouuu pacs papa papi papy parent parents parfois pas pb pcq pd pdt peche perso peu peur pfff pff
    pilule pk pkoi plan plp plug plus police poto potes pote pr prefere preums prof profs prq psk psy
    psychiatre ptdr ptet ptetre pti ptite ptit ptn ptin pub pute putain qd qlq qq qqch qqn qqun
    kelkun quelqun qqs autrui jms quand que
    quelqu quelquun qui quoi rab rageux rdv relou reuf reup reuss rip rn rsa rsx sais salam salut samedi
    sav savais scred sdf seum seul shit si sinon skip slm slt sms snap soeur soin soir sos soum soupe
    srx srly ss ssi starfoullah stp story suis stv svp swag swipe taf taff tard tata teh tel tema teuf
    tg tgv tiktok tip tjr tjs tjrs tkt tlm tmtc toi ton tonton toto tout tps tranquille trop trql truc
    tt tte ttes tu turbo vaz vazy vdm via vieille viol vip vm vmt vnr voc voila vrai vraiment vsy vu wah
    wai wallah wesh whatsapp wifi wlh woah wow wsh xd ya yes yep yo zarma zbi zebi zou zut hyper super
    fransa f f3 stressee lit truks prcq parceque psq pck oe eh hé ouhla jtaime jtadore jlaime jarrive
    jarrete javais jaurais jvais jvai jvoulais jviens jvis jhabite jvoudrais jcomprends jconnais jdis
    jfaisais jflippe jregarde jreste jrentre jsens jtrouve jveu jpe jpouvais jlui jlai mapelle mappelle
    cest ct cetais sest sa ces ses ki kel quel moins mtnt tjour toujour bcps vs vous njm dja dej dmd
    dmder dmande genr jss jsui chuis chu msn skype zoom fortnite roblox minecraft youtube netflix google
    twitter facebook telegram signal discord messenger tinder grindr onlyfans mym badoo yubo twitch
    doctolib ameli bereal steam
    pronote ent parcoursup vinted leboncoin airbnb uber blablacar booking deliveroo sncf ratp paypal
    paysafecard pcs transcash neosurf lydia revolut nickel iphone android samsung apple huawei xiaomi
    playstation ps4 ps5 xbox switch fifa gta brawl valorant temu shein zara janvier fevrier mars avril
    mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi vendredi
    dimanche paques ramadan aid toussaint halloween allah dieu jesus ase pjj mdph mda cmp cpam caf bts
    bac brevet cap lgbtq ado ados mineur mineure mna oqtf vih ist sida beau-pere keuf keufs teubi teub
    chatte bite sexe porno doxx doxxer sextape escort dealer dealeur shoot weed
    au auquel auxquels auxquelles dela duquel desquels desquelles hem hep hou houp jusqu moi-meme ouias ouste
    plusieurs quant quant-a-soi quiconque revoici revoila soi soi-meme toi-meme
    """
)
ENGLISH_MORE = word_set(
    """
    am an are art baby bad bit boy boys call can chance day dear days dad drew eve even faith father
    fill friend friends fun gene girl girls glad god good grace grant guy happy heaven home honey hope
    house jewel job joy kid kids king lady late let life said says saying names guys joke jokes summer
    winter spring harm peace theres till come comes coming die dies dead kill killed hotel hotels meet
    men man women school class mother sister brother uncle aunt cousin teacher police night tonight
    midnight morning room went gone leave left like line live long love mark may mercy mike mom money
    much need never nice not old page parent people pat phone please price queen rain real rich ring rob
    rose sad say set she sky so son star stay step storm sue sunny sweet talk teen thanks thing time
    told today true want was way white will win wish woman wood work world worth would year years yes
    young hello hi help hurt alone scared run away
    """
)
SPANISH_MORE = word_set(
    """
    dejan nada pasa come socorro anni ragazzo mae sair vim namorado francia franca espana italia hola
    ayuda gracias casa madre padre hermano hermana amigo amiga novio novia miedo quiero necesito dolores
    luz mar paz rosa sol cruz angel blanca pilar consuelo concepcion victoria esperanza alba amor
    soledad rocio nieves
    """
)

# The first letters of what people run together: j' before any verb, the others before a vowel.
_BEFORE_VOWEL = ("qu", "l", "d", "n", "m", "t", "s", "c", "puisqu", "lorsqu", "jusqu")
_BEFORE_VERB = ("j", "jm", "jt", "jte", "jl", "jle", "jme", "jla", "jles", "jy", "jen", "jlui")
_SHORT_RESTS = word_set("il on ai en un y")


class Lexicon:
    """Membership test for ordinary words, folded (lower case, no accents)."""

    def __init__(self, words: frozenset[str]) -> None:
        self._words = words

    def __contains__(self, word: str) -> bool:
        return word in self._words or self._is_run_together(word)

    def _is_run_together(self, word: str) -> bool:
        """ "jespere", "dappeler", "quil", "jpense": an elided word written without its apostrophe."""
        starts = _BEFORE_VERB if word.startswith("j") else _BEFORE_VOWEL
        for start in starts:
            rest = word.removeprefix(start)
            if rest == word or (start in _BEFORE_VOWEL and rest[:1] not in "aeiouyh"):
                continue
            if rest in self._words and (len(rest) > 2 or rest in _SHORT_RESTS):
                return True
        return False

    @classmethod
    def load(cls) -> Lexicon:
        """Takes a second or two."""
        words = set(map(fold, dictionary(FRENCH_CODE)))
        words.update(map(fold, _lemmas()))
        for more in (ENGLISH, SPANISH, ITALIAN, PORTUGUESE):
            words.update(map(fold, more))
        words.update(SLANG, ENGLISH_MORE, SPANISH_MORE)
        return cls(frozenset(words))


def _lemmas() -> Iterator[str]:
    """The lemmas, and the forms that are exceptions, of every part of speech."""
    package = find_spec(MODEL)
    assert package is not None and package.origin is not None, f"{MODEL} is a requirement"
    tables = srsly.read_msgpack(next(Path(package.origin).parent.glob("*/lemmatizer/lookups/lookups.bin")))
    for name in TABLES:
        for entries in tables[name].values():
            yield from (word for word in entries if isinstance(word, str))
