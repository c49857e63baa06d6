"""The directory's command line: ``python -m handoff.resources COMMAND`` (docs/resources.md).

fetch · preview · import · rollback · list · export · coverage · overdue · reports · check-links
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from datetime import date
from pathlib import Path

from handoff.errors import ImportUnknownError, SettingError
from handoff.resource_desk import Desk, Difference, open_desk
from handoff.resources import coverage, exporting, links, sources
from handoff.resources.importing.read_file import READERS, Read
from handoff.resources.importing.report import FileRefusedError
from handoff.resources.resource import ResourceError
from handoff.settings import Settings

TOLD = 20


async def _fetch(arguments: argparse.Namespace, desk: Desk) -> int:
    source = sources.SOURCES[arguments.source]
    target = arguments.to or Path(sources.file_name(source))
    print(f"{source.page}\n{source.licence}\n{source.url}")
    sources.fetch(source, target)
    print(f"écrit : {target} ({target.stat().st_size // 1024} Ko)")
    return 0


async def _preview(arguments: argparse.Namespace, desk: Desk) -> int:
    read = desk.read(arguments.file, arguments.format, arguments.source)
    _tell(read, arguments.report)
    import_id = await desk.stage(read, arguments.file.name)
    difference = await desk.difference(read.source, dict(read.rows))
    print(_difference_words(read.source, difference))
    for kind, count in desk.kinds_in(read).most_common():
        print(f"  {kind}: {count}")
    print(f"import n° {import_id}, montré à personne. L'appliquer : import {import_id}")
    return 0


async def _import(arguments: argparse.Namespace, desk: Desk) -> int:
    if arguments.what.isdecimal():
        import_id = int(arguments.what)
    else:
        path = Path(arguments.what)
        read = desk.read(path, arguments.format, arguments.source)
        _tell(read, arguments.report)
        import_id = await desk.stage(read, path.name)
    source, rows = await desk.rows_of(import_id)
    difference = await desk.difference(source, rows)
    print(_difference_words(source, difference))
    if not rows:
        print("rien à montrer : non appliqué", file=sys.stderr)
        return 1
    if difference.is_suspicious and not arguments.force:
        print(
            f"plus de la moitié de « {source} » disparaîtrait : fichier incomplet ? Sinon, --force",
            file=sys.stderr,
        )
        return 1
    await desk.imports.apply(import_id)
    print(f"import n° {import_id} appliqué")
    return 0


async def _rollback(arguments: argparse.Namespace, desk: Desk) -> int:
    earlier = await desk.imports.roll_back(arguments.source)
    shown = f"import n° {earlier}" if earlier is not None else "rien"
    print(f"« {arguments.source} » montre de nouveau : {shown}")
    return 0


async def _list(arguments: argparse.Namespace, desk: Desk) -> int:
    for each in await desk.imports.summaries():
        mark = "montré" if each.shown else "      "
        print(
            f"{each.id:5} {mark} {each.at:%Y-%m-%d %H:%M} {each.source:20} "
            f"{each.kept:7} lieux {each.refused:6} refusés  {each.file_name}"
        )
    return 0


async def _export(arguments: argparse.Namespace, desk: Desk) -> int:
    resources = await desk.shown(arguments.source)
    part = arguments.to.with_name(arguments.to.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as out:
        exporting.WRITERS[arguments.format](resources, desk.search.kinds, out)
    part.replace(arguments.to)
    print(f"écrit : {arguments.to} ({len(resources)} ressources)")
    return 0


async def _coverage(arguments: argparse.Namespace, desk: Desk) -> int:
    await desk.load_shown()
    covered = coverage.coverage_of(desk.search)
    table = coverage.as_table(covered, desk.search)
    if arguments.to is None:
        print(table, end="")
        return 0
    folder: Path = arguments.to
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "images").mkdir(exist_ok=True)
    drawn = coverage.as_map(covered, desk.search.places)
    (folder / "images" / "coverage.svg").write_text(drawn, encoding="utf-8")
    shown = [each for each in await desk.imports.summaries() if each.shown]
    imports = "".join(f"- {each.source}: {each.file_name}, {each.at:%Y-%m-%d}\n" for each in shown)
    page = (
        "# Coverage of the directory of help\n\nMade by `python -m handoff.resources coverage --to docs`.\n\n"
        f"Imports shown:\n{imports or '- none: national lines and official finder pages only'}\n"
        f"\n\n![Lieux d'aide par département](images/coverage.svg)\n\n{table}"
    )
    (folder / "coverage.md").write_text(page.replace("\n\n\n", "\n\n"), encoding="utf-8")
    print(f"écrit : {folder / 'coverage.md'}")
    return 0


async def _overdue(arguments: argparse.Namespace, desk: Desk) -> int:
    await desk.load_shown()
    late = coverage.overdue((*desk.search.directory, *desk.search.index), date.today(), arguments.months)
    for each in late:
        print(f"{each.as_of or 'date inconnue':14} {each.id}  {each.name}")
    print(f"{len(late)} à vérifier (plus de {arguments.months} mois, ou date inconnue)")
    return 0


async def _reports(arguments: argparse.Namespace, desk: Desk) -> int:
    for each in await desk.reports.open_reports():
        print(f"{each.id:5} {each.what:8} ×{each.times:<4} {each.by:13} {each.resource_id}  {each.name}")
    return 0


async def _check_links(arguments: argparse.Namespace, desk: Desk) -> int:
    await desk.load_shown()
    finders = [
        finder
        for kind in desk.search.kinds.by_id.values()
        for departement in desk.search.places.departements.values()
        if (finder := kind.finder_in(departement))
    ]
    broken = 0
    async for link in links.check_links((*desk.search.directory, *desk.search.index, *finders)):
        if link.problem:
            broken += link.sure
            print(f"{'cassé' if link.sure else 'à voir'}  {link.url}  {link.problem}  {link.resource_ids[0]}")
    print(f"{broken} liens cassés")
    return 1 if broken else 0


def _tell(read: Read, report_file: Path | None) -> None:
    report = read.report
    print(
        f"{read.format} → « {read.source} » : {report.read} lues, {len(read.rows)} gardées, "
        f"{report.refused} refusées, {report.not_ours} d'un autre genre"
    )
    for message, count in report.by_message.most_common():
        print(f"  {count:6} × {message}")
    if report_file:
        report_file.write_text("".join(f"{each}\n" for each in report.problems), encoding="utf-8")
        print(f"ligne par ligne : {report_file}")
        return
    for each in report.problems[:TOLD]:
        print(f"  ligne {each}")
    if len(report.problems) > TOLD:
        print(f"  … et {len(report.problems) - TOLD} autres : --report FICHIER")


def _difference_words(source: str, found: Difference) -> str:
    return (
        f"pour « {source} » : {found.added} nouveaux, {found.changed} changés, {found.removed} retirés "
        f"(avant : {found.before})"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m handoff.resources", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: object, words: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=words)
        made.set_defaults(run=run)
        return made

    each = command("fetch", _fetch, "fetch the current official file (needs a network)")
    each.add_argument("source", choices=sources.SOURCES)
    each.add_argument("--to", type=Path)
    for name, run, words in (
        ("preview", _preview, "read a file, report line by line, show it to nobody"),
        ("import", _import, "show a previewed import (its number) or a file"),
    ):
        each = command(name, run, words)
        if name == "preview":
            each.add_argument("file", type=Path)
        else:
            each.add_argument("what", metavar="NUMBER or FILE")
            each.add_argument("--force", action="store_true", help="even if most of the source goes")
        each.add_argument("--format", choices=READERS)
        each.add_argument("--source", help="what it replaces, e.g. csv:ardeche (default: the format)")
        each.add_argument("--report", type=Path, help="where to write every problem, one a line")
    each = command("rollback", _rollback, "show what a source showed before")
    each.add_argument("source")
    command("list", _list, "the imports")
    each = command("export", _export, "write the directory in an open format")
    each.add_argument("format", choices=exporting.WRITERS)
    each.add_argument("to", type=Path)
    each.add_argument("--source", help="only what this source shows: to be corrected and imported again")
    each = command("coverage", _coverage, "a table by département and kind; with --to, a page and a map")
    each.add_argument("--to", type=Path)
    each = command("overdue", _overdue, "what nobody has checked for long")
    each.add_argument("--months", type=int, default=coverage.OVERDUE_MONTHS)
    command("reports", _reports, 'the open "c\'est faux / fermé"')
    command("check-links", _check_links, "open every page once (needs a network)")
    return parser


async def _main(arguments: argparse.Namespace) -> int:
    async with open_desk(Settings.load()) as desk:
        code: int = await arguments.run(arguments, desk)
        return code


def main() -> int:
    arguments = _parser().parse_args()
    try:
        return asyncio.run(_main(arguments))
    except (FileRefusedError, sources.FetchError, ResourceError, SettingError) as error:
        print(f"repere: {error}", file=sys.stderr)
    except ImportUnknownError as error:
        print(f"repere: pas d'import ni de source « {error} »", file=sys.stderr)
    except OSError as error:
        print(f"repere: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
