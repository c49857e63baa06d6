"""The search for help nearby: asks for a place, twice at most, and lets go when something else is said."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer import Events, reply_to
from actions.conversation_so_far import (
    CHOOSE_PLACE,
    HELP_NEARBY,
    NOT_UNDERSTOOD,
    OUT_OF_SCOPE,
    PERSON,
    intent_of,
    messages_since_place_was_asked,
    place_in,
)

PLACE = "departement"
REQUESTED = "requested_slot"
TRIES = 2

# What somebody may be taken to say when they name a place that nobody understood, or when they
# hesitate. Anything else is not an answer to the question.
STILL_ABOUT_THE_PLACE = frozenset(
    {HELP_NEARBY, CHOOSE_PLACE, NOT_UNDERSTOOD, OUT_OF_SCOPE, "oui", "je_ne_sais_pas", ""}
)


class ValidateHelpNearbyForm(Action):
    """Fills the place from the message, or closes the form."""

    def name(self) -> str:
        return "validate_help_nearby_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        message = tracker.latest_message
        place = place_in(message)
        if intent_of(message) == PERSON:
            return _close()
        if place is not None:
            return [SlotSet(PLACE, place)]
        still_about_it = intent_of(message) in STILL_ABOUT_THE_PLACE
        tries = messages_since_place_was_asked(tracker.events)
        return [SlotSet(PLACE, None)] if still_about_it and tries < TRIES else _close()


def _close() -> Events:
    return [SlotSet(PLACE, None), SlotSet(REQUESTED, None)]


class AskPlace(Action):
    """{"ask_place": true}"""

    def name(self) -> str:
        return "action_ask_departement"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        dispatcher.utter_message(json_message={"ask_place": True})
        return []


class CloseHelpNearby(Action):
    """{"resources": {"departement": code or null}}, or the reply to what was said instead of a place."""

    def name(self) -> str:
        return "action_close_help_nearby"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        place = tracker.get_slot(PLACE)
        if place is not None or intent_of(tracker.latest_message) in STILL_ABOUT_THE_PLACE:
            dispatcher.utter_message(json_message={"resources": {"departement": place}})
        else:
            dispatcher.utter_message(json_message=reply_to(tracker))
        # The next search asks again: people move, and write for others.
        return [SlotSet(PLACE, None)]
