"""Codes and posters: a number counts up, the poster fits its sheet and tells nothing to whoever looks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from redis.asyncio import Redis

from handoff import campaigns
from handoff.answers.texts import Texts, Voices
from handoff.errors import SettingError
from handoff.poster import HEIGHT, MARGIN, Poster
from handoff.settings import Settings
from handoff.store.arrivals import Arrivals
from tests.conftest import RedisServer

TELLING = re.compile(r"prostitu|sex|proxén|exploit|violence|agress", re.IGNORECASE)
VOICES = Voices.load(Settings().data_folder / "texts", "fr")


def settings_at(redis_server: RedisServer) -> Settings:
    update = {"redis_url": redis_server.url, "public_origin": "https://page.example"}
    return Settings().model_copy(update=update)


@pytest.mark.parametrize("texts", list(VOICES.all()), ids=lambda texts: texts.language)
def test_a_poster_fits_its_sheet_and_is_safe_to_look_at(texts: Texts) -> None:
    poster = Poster(texts, "https://page.example/c/lycee-7", "page.example")
    lines = list(poster._lines())
    assert lines[-1].top + lines[-1].size < HEIGHT - MARGIN / 2
    assert all(line.top >= MARGIN for line in lines)
    assert not any(TELLING.search(line.text) for line in lines)
    words = " ".join(line.text for line in lines)
    assert all(number in words for number in ("112", "114", "119", "3018", "3114"))
    assert "lycee-7" not in words


async def test_the_command_makes_codes_posters_and_counts(
    redis: Redis, redis_server: RedisServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_at(redis_server)
    assert await campaigns.run(settings, ["poster", "lycee-7", str(tmp_path), "es"]) == 0
    assert (tmp_path / "lycee-7.pdf").read_bytes().startswith(b"%PDF")
    with Image.open(tmp_path / "lycee-7.png") as sheet:
        assert sheet.size == (1748, 2480)
    arrivals = Arrivals(redis)
    await arrivals.count("lycee-7")
    await arrivals.count("nobody-made-this")
    await arrivals.count("../../etc")
    capsys.readouterr()
    assert await campaigns.run(settings, ["list"]) == 0
    assert capsys.readouterr().out == "1\tlycee-7\n"
    assert await redis.keys() == [b"repere:arrivals"]
    assert await campaigns.run(settings, ["drop", "lycee-7"]) == 0
    assert await campaigns.run(settings, ["drop", "lycee-7"]) == 2


async def test_the_poster_of_a_bot_shows_its_name_and_not_the_page(
    redis: Redis, redis_server: RedisServer, tmp_path: Path
) -> None:
    settings = settings_at(redis_server).model_copy(update={"telegram_bot": "repere_test_bot"})
    assert await campaigns.run(settings, ["poster", "hotel", str(tmp_path), "telegram"]) == 0
    assert {file.name for file in tmp_path.iterdir()} == {"hotel.pdf", "hotel.png"}
    web, bot = campaigns.links(settings, "hotel").values()
    assert bot == "https://t.me/repere_test_bot?start=hotel"
    with Image.open(tmp_path / "hotel.png") as sheet:
        drawn = Poster(VOICES.default, bot, "t.me/repere_test_bot").image()
        other = Poster(VOICES.default, web, "t.me/repere_test_bot").image()
        assert sheet.tobytes() == drawn.tobytes()
        assert sheet.tobytes() != other.tobytes()


@pytest.mark.parametrize("wanted", [["fr"], ["es"], ["en", "telegram"]])
async def test_a_phone_reads_the_link_from_the_poster(
    redis: Redis, redis_server: RedisServer, tmp_path: Path, wanted: list[str]
) -> None:
    reader = pytest.importorskip("zxingcpp")  # of the development group
    settings = settings_at(redis_server).model_copy(update={"telegram_bot": "repere_test_bot"})
    assert await campaigns.run(settings, ["poster", "lycee-7", str(tmp_path), *wanted]) == 0
    links = campaigns.links(settings, "lycee-7")
    with Image.open(tmp_path / "lycee-7.png") as sheet:
        (code,) = reader.read_barcodes(sheet.convert("L"))
    assert code.text == links["telegram" if "telegram" in wanted else "web"]


async def test_a_wrong_call_is_refused_in_plain_words(
    redis: Redis, redis_server: RedisServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_at(redis_server)
    assert await campaigns.run(settings, ["new", "Lycée 7"]) == 2
    assert "small letters" in capsys.readouterr().err
    assert await campaigns.run(settings, ["dance"]) == 2
    with pytest.raises(SettingError, match="REPERE_TELEGRAM_BOT"):
        await campaigns.run(settings, ["poster", "hotel", str(tmp_path), "telegram"])
    with pytest.raises(SettingError, match="REPERE_PUBLIC_ORIGIN"):
        await campaigns.run(settings.model_copy(update={"public_origin": ""}), ["new", "hotel"])
