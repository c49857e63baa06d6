"""The search for help (form ``find_help``): a place is asked for, twice at most; anything else lets it go.

The service knows the places. What is said here is only what to look for:
``{"resources": {"departement", "topic", "page"}}``.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import Events, reply_to
from actions.conversation_so_far import (
    CHOOSE_PLACE,
    HELP_NEARBY,
    MORE_HELP,
    NOT_UNDERSTOOD,
    OUT_OF_SCOPE,
    PERSON,
    intent_of,
    messages_since_place_was_asked,
    place_in,
    places_to_choose,
    subject_so_far,
)

PLACE = "departement"
SEARCH = "recherche"
REQUESTED = "requested_slot"
TRIES = 2
MOST_PAGES = 1_000

# What somebody may be taken to say when they name a place that nobody understood, or when they
# hesitate. Anything else is not an answer to the question.
STILL_ABOUT_THE_PLACE = frozenset(
    {HELP_NEARBY, CHOOSE_PLACE, MORE_HELP, NOT_UNDERSTOOD, OUT_OF_SCOPE, "oui", "je_ne_sais_pas", ""}
)


class ValidateFindHelp(Action):
    """Fills the place from the message, asks which one of several, or closes the form."""

    def name(self) -> str:
        return "validate_find_help"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        message = tracker.latest_message
        if intent_of(message) == PERSON:
            return _close()
        tries = messages_since_place_was_asked(tracker.events)
        place = place_in(message)
        # Of two towns with one name the likelier one is taken only when asking did not help.
        if place is not None and (tries >= TRIES or not places_to_choose(message)):
            return [SlotSet(PLACE, place)]
        named_several = bool(places_to_choose(message))
        still_about_it = named_several or intent_of(message) in STILL_ABOUT_THE_PLACE
        return [SlotSet(PLACE, None)] if still_about_it and tries < TRIES else _close()


def _close() -> Events:
    return [SlotSet(PLACE, None), SlotSet(REQUESTED, None)]


class AskPlace(Action):
    """{"ask_place": true}, with the codes to choose from when the words meant several."""

    def name(self) -> str:
        return "action_ask_departement"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        choices = places_to_choose(tracker.latest_message)
        question: dict[str, Any] = {"ask_place": True}
        if choices:
            question["choices"] = choices
        dispatcher.utter_message(json_message=question)
        return []


class CloseFindHelp(Action):
    """The search, or the reply to what was said instead of a place."""

    def name(self) -> str:
        return "action_close_find_help"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        place = tracker.get_slot(PLACE)
        if place is None and intent_of(tracker.latest_message) not in STILL_ABOUT_THE_PLACE:
            dispatcher.utter_message(json_message=reply_to(tracker))
            return [SlotSet(PLACE, None)]
        search = {"departement": place, "topic": subject_so_far(tracker.events), "page": 0}
        dispatcher.utter_message(json_message={"resources": search})
        # The next search asks again: people move, and write for others.
        return [SlotSet(PLACE, None), SlotSet(SEARCH, search)]


class ShowMoreHelp(Action):
    """ "D'autres": the next page of the last search."""

    def name(self) -> str:
        return "action_more_help"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        last = tracker.get_slot(SEARCH)
        pressed = {each["entity"]: each.get("value") for each in tracker.latest_message.get("entities") or ()}
        page = pressed.get("page")
        if isinstance(page, int) and 0 <= page < MOST_PAGES:
            # The button says which page it leads to: an old one still does. Words have no way in here.
            subject = pressed.get("sujet")
            known = {
                name for each in domain["intents"] for name in ([each] if isinstance(each, str) else each)
            }
            search = {
                "departement": place_in(tracker.latest_message),
                "topic": subject if subject in known else None,
                "page": page,
            }
        elif isinstance(last, dict):
            search = {**last, "page": int(last.get("page") or 0) + 1}
        else:
            dispatcher.utter_message(json_message={"answer": HELP_NEARBY})
            return []
        dispatcher.utter_message(json_message={"resources": search})
        return [SlotSet(SEARCH, search)]
