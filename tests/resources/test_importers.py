"""Each open format, read from a small file as it is published; every fault is told, none guessed away."""

from __future__ import annotations

import bz2
import io
import json
import tarfile
from pathlib import Path

import pytest

from handoff.resources.importing import dila
from handoff.resources.importing.draft import Context
from handoff.resources.importing.read_file import READERS, Read, read_file
from handoff.resources.importing.report import FileRefusedError
from handoff.resources.importing.rows import MOST_RECORD_BYTES
from handoff.resources.kinds import Kinds
from handoff.resources.places import Places
from handoff.resources.resource import Resource
from tests.resources.conftest import FILES


class Reader:
    def __init__(self, places: Places, kinds: Kinds) -> None:
        self.places, self.kinds = places, kinds

    def __call__(self, path: Path, format_name: str | None = None, source: str | None = None) -> Read:
        return read_file(path, format_name, source, self.places, self.kinds)


@pytest.fixture
def read(places: Places, kinds: Kinds) -> Reader:
    return Reader(places, kinds)


def kept(found: Read) -> dict[str, Resource]:
    return {key: Resource.model_validate_json(row) for key, row in found.rows}


def told(found: Read) -> list[str]:
    return [f"{each.line} {each.field} {each.message}" for each in found.report.problems]


def test_the_official_directory(read: Reader) -> None:
    found = read(FILES / "dila.json")
    assert found.format == "dila" and found.licence and "Licence Ouverte" in found.licence
    rows = kept(found)
    assert list(rows) == [
        "dila:00007e4d-264c-43a0-b0b7-7f3b7dd995ab",
        "dila:b",
        "dila:e",
        "dila:g",
    ]
    mission = rows["dila:00007e4d-264c-43a0-b0b7-7f3b7dd995ab"]
    assert (mission.kind, mission.departement, mission.commune) == ("mission_locale", "69", "Villeurbanne")
    assert mission.address == "Bâtiment B, 1 rue de l'Essai", "where one goes, not where one writes"
    assert mission.phone == "04 72 00 00 01"
    assert mission.opening == "Mo-Fr 09:00-12:00,13:30-17:00"
    assert mission.hours == "lundi – vendredi, 9 h – 12 h et 13 h 30 – 17 h"
    assert mission.as_of == "2024-08-09"
    assert mission.accessibility == "accessible en fauteuil roulant"
    assert (mission.latitude, mission.longitude) == (45.766, 4.8795)
    assert (mission.anonymous, mission.on_bill, mission.cost) == ("unknown", "unknown", None), (
        "nothing is guessed"
    )
    assert "trouver_aide_proche" in mission.topics
    overseas = rows["dila:b"]
    assert overseas.departement == "974"
    assert overseas.phone == "0262 90 00 01"
    assert (overseas.latitude, overseas.longitude) == (55.45, -20.88)[::-1]
    assert overseas.opening == "Mo-Su 20:00-02:00" or overseas.hours == "tous les jours, 20 h – 2 h"
    assert rows["dila:g"].departement == "2A" and rows["dila:g"].phone == "04 95 00 00 01"
    assert found.report.read == 8 and found.report.not_ours == 2 and found.report.refused == 2
    assert told(found) == [
        "2 position latitude et longitude inversées",
        "5 position coordonnées loin du lieu annoncé (en mer, ou ailleurs)",
        "5 phone des lettres dans un numéro de téléphone",
        "5 url pas une adresse web",
        "5 opening un jour de la semaine qui n'existe pas",
        "6 contact ni téléphone, ni adresse, ni site",
        "7 id identifiant déjà vu, ligne ou fiche 5",
        "8 phone un numéro qui peut être surtaxé",
        "8 as_of une date impossible",
    ]


def test_the_official_archive_as_it_is_downloaded(read: Reader, tmp_path: Path) -> None:
    content = (FILES / "dila.json").read_bytes()
    archive = tmp_path / "all_latest.tar.bz2"
    with tarfile.open(archive, "w:bz2") as made:
        for name, data in (("2026-data.gouv_commune.zip", b"zip"), ("2026-data.gouv_local.json", content)):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            made.addfile(member, io.BytesIO(data))
    assert read(archive).rows == read(FILES / "dila.json").rows
    packed = tmp_path / "local.json.bz2"
    packed.write_bytes(bz2.compress(content))
    assert read(packed).rows == read(FILES / "dila.json").rows


def test_data_inclusion_structures(read: Reader) -> None:
    found = read(FILES / "data_inclusion_structures.json")
    rows = kept(found)
    assert list(rows) == ["di:mission-locale--1", "di:dora--3"]
    mission = rows["di:mission-locale--1"]
    assert (mission.phone, mission.opening) == ("02 99 00 00 01", "Mo-Fr 08:30-12:30")
    assert rows["di:dora--3"].kind == "cidff" and rows["di:dora--3"].hours is None
    assert told(found) == ["3 opening horaires que nous ne savons pas lire"]


def test_data_inclusion_services_for_young_people(read: Reader) -> None:
    rows = kept(read(FILES / "data_inclusion_services.csv"))
    assert [(each.id, each.kind, each.cost) for each in rows.values()] == [
        ("dis:dora--s1", "accueil_addictions", "gratuit")
    ]


def test_the_education_directory_gives_guidance_centres_and_no_school(read: Reader) -> None:
    found = read(FILES / "education.csv")
    (cio,) = kept(found).values()
    assert (cio.id, cio.kind, cio.departement) == ("education:0350001A", "cio", "35")
    assert (cio.postcode, cio.phone) == ("35000", "02 99 00 00 06")
    assert (found.report.read, found.report.not_ours) == (3, 2)


def test_hsds_services_at_each_of_their_places(read: Reader) -> None:
    found = read(FILES / "hsds.json")
    first, second = kept(found).values()
    assert first.name == second.name == "Écoute d'essai"
    assert (first.commune, second.commune) == ("Marseille", "Aubagne")
    assert (first.age_min, first.age_max, first.cost) == (12, 25, "gratuit")
    assert first.opening == "Th-Fr 10:00-18:00"
    assert first.phone == "04 91 00 00 01"
    assert first.kind == "autre"
    assert found.report.not_ours == 1


def test_a_content_leads_spreadsheet(read: Reader) -> None:
    found = read(FILES / "spreadsheet.csv", source="csv:bretagne")
    maison, point = kept(found).values()
    assert maison.id == "bretagne:maison-d-essai-rennes"
    assert maison.topics == ("parler_a_un_psy", "angoisse_stress")
    assert maison.expect == "Tu entres, tu t'assois."
    assert (maison.latitude, maison.longitude) == (48.11, -1.68)
    assert (maison.anonymous, maison.cost) == ("yes", "gratuit")
    assert (point.postcode, point.departement) == ("01000", "01"), "a spreadsheet eats the first zero"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("nom;telephone", "colonnes manquantes : type"),
        ("nom;type;couleur", "colonnes inconnues : couleur"),
        ("nom;type;nom", "colonnes en double : nom"),
    ],
)
def test_wrong_columns_refuse_the_file(read: Reader, tmp_path: Path, columns: str, said: str) -> None:
    file = tmp_path / "lieux.csv"
    file.write_text(f"{columns}\na;paej;x\n", encoding="utf-8")
    with pytest.raises(FileRefusedError, match=said):
        read(file, "csv")


def test_another_directory_is_not_taken_for_this_one(read: Reader) -> None:
    with pytest.raises(FileRefusedError, match="colonnes de data_inclusion"):
        read(FILES / "education.csv", "data_inclusion")
    with pytest.raises(FileRefusedError, match="un CSV était attendu"):
        read(FILES / "dila.json", "csv")


def lines(*rows: str) -> bytes:
    return "\n".join(("nom;type;telephone;departement;adresse", *rows, "")).encode()


GOOD = "Lieu;paej;04 72 00 00 01;69;1 rue de l'Essai"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (b"Lieu \xe9t\xe9;paej;04 72 00 00 01;69;", "encodage cassé"),
        ("Lieu Ã©tÃ©;paej;04 72 00 00 01;69;".encode(), "encodage cassé"),
        (b"=cmd|' /C calc'!A0;paej;04 72 00 00 01;69;", "formule"),
        (b"@SUM(A1);paej;04 72 00 00 01;69;", "formule"),
        (b"+HYPERLINK(x);paej;04 72 00 00 01;69;", "formule"),
        (b"Lieu;inventee;04 72 00 00 01;69;", "type inconnu"),
        (b";paej;04 72 00 00 01;69;", "identifiant|pas de nom"),
        (b"Lieu 2;paej;04 72 00 00 01;999;", "ni département"),
        (b"Lieu 2;paej;;69;", "ni téléphone"),
        (b"Lieu;paej;04 72;69", "4 cellules au lieu de 5"),
        (b'"Lieu;paej;04 72 00 00 01;69;', "guillemets"),
        (b'Li"eu;paej;04 72 00 00 01;69;', "guillemets|ni téléphone|lignes|"),
        (b"x" * 1_200_000, "ligne de plus de|cellules"),
    ],
)
def test_one_bad_line_is_told_and_the_others_are_kept(
    read: Reader, tmp_path: Path, row: bytes, said: str
) -> None:
    file = tmp_path / "lieux.csv"
    other = GOOD.replace("Lieu", "Autre lieu")
    start, _, _ = lines(GOOD).partition(b"\n")
    file.write_bytes(b"\n".join([start, GOOD.encode(), row, other.encode(), b""]))
    found = read(file, "csv")
    assert [each.name for each in kept(found).values() if "utre" in each.name or each.name == "Lieu"][-1] == (
        "Autre lieu"
    )
    refused = [each for each in found.report.problems if each.refused]
    if said.endswith("|"):
        return
    assert [each.line for each in refused] == [3]
    assert any(part in refused[0].message for part in said.split("|")), refused[0]


def test_a_quote_that_is_never_closed_costs_one_line(read: Reader, tmp_path: Path) -> None:
    file = tmp_path / "lieux.csv"
    rows = [GOOD.replace("Lieu", f"Lieu {number}") for number in range(200)]
    rows[50] = '"' + rows[50]
    file.write_bytes(lines(*rows))
    found = read(file, "csv")
    assert len(found.rows) == 199
    assert [each.line for each in found.report.problems] == [52]


@pytest.mark.parametrize(
    ("telephone", "said"),
    [
        ("04 72 AB 00 01", "lettres"),
        ("12345", "pas un numéro"),
        ("0 892 12 34 56", "surtaxé"),
        ("+1 202 555 0100", ""),
    ],
)
def test_a_number_that_cannot_be_dialled_is_left_out(
    read: Reader, tmp_path: Path, telephone: str, said: str
) -> None:
    file = tmp_path / "lieux.csv"
    file.write_bytes(lines(f"Lieu;paej;{telephone};69;1 rue de l'Essai"))
    found = read(file, "csv")
    (made,) = kept(found).values()
    if said:
        assert made.phone is None
        assert said in found.report.problems[0].message and not found.report.problems[0].refused


@pytest.mark.parametrize("cut", [10, 300, 2_000])
def test_a_file_cut_short_is_refused_whole(read: Reader, tmp_path: Path, cut: int) -> None:
    file = tmp_path / "dila.json"
    file.write_bytes((FILES / "dila.json").read_bytes()[:cut])
    with pytest.raises(FileRefusedError):
        read(file, "dila")


def test_broken_bytes_in_json_cost_one_record(read: Reader, tmp_path: Path) -> None:
    file = tmp_path / "dila.json"
    content = (
        (FILES / "dila.json").read_bytes().replace(b"Brigade de gendarmerie", b"Brigade d\xe9 gendarmerie")
    )
    file.write_bytes(content)
    found = read(file)
    assert "dila:b" not in kept(found) and len(found.rows) == 3
    assert "2 name encodage cassé (des octets ne sont pas de l'UTF-8)" in told(found)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1, 2", b"PK\x03\x04", b"\xff\xfen\x00", b"BZhrubbish", b"\x1f\x8brubbish", b"[[[["],
)
def test_what_is_no_such_file_is_refused(read: Reader, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "fichier"
    file.write_bytes(content)
    with pytest.raises(FileRefusedError):
        read(file, "dila")


def test_a_missing_file_is_refused(read: Reader, tmp_path: Path) -> None:
    with pytest.raises(FileRefusedError, match="illisible"):
        read(tmp_path / "rien.csv")


@pytest.mark.parametrize(
    "before",
    [
        '"text": "avant", ',
        '"about": {"service": "x", "list": [1, 2]}, ',
        '"notes": ["a", "b"], "n": 1.5, ',
        "",
    ],
)
def test_the_list_is_found_whatever_stands_before_it(read: Reader, tmp_path: Path, before: str) -> None:
    content = (FILES / "dila.json").read_text("utf-8")
    file = tmp_path / "dila.json"
    file.write_text(content.replace("{", "{" + before, 1), encoding="utf-8")
    assert read(file).rows == read(FILES / "dila.json").rows


@pytest.mark.parametrize(
    "content", ['{"service": {"id": 1}}', '{"a": "b", "data": "texte"}', '{"results": 3}']
)
def test_what_should_be_a_list_and_is_none_is_refused(read: Reader, tmp_path: Path, content: str) -> None:
    file = tmp_path / "dila.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(FileRefusedError, match="n'est pas une liste"):
        read(file, "dila")


@pytest.mark.parametrize(
    "start", ['{"texte": "', '[{"id": 1, "texte": "', '{"service": [{"id": 1}, {"texte": ["']
)
def test_a_record_without_end_is_refused_and_not_swallowed(read: Reader, tmp_path: Path, start: str) -> None:
    file = tmp_path / "dila.json"
    file.write_text(start + "x" * (MOST_RECORD_BYTES + 100_000) + '"', encoding="utf-8")
    with pytest.raises(FileRefusedError, match="de plus de 8 Mo"):
        read(file, "dila")


def test_an_hour_that_only_looks_like_a_number_costs_the_hours(read: Reader, tmp_path: Path) -> None:
    record = {
        "id": "a",
        "nom": "Lieu",
        "pivot": [{"type_service_local": "pmi"}],
        "adresse": [{"type_adresse": "Adresse", "numero_voie": "1 rue", "code_postal": "69100"}],
        "plage_ouverture": [
            {"nom_jour_debut": "lundi", "valeur_heure_debut_1": "²:00", "valeur_heure_fin_1": "9:0²"}
        ],
    }
    file = tmp_path / "dila.json"
    file.write_text(json.dumps({"service": [record]}), encoding="utf-8")
    found = read(file)
    (made,) = kept(found).values()
    assert made.hours is None
    assert told(found) == ["1 opening une heure qui n'existe pas"]


def test_a_fault_of_ours_costs_one_record_and_is_told(
    read: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = dila.read

    def faulty(row: dict[str, object], line: int, context: Context) -> Resource | None:
        if line == 2:
            raise ZeroDivisionError
        return honest(row, line, context)

    monkeypatch.setitem(READERS, "dila", (faulty, None))
    found = read(FILES / "dila.json")
    assert "2 ligne fiche que nous ne savons pas lire (ZeroDivisionError)" in told(found)
    assert found.report.read == 8 and len(found.rows) == 3


def test_structures_and_services_are_two_sources(read: Reader) -> None:
    assert read(FILES / "data_inclusion_structures.json").source == "data_inclusion"
    assert read(FILES / "data_inclusion_services.csv").source == "data_inclusion_services"
    assert read(FILES / "data_inclusion_services.csv", source="mes-services").source == "mes-services"


def test_a_region_in_place_of_a_departement_is_no_obstacle(read: Reader, tmp_path: Path) -> None:
    address = {"address_1": "1 rue de l'Essai", "postal_code": "13001", "city": "Marseille"}
    service = {
        "id": "1",
        "name": "Écoute",
        "url": "https://a.example.fr",
        "service_at_locations": [
            {"location": {"addresses": [{**address, "region": "Provence-Alpes-Côte d'Azur"}]}}
        ],
    }
    file = tmp_path / "hsds.json"
    file.write_text(json.dumps([service]), encoding="utf-8")
    (made,) = kept(read(file, "hsds")).values()
    assert made.departement == "13"


CELLS = (
    "nom;type;telephone;departement;code_postal;commune;adresse;latitude;longitude;age_min;age_max;sujets;"
    "public"
)


@pytest.mark.parametrize(
    ("cells", "field", "said"),
    [
        ("Lieu;paej;;69;;;1 rue;;;;;inventé;", "topics", "sujet inconnu « inventé »"),
        ("Lieu;paej;;69;;;1 rue;;;25;12;;", "age_min", "de 25 à 12 ans : les âges sont à l'envers"),
        ("Lieu;paej;3210;69;;;1 rue;;;;;;", "phone", "un numéro qui peut être surtaxé"),
        ("Lieu;paej;3646;69;;;1 rue;;;;;;", "phone", "un numéro qui peut être surtaxé"),
        (
            "Lieu;paej;;69;75001;;1 rue;;;;;;",
            "departement",
            "le département 69 et le code postal 75001 ne vont",
        ),
        ("Lieu;paej;;29;;Brest;1 rue;48,35;-4,95;;;;", "position", "loin du lieu annoncé"),
        ("Lieu;paej;;13;;;1 rue;43,0;5,2;;;;", "position", "loin du lieu annoncé"),
        ("Lieu;paej;;69;;;1 rue;;;;;;tous", "audience.0", "pas une des valeurs possibles"),
        ("Lieu;paej;;69;;;1 rue;;;140;;;", "age_min", "trop grand"),
    ],
)
def test_a_wrong_cell_is_told_in_french(
    read: Reader, tmp_path: Path, cells: str, field: str, said: str
) -> None:
    file = tmp_path / "lieux.csv"
    file.write_text(f"{CELLS}\n{cells}\n", encoding="utf-8")
    found = read(file, "csv")
    assert any(each.field == field and said in each.message for each in found.report.problems), told(found)
    for made in kept(found).values():
        assert made.phone is None and made.latitude is None and "inventé" not in made.topics
        assert made.age_min is None or made.age_max is None or made.age_min <= made.age_max


def test_a_postcode_over_a_border_is_the_communes_own(read: Reader, tmp_path: Path) -> None:
    file = tmp_path / "lieux.csv"
    file.write_text(f"{CELLS}\nLieu;paej;;69;75001;Lyon;1 rue;;;;;;\n", encoding="utf-8")
    (made,) = kept(read(file, "csv")).values()
    assert made.departement == "69"


def test_a_place_by_its_town_keeps_its_position(read: Reader, tmp_path: Path) -> None:
    file = tmp_path / "lieux.csv"
    file.write_text(f"{CELLS}\nLieu;paej;;29;;Brest;1 rue;48,40;-4,50;;;;\n", encoding="utf-8")
    found = read(file, "csv")
    (made,) = kept(found).values()
    assert (made.latitude, made.longitude) == (48.4, -4.5) and found.report.problems == []


def test_a_record_may_hold_anything(read: Reader, tmp_path: Path) -> None:
    strange: list[object] = [
        None,
        3,
        "texte",
        [],
        {"id": {}, "pivot": 5},
        {"pivot": [{"type_service_local": "pmi"}]},
    ]
    strange += [
        {
            "id": 7,
            "pivot": [{"type_service_local": "pmi"}],
            "adresse": {"a": 1},
            "telephone": [3],
            "nom": ["x"],
        }
    ]
    file = tmp_path / "dila.json"
    file.write_text(json.dumps({"service": strange}), encoding="utf-8")
    found = read(file, "dila")
    assert found.rows == [] and found.report.read == len(strange)
    assert found.report.refused == 6
