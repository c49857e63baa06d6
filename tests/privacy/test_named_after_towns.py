"""What bears a town's name and is no place."""

from __future__ import annotations

import pytest

from handoff.privacy.named_after_towns import is_named_after_a_town


@pytest.mark.parametrize(
    ("text", "name", "is_thing"),
    [
        ("il me sert du jambon de bayonne", "bayonne", True),
        ("elle lit paris hilton", "paris", True),
        ("ma robe bordeaux est dechiree", "bordeaux", True),
        ("son maillot de lens", "lens", True),
        ("le maillot du paris saint germain", "paris saint germain", True),
        ("j'habite a bordeaux", "bordeaux", False),
        ("j'habite bordeaux", "bordeaux", False),
        ("jsuis a la gare bordeaux", "bordeaux", False),
        ("78100 saint-germain-en-laye", "78100 saint-germain-en-laye", False),
        ("a poissy, saint germain en laye", "poissy, saint germain en laye", False),
        ("a paris saint germain des pres", "paris saint germain des pres", False),
        ("mon pere vit a marseille a perdu son boulot", "marseille", False),
        ("au stade apres le match de brive", "brive", False),
        ("bordeaux centre", "bordeaux", False),
        ("je suis a la gare de bayonne", "bayonne", False),
        ("sur paris", "paris", False),
    ],
)
def test_a_thing_is_told_from_a_place(text: str, name: str, is_thing: bool) -> None:
    start = text.index(name)
    assert is_named_after_a_town(text, start, start + len(name)) is is_thing
