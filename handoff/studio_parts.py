"""Wires the studio, like staff_app.py: what its pages need from parts they may not import themselves."""

from __future__ import annotations

from handoff.answers.cards import Card, load_catalogue
from handoff.answers.example_files import examples_by_topic
from handoff.assistant.channel_words import ChannelWords
from handoff.assistant.render import Renderer
from handoff.channels.channel import Part
from handoff.channels.parts import parts_of
from handoff.channels.telegram import TelegramChannel
from handoff.conversation import Audience, Author, Conversation, Reader, Reply
from handoff.privacy.stripper import Stripper
from handoff.receive_message import message_of
from handoff.records.card_records import CardRecords
from handoff.records.example_records import ExampleRecords
from handoff.records.topic_figures import TopicFigures
from handoff.resources.directory import Directory
from handoff.settings import Settings
from handoff.staff.studio.inside import InsideClient
from handoff.staff.studio.labels import Labels
from handoff.staff.studio.studio import Studio
from handoff.training.models import Models
from handoff.waiting_model import WaitingModel


def build_studio(
    settings: Settings,
    records: CardRecords,
    examples: ExampleRecords,
    figures: TopicFigures,
    words: ChannelWords,
    renderer: Renderer,
    stripper: Stripper,
) -> Studio:
    """The studio of a staff app whose cards are those of ``words``."""

    def somebody(audience: str, language: str) -> Conversation:
        return Conversation("", Reader.ASSISTANT, language=language, audience=Audience(audience))

    def preview(card: Card, audience: str, language: str) -> Reply:
        conversation = somebody(audience, language)
        return renderer.of(conversation).preview(card, conversation)

    def telegram(reply: Reply, audience: str, language: str) -> list[Part]:
        message = message_of(reply, Author.ASSISTANT, language)
        return parts_of(message, TelegramChannel, words.of(somebody(audience, language)))

    catalogue = load_catalogue(settings.data_folder / "answers")
    return Studio(
        records,
        examples,
        words.library,
        Directory.load(settings.data_folder / "resources"),
        catalogue,
        # The studio is in French, like its guide.
        Labels.load(settings.data_folder / "texts", "fr"),
        preview,
        telegram,
        InsideClient(settings.effective_inside_url, settings.inside_secret),
        settings.data_folder,
        Models(settings),
        WaitingModel(settings, stripper, renderer, words),
        examples_by_topic(settings.data_folder / "nlu"),
        figures=figures,
    )
