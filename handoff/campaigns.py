"""Codes of posters and links: how many came by each, and nothing else.

python -m handoff.campaigns list                         every code and its count
python -m handoff.campaigns new CODE                     starts to count; prints the links
python -m handoff.campaigns poster CODE FOLDER [LANGUAGE] [telegram]
                                                         the poster with its QR code, as PDF and PNG
python -m handoff.campaigns drop CODE                    forgets a code and its count
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from handoff.answers.texts import Voices
from handoff.conversation import Conversation, Reader
from handoff.errors import SettingError, StoreUnavailableError
from handoff.poster import Poster
from handoff.settings import Settings
from handoff.store import connection
from handoff.store.arrivals import Arrivals

USAGE = "usage: handoff.campaigns list | new CODE | drop CODE | poster CODE FOLDER [LANGUAGE] [telegram]"


def links(settings: Settings, code: str) -> dict[str, str]:
    """The addresses that count an arrival by this code. Raises SettingError without a web address."""
    if not settings.public_origin:
        raise SettingError("REPERE_PUBLIC_ORIGIN is missing: the address that young people open")
    found = {"web": f"{settings.public_origin}/c/{code}"}
    if settings.telegram_bot:
        found["telegram"] = f"https://t.me/{settings.telegram_bot}?start={code}"
    return found


def make_poster(settings: Settings, code: str, folder: str, language: str, where: str) -> tuple[Path, Path]:
    """Writes the poster of a code. Raises SettingError."""
    link = links(settings, code).get(where)
    if link is None:
        raise SettingError("REPERE_TELEGRAM_BOT is missing: the name of the bot, without @")
    voices = Voices.load(settings.data_folder / "texts", settings.language)
    texts = voices.of(Conversation("", Reader.ASSISTANT, language=language))
    # The code is in the QR code only: whoever types the address types less.
    shown = settings.public_origin if where == "web" else f"t.me/{settings.telegram_bot}"
    return Poster(texts, link, shown.partition("://")[2] or shown).write(Path(folder), code)


async def run(settings: Settings, arguments: list[str]) -> int:
    """The exit status: 0, or 2 when the call makes no sense. Raises SettingError, StoreUnavailableError."""
    redis = connection.connect(settings.effective_redis_url)
    arrivals = Arrivals(redis)
    try:
        match arguments:
            case ["list"]:
                for code, count in (await arrivals.all()).items():
                    print(f"{count}\t{code}")
            case ["new", code]:
                await arrivals.make(code)
                print("\n".join(links(settings, code).values()))
            case ["poster", code, folder, *options] if len(options) <= 2:
                await arrivals.make(code)
                where = "telegram" if "telegram" in options else "web"
                language = next((each for each in options if each != "telegram"), settings.language)
                print("\n".join(map(str, make_poster(settings, code, folder, language, where))))
            case ["drop", code]:
                if not await arrivals.drop(code):
                    print(f"repere: no code {code}", file=sys.stderr)
                    return 2
            case _:
                print(USAGE, file=sys.stderr)
                return 2
    except ValueError as error:
        print(f"repere: {error}", file=sys.stderr)
        return 2
    finally:
        await redis.aclose()
    return 0


def main(arguments: list[str]) -> int:
    try:
        return asyncio.run(run(Settings.load(), arguments))
    except SettingError as error:
        print(f"repere: {error}", file=sys.stderr)
    except StoreUnavailableError as error:
        print(f"repere: {error}; is Redis running?", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
