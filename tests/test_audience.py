"""Who writes is noticed in what they say of themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.audience import audience_of, is_about_somebody_else
from handoff.conversation import Audience

YOUNG, RELATIVE, PROFESSIONAL = Audience.YOUNG_PERSON, Audience.RELATIVE, Audience.PROFESSIONAL


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("ma fille de 15 ans rentre avec des sacs de marque", RELATIVE),
        ("Bonjour, je suis la maman d'un garçon de 13 ans", RELATIVE),
        ("mon fils a fugué hier soir", RELATIVE),
        ("my daughter is being blackmailed", RELATIVE),
        ("mi hijo no quiere ir al instituto", RELATIVE),
        ("je suis prof en lycée et une élève m'inquiète", PROFESSIONAL),
        ("Je suis éducatrice spécialisée", PROFESSIONAL),
        ("plusieurs de nos jeunes reçoivent des messages d'un adulte", PROFESSIONAL),
        ("I'm a school nurse", PROFESSIONAL),
        ("j'ai 16 ans et ma fille a 3 mois", YOUNG),
        ("ma mère me frappe", YOUNG),
        ("g 14 ans", YOUNG),
        ("my mom will kill me", YOUNG),
        ("je suis au lycée, ma nièce est née hier", YOUNG),
        ("ma prof de sport me touche", None),
        ("je suis la fille dont je vous ai parlé", None),
        ("ma copine est en danger", None),
        ("je suis enceinte", None),
        ("ok merci", None),
    ],
)
def test_people_are_taken_for_who_they_say_they_are(text: str, who: Audience | None) -> None:
    assert audience_of(text) is who


@pytest.mark.parametrize(
    ("text", "somebody_else"),
    [
        ("ma pote veut sauter, elle est sur le pont", True),
        ("mon meilleur ami m'a dit qu'il voulait mourir", True),
        ("une fille de ma classe a des bleus tous les lundis", True),
        ("my sister took pills and she won't wake up", True),
        ("mi amiga dice que se va a matar", True),
        ("mon copain me frappe", False),
        ("ma soeur et moi on est enfermées", False),
        ("mon frère me touche la nuit", False),
        ("je veux mourir", False),
        ("mon pote m'a frappé", False),
    ],
)
def test_who_writes_for_a_friend_is_told_from_who_writes_for_themselves(
    text: str, somebody_else: bool
) -> None:
    assert is_about_somebody_else(text) is somebody_else


@given(st.text(max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    audience_of(text)
    is_about_somebody_else(text)
