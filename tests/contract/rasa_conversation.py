"""A conversation with a real Rasa over HTTP, as the service has it."""

from __future__ import annotations

import json
import uuid
from typing import Any

import httpx

TOPICS = (
    "bot_ou_humain",
    "anonymat",
    "limites_secret",
    "effacer_conversation",
    "parler_humain",
    "que_peux_tu_faire",
    "echange_cadeaux_argent",
    "petit_ami_exploiteur",
    "sortir_situation",
    "ami_en_danger",
    "sextorsion",
    "images_diffusees",
    "adulte_en_ligne",
    "viol_agression",
    "violences_maison",
    "harcelement_scolaire",
    "porter_plainte",
    "apres_appel_119",
    "fugue_en_cours",
    "ou_dormir",
    "idees_noires",
    "automutilation",
    "contraception_urgence",
    "urgence_medicale",
    "lgbt",
    "mineur_etranger",
    "parent_signes",
    "parent_que_faire",
    "trouver_aide_proche",
    "numeros_utiles",
)
SMALL_TALK = (
    "salut",
    "merci",
    "au_revoir",
    "oui",
    "non",
    "je_ne_sais_pas",
    "insulte",
    "test_robot",
    "tristesse_vague",
)

# Pressed, it stands for words that nobody could place: what such words are taken for may change with
# each training, what follows may not.
NOT_UNDERSTOOD = "/nlu_fallback"


class RasaConversation:
    """One young person's turns; a new sender each time."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sender = uuid.uuid4().hex

    def post(
        self, message: object, departement: str | None = None, departements: list[str] | None = None
    ) -> httpx.Response:
        """One turn, as it comes back."""
        place = {"departement": departement, "departements": departements or []}
        body = {"sender": self.sender, "message": message, "metadata": place}
        # In ASCII, so that half of an emoji (a lone surrogate) can be sent too.
        content = json.dumps(body).encode("ascii")
        return httpx.post(f"{self.url}/webhooks/rest/webhook", content=content, timeout=10)

    def say(
        self, message: str, departement: str | None = None, departements: list[str] | None = None
    ) -> list[dict[str, Any]]:
        """One turn: the custom payloads, and a failure when Rasa spoke words of its own."""
        answer = self.post(message, departement, departements)
        assert answer.status_code == httpx.codes.OK, answer.text
        messages = answer.json()
        assert all(set(each) == {"recipient_id", "custom"} for each in messages), messages
        return [each["custom"] for each in messages]
