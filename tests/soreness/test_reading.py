"""What is read from a runner's own words, and above all what is not."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.soreness import LABELS, MENTIONED, WARNINGS, Lexicon, lexicon_from, read_words
from tests.soreness.measure import (
    DEV_TEXTS,
    NAMED,
    OWN_TEXTS,
    ROOT,
    SECOND_TEXTS,
    Score,
    rows_of,
    score,
    shipped_lexicon,
)

LEXICON = shipped_lexicon()
CONFIG = ROOT / "config" / "soreness.toml"


def labels(*texts: str) -> set[str]:
    return set(read_words(texts, LEXICON).labels)


def cleared(*texts: str) -> set[str]:
    return set(read_words(texts, LEXICON).cleared)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Stabbing heel on the first steps out of bed", {"plantar_fasciitis"}),
        ("heel a bit sore", {"foot_pain_unspecified"}),
        ("Bruised centre of the heel, concrete all the way", {"fat_pad_syndrome"}),
        ("Like a pebble under the ball of my foot", {"metatarsalgia"}),
        ("Burning between the third and fourth toes", {"mortons_neuroma"}),
        ("Pinpoint pain on the second metatarsal", {"stress_fracture", "red_flag"}),
        ("Stress reaction in the foot", {"stress_fracture", "red_flag"}),
        ("Sesamoid is sore", {"foot_pain_unspecified"}),
        ("Achilles sore", {"achilles"}),
        ("shin splints", {"shin"}),
        ("blister on the heel, stung all day", {"blister"}),
        ("Swollen ankle", {"foot_pain_unspecified", "red_flag"}),
    ],
)
def test_a_plain_complaint_gets_its_label(text: str, wanted: set[str]) -> None:
    assert labels(text) == wanted


_NOT_NAMED_AGAIN = (
    ("en", "With ibuprofen the {} is quiet, without it hurts"),
    ("en", "{} pain free on the flat. Sadly I live in the hills. Hurts on every climb."),
    ("en", "The {} doesn't hurt on the bike, but running it still does"),
    ("en", "My {} no longer hurts, apart from when I push off"),
    ("en", "My wife's {} is cured, mine isn't"),
    ("en", "{} is fine, I said. At mile 4 a stab and that was it."),
    ("de", "Mit Ibu ist die {} ruhig, ohne sticht sie bei jedem Schritt"),
    ("de", "Die {} tut nicht mehr weh, außer bergauf"),
    ("de", "Meinem Bruder tut die {} nicht mehr weh, mir schon"),
    ("fr", "Sous paracétamol, la {} ne dit rien. Sans, elle me fait mal dès le deuxième kilomètre."),
    ("fr", "Plus mal à la {}, sauf en descente"),
    ("fr", "La {} de ma femme est guérie, la mienne non"),
    ("es", "Con ibuprofeno no me duele la {}, sin él sí que me duele"),
    ("es", "La {} no duele, excepto cuando empujo"),
    ("es", "A mi hermano ya no le duele la {}, a mí sí"),
    ("it", "La {} non fa più male da fermo, ma quando corro sì"),
    ("it", "La {} non fa più male, tranne in salita"),
    ("it", "La {} di mia moglie è guarita, la mia no"),
    ("nl", "{} voelt goed met tape, zonder tape doet het nog gewoon pijn"),
    ("nl", "De {} doet geen pijn meer, behalve bergop"),
    ("nl", "Mijn broer heeft geen last meer van zijn {}, ik wel"),
    ("pt", "A {} já não dói em casa, mas a correr continua a doer"),
    ("pt", "A {} não dói mais, exceto na subida"),
    ("pt", "A {} da minha mulher está curada, a minha não"),
)
_PARTS = {
    "en": {"knee": "knee", "calf": "calf", "shin": "shin"},
    "de": {"Wade": "calf", "Hüfte": "hip"},
    "fr": {"hanche": "hip", "cuisse": "thigh"},
    "es": {"rodilla": "knee", "espinilla": "shin"},
    "it": {"tibia": "shin", "coscia": "thigh"},
    "nl": {"knie": "knee", "kuit": "calf"},
    "pt": {"canela": "shin", "panturrilha": "calf"},
}


@pytest.mark.parametrize(("language", "text"), _NOT_NAMED_AGAIN)
def test_a_part_is_read_on_where_it_is_not_named_again(language: str, text: str) -> None:
    for part, label in _PARTS[language].items():
        reading = read_words([text.format(part)], LEXICON)
        assert label in reading.labels, text.format(part)
        assert not reading.cleared


@pytest.mark.parametrize(
    "text",
    [
        "My wife's knee hurts, mine doesn't",
        "Tom's shin is fine again. Mine too.",
        "With tape the calf is fine. Without a doubt the best run this year.",
        "Die Wade meiner Frau tut weh, meine nicht",
        "Keine Schmerzen im Knie, außer dass ich langsam war",
        "Ma femme, elle, a mal au genou",
        "A mi mujer le duele la rodilla, a mí no",
        "A mia moglie fa male la coscia, a me no",
        "De knie van mijn vrouw doet pijn, de mijne niet",
        "O meu amigo torceu o pé na descida",
        "Ein Läufer vor mir ist umgeknickt, Knöchel dick, Rettung gerufen",
        "Un signore è caduto, caviglia gonfia, abbiamo aspettato l'ambulanza",
        "Calf felt great on the climbs, the descents were muddy",
        "Race medic duty: 14 blisters, 3 sprained ankles, 1 wedding proposal",
    ],
)
def test_nothing_is_read_on_where_it_is_somebody_elses_or_nothing_turns(text: str) -> None:
    assert labels(text) == set()


@pytest.mark.parametrize(
    "text",
    ["Ankle was fine. On the drive home it swelled up.", "Knöchel war ok. Abends ist er dick geworden."],
)
def test_what_swells_afterwards_is_no_all_clear(text: str) -> None:
    assert "red_flag" in labels(text)
    assert cleared(text) == set()


def test_what_was_written_long_ago_clears_nothing() -> None:
    assert cleared("In 2019 I wrote: knee completely pain free") == set()
    assert cleared("In 2019 schreef ik: knie helemaal pijnvrij") == set()


@pytest.mark.parametrize(
    "text",
    [
        "stress fracture ruled out",
        "Stress fracture has been ruled out, phew",
        "MRI ruled out a stress fracture",
        "Ermüdungsbruch ausgeschlossen",
        "fracture de fatigue écartée",
        "fractura por estrés descartada",
        "frattura da stress esclusa",
        "stressfractuur uitgesloten",
    ],
)
def test_what_was_ruled_out_is_cleared_wherever_that_is_said(text: str) -> None:
    assert labels(text) == set()
    assert cleared(text) == {"stress_fracture"}


def test_what_was_not_ruled_out_is_not_cleared() -> None:
    assert "stress_fracture" in labels("stress fracture not ruled out yet")


def test_a_stress_fracture_is_always_a_red_flag() -> None:
    for text in ("stress fracture", "Ermüdungsbruch", "fracture de fatigue", "fractura por estrés"):
        assert labels(text) == {"stress_fracture", "red_flag"}


def test_a_named_condition_is_read_in_six_languages() -> None:
    for text in (
        "plantar fasciitis",
        "Plantarfasziitis",
        "fasciite plantaire",
        "fascitis plantar",
        "fascite plantare",
        "hielspoor",
    ):
        assert labels(text) == {"plantar_fasciitis"}


@pytest.mark.parametrize(
    "text",
    [
        "Morning Run",
        "Lunch Run",
        "Achilles Ratingen 10k",
        "Swollen River Trail",
        "Footloose 5k",
        "Pain cave",
        "Pain au chocolat run",
        "1000 feet of climbing hurt",
        "Wade across the swollen river",
        "Hills are my Achilles heel",
        "ran at night, getting worse at pacing",
    ],
)
def test_an_ordinary_title_is_not_a_complaint(text: str) -> None:
    assert labels(text) == set()


def test_a_saying_is_a_complaint_when_it_hurts() -> None:
    assert labels("Achilles heel sore") == {"achilles"}


def test_no_pain_is_no_complaint_but_an_all_clear() -> None:
    assert labels("No heel pain today") == set()
    assert {"plantar_fasciitis", "fat_pad_syndrome"} <= cleared("No heel pain today")
    assert "shin" in cleared("shin feels fine")
    assert "achilles" in cleared("Achilles didn't hurt")
    assert "plantar_fasciitis" in cleared("plantar fasciitis cleared up")


def test_a_blister_says_nothing_about_the_shin() -> None:
    assert cleared("no blisters") == {"blister"}


def test_what_hurts_is_never_cleared_too() -> None:
    assert labels("No heel pain, but the arch stabbed on the first steps") == {"plantar_fasciitis"}
    assert "plantar_fasciitis" not in cleared("No heel pain, but the arch stabbed on the first steps")


def test_a_no_ends_where_the_runner_says_but() -> None:
    assert labels("No shin pain today, but the Achilles was sore") == {"achilles"}
    assert labels("Kein Schmerz im Schienbein, aber die Achillessehne zwickt") == {"achilles"}
    assert labels("Pas de douleur au tibia mais mal au pied") == {"foot_pain_unspecified"}


def test_a_no_reaches_through_a_list() -> None:
    assert labels("no heel, arch or ankle pain") == set()
    assert labels("no rubbing, hot spots or blisters") == set()


def test_not_knowing_why_it_hurts_does_not_make_it_painless() -> None:
    assert labels("no idea why my foot hurts") == {"foot_pain_unspecified"}


def test_what_is_over_is_not_told_as_now() -> None:
    assert labels("A year since my stress fracture") == set()
    assert labels("used to get shin splints here") == set()
    assert labels("In 2019 I had plantar fasciitis") == set()


def test_what_is_back_is_now() -> None:
    assert labels("the old shin splints are back") == {"shin"}
    assert labels("hurt my foot two weeks ago, still sore") == {"foot_pain_unspecified"}


def test_someone_elses_foot_is_left_alone() -> None:
    assert labels("My wife's shin splints slowed us down") == set()
    assert labels("Tom has a blister") == set()
    assert labels("the dog has a sore foot") == set()


def test_the_runners_own_foot_is_read_beside_someone_elses() -> None:
    assert labels("Tom's knee is fine, but my shin hurts") == {"shin"}


def test_soreness_elsewhere_is_left_alone() -> None:
    assert labels("hamstring sore, feet fine") == set()
    assert labels("blisters on my hands") == set()
    assert labels("shoulder pain at night") == set()


def test_plans_and_prevention_are_no_complaint() -> None:
    assert labels("taped up to prevent blisters") == set()
    assert labels("if my heel hurts tomorrow I will rest") == set()


def test_a_red_flag_needs_the_runners_leg_or_foot() -> None:
    assert "red_flag" not in labels("Night pain, aka the track session")
    assert "red_flag" in labels("foot aches at night and wakes me")
    assert "red_flag" in labels("calf hot and swollen")


@pytest.mark.parametrize("cannot", ["can't", "couldn't even", "unable to", "too sore to", "can barely"])
@pytest.mark.parametrize("what", ["hop", "put any weight on it", "push off", "stand on my left foot"])
def test_what_a_leg_cannot_do_is_a_red_flag(cannot: str, what: str) -> None:
    assert "red_flag" in labels(f"{cannot} {what}")
    assert "red_flag" not in labels(f"I can {what} again")


@pytest.mark.parametrize("growing", ["gets worse every run", "is more painful each time", "hurts more with every run"])
def test_what_grows_is_a_red_flag(growing: str) -> None:
    assert "red_flag" in labels(f"My foot {growing}")
    assert "red_flag" not in labels("My pacing gets worse every run")


@pytest.mark.parametrize("long", ["for five weeks", "3 weeks now", "two months and counting", "since September"])
def test_what_lasts_for_weeks_is_told_and_is_no_red_flag_by_itself(long: str) -> None:
    reading = read_words([f"Heel sore {long}"], LEXICON)
    assert (reading.labels, reading.warnings) == ({"foot_pain_unspecified"}, {"weeks"})
    assert read_words(["Five weeks of training to go, heel sore"], LEXICON).warnings == set()


def test_some_red_flags_need_no_part_named() -> None:
    for text in ("Pain kept me awake", "It gets worse every run", "Heard a crack and couldn't stand", "can't hop"):
        assert labels(text) == {"red_flag"}
    for text in (
        "Thunder kept me awake",
        "The weather gets worse every run",
        "Popped into the shop",
        "Tooth pain kept me up",
    ):
        assert labels(text) == set()


@pytest.mark.parametrize("sitting", ["sitting at my desk", "lying on the sofa", "even in bed", "when I lie down"])
def test_what_hurts_at_rest_is_a_red_flag_and_what_hurts_after_resting_is_not(sitting: str) -> None:
    assert "red_flag" in labels(f"My foot hurts {sitting}")
    assert "red_flag" not in labels("My foot hurts after sitting")


def test_a_noise_heard_or_felt_is_a_red_flag_where_something_of_ours_went() -> None:
    for text in ("Felt a tearing rip in my arch", "Heard it snap, like a rock at my Achilles", "A bang. Achilles."):
        assert "red_flag" in labels(text.replace("A bang", "There was a bang")), text
    assert labels("Finished with a bang, feet happy") == set()


def test_a_score_that_climbs_is_a_red_flag_and_a_count_is_not() -> None:
    assert "red_flag" in labels("Foot pain went from a 2 to a 7 in ten days")
    assert "red_flag" not in labels("Foot sore after going from 3 to 5 runs")


def test_what_is_too_sore_to_stand_on_is_a_red_flag() -> None:
    assert "red_flag" in labels("Heel too bruised to stand on")
    assert "red_flag" not in labels("Heel bruised, too tired to cook")


def test_a_swelling_is_compared_and_a_blister_is_only_large() -> None:
    assert "red_flag" in labels("Ankle like an orange")
    assert "red_flag" in labels("Ankle the size of Wales")
    assert labels("Blister the size of an egg on my heel") == {"blister"}


@pytest.mark.parametrize(
    "text",
    [
        "Swollen blister on the big toe",
        "Dicke Blase an der Ferse",
        "Ampoule gonflée sous le pied",
        "Ampolla hinchada en el talón",
        "Vescica gonfia sul tallone",
        "Dikke blaar op mijn hiel",
        "Bolha inchada no calcanhar",
    ],
)
def test_a_thick_blister_is_no_swelling(text: str) -> None:
    assert labels(text) == {"blister"}


@pytest.mark.parametrize(
    "text",
    ["Dikke sokken aan mijn voeten", "Schuhe mit dicker Sohle, Knie gut", "Dikke laag modder onder de voeten"],
)
def test_a_thick_thing_is_no_swelling(text: str) -> None:
    assert labels(text) == set()


@pytest.mark.parametrize(
    "text", ["Fat ankle after rolling it", "Dicker linker Knöchel", "Dikke enkel", "Knöchel ist dick"]
)
def test_a_thick_part_is_swollen(text: str) -> None:
    assert labels(text) == {"foot_pain_unspecified", "red_flag"}


@pytest.mark.parametrize(
    "text",
    [
        "My colleague has a swollen knee and gave me his bib",
        "Mein Kollege hat das Knie dick und mir seine Startnummer gegeben",
        "Mon collègue a le genou gonflé et m'a donné son dossard",
        "Mi hermano tiene la rodilla hinchada y me ha cedido el dorsal",
        "Il mio collega ha il ginocchio gonfio e mi ha ceduto il pettorale",
        "Mijn collega heeft een dikke knie en gaf mij zijn startnummer",
        "O meu colega tem o joelho inchado e deu-me o dorsal",
    ],
)
def test_what_a_colleague_has_is_not_the_runners_even_if_they_gave_me_something(text: str) -> None:
    assert labels(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Left shin still hurts when I press it",
        "Schienbein tut noch weh, wenn ich drücke",
        "Le tibia fait encore mal quand j'appuie",
        "La tibia me duele todavía al apretar",
        "La tibia fa ancora male se premo",
        "Scheenbeen doet nog pijn als ik druk",
        "Canela ainda dói quando aperto",
    ],
)
def test_pressing_is_no_red_flag_where_no_spot_or_bone_is_named(text: str) -> None:
    assert labels(text) == {"shin"}
    assert "red_flag" in labels("The bone on my shin hurts when I press it")


@pytest.mark.parametrize(
    "text",
    [
        "If the heel stops hurting I race on Sunday. Until then only swimming.",
        "Wenn die Ferse keine Schmerzen mehr macht, starte ich. Bis dahin nur Schwimmen.",
        "Si le talon ne fait plus mal dimanche, je cours. D'ici là, natation.",
        "Si el talón ya no duele el domingo, corro. Hasta entonces solo natación.",
        "Se il tallone non fa più male domenica, corro. Fino ad allora solo nuoto.",
        "Als de hiel zondag geen pijn meer doet, start ik. Tot dan alleen zwemmen.",
        "Se o calcanhar não doer mais no domingo, corro. Até lá só natação.",
    ],
)
def test_what_waits_for_a_pain_to_end_says_nothing_of_now(text: str) -> None:
    assert not labels(text)
    assert not cleared(text)


@pytest.mark.parametrize(
    "text",
    [
        "Knee totally pain free... for the first 5k. Then the same ache as last week",
        "Knie schmerzfrei... die ersten 5 km.",
        "Genou sans douleur... les premiers 5 km.",
        "Rodilla sin dolor... los primeros 5 km.",
        "Ginocchio senza dolore... i primi 5 km.",
        "Knie pijnvrij... de eerste 5 km.",
        "Joelho sem dor... nos primeiros 5 km.",
    ],
)
def test_fine_for_the_first_miles_is_a_complaint_across_a_pause(text: str) -> None:
    assert labels(text) == {"knee"}
    assert cleared("Knee pain free, first 10k since the injury") == {"knee"}


@pytest.mark.parametrize(
    "text",
    [
        "Blister on the heel and a nagging pain on the outside of my knee",
        "Blase an der Ferse und ein ziehender Schmerz an der Außenseite vom Knie",
        "Ampoule au talon et une douleur lancinante sur le côté du genou",
        "Ampolla en el talón y un dolor en la parte externa de la rodilla",
        "Vescica sul tallone e un dolore sul lato esterno del ginocchio",
        "Blaar op de hiel en een zeurende pijn aan de buitenkant van mijn knie",
        "Bolha no calcanhar e uma dor na parte de fora do joelho",
    ],
)
def test_a_pain_behind_and_belongs_to_the_place_that_it_names(text: str) -> None:
    assert labels(text) == {"blister", "knee"}


def test_a_team_may_be_called_after_a_complaint() -> None:
    assert labels("Shin Splints (our relay team) finished 3rd") == set()
    assert labels("Periostite (notre équipe) 4e au relais") == set()
    assert labels("Shin splints, the team ran well") == {"shin"}


def test_numbness_that_does_not_come_back_is_the_feeling_that_does_not() -> None:
    assert "red_flag" in labels("Numb foot, the feeling didn't come back")
    assert labels("The shin splints didn't come back") == set()


def test_a_tendon_named_with_again_or_a_bit_of_hurts() -> None:
    assert labels("A bit of Achilles today") == {"achilles"}
    assert labels("The heel again") == {"foot_pain_unspecified"}
    assert labels("Heel lock again") == set()


def test_a_foot_that_speaks_hurts_and_a_runner_who_chats_beside_it_does_not() -> None:
    assert labels("my heel is vocal") == {"foot_pain_unspecified"}
    assert labels("chatty miles on and off the road with feet of many sizes") == set()


def test_a_question_answered_no_is_no_complaint() -> None:
    assert labels("Blisters? Not in these socks.") == set()
    assert labels("Blisters. Not in the mood.") == {"blister"}


def test_a_season_that_is_over_heals_nothing() -> None:
    assert labels("Stress fracture, season is over") == {"stress_fracture", "red_flag"}
    assert labels("Stress fracture, it is over") == set()


def test_german_says_no_behind_the_verb() -> None:
    assert labels("Ferse schmerzt nicht mehr") == set()
    assert labels("Ferse schmerzt nicht nur morgens") != set()


def test_spanish_i_have_is_not_english_he() -> None:
    assert labels("he corrido con dolor en el talón") == {"foot_pain_unspecified"}


def test_since_yesterday_is_now_and_yesterday_is_not() -> None:
    assert labels("Foot numb since mile 10 yesterday") != set()
    assert labels("Foot hurt yesterday") == set()


def test_heat_alone_is_nothing_and_heat_with_redness_is_a_red_flag() -> None:
    assert labels("Blister on the heel, hot day") == {"blister"}
    assert labels("Blister on the heel is hot, red and sore") >= {"blister", "red_flag"}


def test_where_it_hurts_may_be_said_more_closely_afterwards() -> None:
    assert labels("Foot sore, mostly under the second toe") >= {"metatarsalgia"}


def test_spelling_as_on_a_phone_is_read() -> None:
    assert labels("achin shins") == {"shin"}
    assert labels("soooore achilles") == {"achilles"}
    assert labels("plantar fascitiis") == {"plantar_fasciitis"}
    assert labels("ball of my foot on 🔥") == {"metatarsalgia"}


def test_a_venue_named_after_a_complaint_is_none() -> None:
    assert labels("Once round the Blister Bar and Ankle Creek") == set()


def test_what_came_to_nothing_is_no_complaint() -> None:
    for text in (
        "Feared for the neuroma but it didn't flare",
        "Shin splints? Haven't had them since",
        "The blister is fine now",
    ):
        assert labels(text) == set()


def test_toes_numb_from_the_cold_are_weather() -> None:
    assert labels("numb toes, freezing out there") == set()


def test_the_note_continues_what_the_title_began() -> None:
    assert labels("Sore heel", "Worst on the first steps in the morning") >= {"plantar_fasciitis"}


def test_a_title_about_the_morning_says_nothing_of_the_heel_below_it() -> None:
    assert labels("Morning Run", "heel sore") == {"foot_pain_unspecified"}


def test_nothing_is_read_from_nothing() -> None:
    assert read_words([], LEXICON).labels == frozenset()
    assert read_words(["", "  \n"], LEXICON) == read_words([], LEXICON)


BAD = {
    "en": ["my {} is bad", "bad {}", "something wrong with my {}", "struggling with my {}", "stopped because of my {}"],
    "de": ["{} tut weh", "Probleme mit {}", "{} zwickt", "wegen {} abgebrochen", "alles gut, außer {}"],
    "fr": ["mal au {}", "{} douloureux", "souci au {}", "arrêté à cause du {}", "tout va bien sauf le {}"],
    "es": [
        "me duele el {}",
        "molestias en el {}",
        "el {} me dijo basta",
        "paré por culpa del {}",
        "todo bien menos el {}",
    ],
    "it": [
        "male al {}",
        "{} dolorante",
        "problemi al {}",
        "mi sono fermato per colpa del {}",
        "tutto bene tranne il {}",
    ],
    "nl": [
        "pijn in mijn {}",
        "last van mijn {}",
        "mijn {} doet zeer",
        "gestopt vanwege mijn {}",
        "alles goed behalve mijn {}",
    ],
    "pt": ["dor no {}", "{} doendo", "problema no {}", "parei por causa do {}", "tudo bem menos o {}"],
}
PART = {
    "en": {
        "foot": "foot_pain_unspecified",
        "Achilles": "achilles",
        "shin": "shin",
        "knee": "knee",
        "hamstring": "thigh",
    },
    "de": {
        "Fuß": "foot_pain_unspecified",
        "Achillessehne": "achilles",
        "Schienbein": "shin",
        "Knie": "knee",
        "Wade": "calf",
    },
    "fr": {
        "pied": "foot_pain_unspecified",
        "tendon d'Achille": "achilles",
        "tibia": "shin",
        "genou": "knee",
        "mollet": "calf",
    },
    "es": {"pie": "foot_pain_unspecified", "aquiles": "achilles", "tibial": "shin", "gemelo": "calf", "muslo": "thigh"},
    "it": {"piede": "foot_pain_unspecified", "tendine d'Achille": "achilles", "ginocchio": "knee", "polpaccio": "calf"},
    "nl": {
        "voet": "foot_pain_unspecified",
        "achillespees": "achilles",
        "scheenbeen": "shin",
        "knie": "knee",
        "heup": "hip",
    },
    "pt": {
        "pé": "foot_pain_unspecified",
        "aquiles": "achilles",
        "joelho": "knee",
        "quadril": "hip",
        "tornozelo": "foot_pain_unspecified",
    },
}


@pytest.mark.parametrize("language", BAD)
def test_every_way_of_saying_bad_goes_with_every_part(language: str) -> None:
    read = {(way, part): labels(way.format(part)) for way in BAD[language] for part in PART[language]}
    assert {said: got for said, got in read.items() if got != {PART[language][said[1]]}} == {}


@pytest.mark.parametrize("said", ["heel is bad", "bad heel", "the heel is still really bad", "really bad left heel"])
def test_the_order_of_a_state_and_its_part_is_free(said: str) -> None:
    assert labels(said) == {"foot_pain_unspecified"}


def test_a_list_names_all_its_parts() -> None:
    assert labels("PF and achilles") == {"plantar_fasciitis", "achilles"}
    assert labels("PF in the left, Achilles in the right") == {"plantar_fasciitis", "achilles"}
    assert labels("heel fine, now it's the achilles") == {"achilles"}
    assert labels("shin sore, Achilles too") == {"shin", "achilles"}


@pytest.mark.parametrize(
    "text",
    [
        "heel pain gone for the first 5k, then back",
        "heel fine until mile 6 then bad",
        "heel great on the flat, awful on the hills",
        "heel better but still there",
        "apart from the heel a great day",
        "feet frozen solid",
        "ran 10,000 heel hurts",
        "Ferse gut bis Kilometer 8",
        "talon nickel jusqu'au 10e",
        "talón bien hasta el km 5",
        "tallone a posto fino al decimo",
        "hiel goed tot km 7",
        "calcanhar bem até o km 6",
    ],
)
def test_what_is_fine_in_part_or_for_a_time_clears_nothing(text: str) -> None:
    assert cleared(text) == set()


def test_fine_until_is_a_complaint_and_fine_until_the_end_is_not() -> None:
    assert labels("heel fine until mile 6") == {"foot_pain_unspecified"}
    assert labels("heel fine until the end") == set()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Ankle felt great taped up. Untaped it's sore on the outside.", "foot_pain_unspecified"),
        ("Knee ok on the way out. Coming back it really hurt.", "knee"),
        ("Achilles felt great. Until it didn't.", "achilles"),
        ("Knee doesn't hurt running, only on stairs", "knee"),
        ("Is my shin finally fine? Nope", "shin"),
        ("Rodilla bien corriendo. Al bajar escaleras me duele.", "knee"),
    ],
)
def test_a_text_that_turns_goes_on_about_the_same_part_and_clears_nothing(text: str, label: str) -> None:
    assert label in labels(text)
    assert cleared(text) == set()


@pytest.mark.parametrize(
    "turn",
    [
        "{} was fine. Second half not so much.",
        "Felt nothing in the {} for a week and then it was back",
        "Erste Hälfte {} ruhig. Zweite Hälfte nicht mehr.",
        "{} tranquille au départ. La suite, beaucoup moins.",
        "Primera mitad {} bien. La segunda no tanto.",
        "Prima metà {} ok. La seconda molto meno.",
        "Eerste helft {} rustig. Tweede helft een stuk minder.",
        "Primeira metade {} bem. A segunda nem tanto.",
    ],
)
def test_a_turn_makes_a_complaint_of_what_was_fine(turn: str) -> None:
    texts = [turn.format(part) for part in ("Achilles", "tibia")]
    assert [(text, labels(text) & {"achilles", "shin"}, cleared(text)) for text in texts] == [
        (text, {label}, set()) for text, label in zip(texts, ("achilles", "shin"), strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Going so well until my knee joined in", "knee"),
        ("Tout allait bien et puis le genou a dit stop", "knee"),
        ("Tava indo bem e aí o joelho resolveu aparecer", "knee"),
        ("My shin decided otherwise", "shin"),
        ("Hiel bij de eerste stappen als een spijker", "plantar_fasciitis"),
        ("Shin felt great on the treadmill. Tarmac: regret.", "shin"),
        ("Thought I had shaken off the Achilles thing. 6k in it shook me back", "achilles"),
        ("Loved it. My Achilles didn't.", "achilles"),
    ],
)
def test_what_a_part_did_needs_no_word_of_pain(text: str, label: str) -> None:
    assert (label in labels(text), cleared(text)) == (True, set())


@pytest.mark.parametrize(
    "text",
    [
        "Great morning, then ankle deep in the ford",
        "Had to stop for the train, calves enjoyed the break",
        "Knee good on the treadmill. Watched a film the whole time.",
        "Belle sortie, boue jusqu'aux genoux et grand soleil",
        "Heel has been good this week. The week before, not so much",
    ],
)
def test_a_part_that_is_only_there_is_no_complaint(text: str) -> None:
    assert labels(text) == set()


def test_an_article_of_one_language_is_no_word_of_another() -> None:
    assert "red_flag" not in labels("Dói o peito do pé, devo ter apertado os atacadores")
    assert labels("Las uñas de los pies las corté ayer") == set()


@pytest.mark.parametrize(
    "text",
    [
        "Would love to say the heel is fine",
        "heel fine, says the physio",
        "Heel fine. Ibuprofen helped.",
        "Schienbein gut, dank Tape",
        "Thought the heel was sorted",
        "La rodilla de mi hermano ya está curada",
        "No heel pain, but I only ran to the corner",
    ],
)
def test_only_a_plain_statement_clears(text: str) -> None:
    assert cleared(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Was the knee ok?",
        "Pray for pain free shins on Sunday",
        "Hip was perfect back in March",
        "Si la cheville tient je fais le trail",
        "Le tendon d'Achille de Julien est guéri",
        "nearly twisted my ankle",
    ],
)
def test_a_question_a_hope_another_time_and_another_person_say_nothing_of_now(text: str) -> None:
    assert (labels(text), cleared(text)) == (set(), set())


def test_what_hurts_to_do_is_not_the_part_named_before() -> None:
    assert labels("Achilles happy. It hurt to breathe.") == set()


@pytest.mark.parametrize("part", ["calves", "quads", "hips"])
@pytest.mark.parametrize("tired", ["sore", "tight", "dead", "heavy", "on fire", "destroyed", "sore after the gym"])
def test_tired_muscles_are_no_complaint(part: str, tired: str) -> None:
    assert labels(f"{part} {tired}") == set()


@pytest.mark.parametrize(
    ("part", "label"), [("calf", "calf"), ("hamstring", "thigh"), ("groin", "thigh"), ("hip", "hip")]
)
@pytest.mark.parametrize("hurt", ["pain", "hurts", "niggle", "pulled", "strained", "tweaked", "swollen"])
def test_pain_and_injury_beyond_the_foot_are(part: str, label: str, hurt: str) -> None:
    assert label in labels(f"{part} {hurt}")


def test_a_tight_muscle_counts_where_the_run_was_stopped_for_it() -> None:
    reading = read_words(["Hamstring tight, stopped at 7K."], LEXICON)
    assert (reading.labels, reading.cut_short) == ({"thigh"}, True)
    assert read_words(["Heel sore"], LEXICON).cut_short is False


def test_a_knee_is_sore_and_tender_like_a_foot() -> None:
    assert labels("knee a bit tender") == labels("sore knee") == {"knee"}
    assert labels("knee stiff") == set()


def test_an_everyday_word_of_another_language_is_not_ours() -> None:
    assert labels("training met pijn in de rug") == set()
    assert labels("sore but met my target") == set()
    assert cleared("met Jan gelopen, geen pijn") == set()
    assert labels("heel lekker gelopen, beetje pijn in mijn rug") == set()
    assert labels("dor no calcanhar") == {"foot_pain_unspecified"}


def test_two_words_in_one_are_read_as_two() -> None:
    assert labels("Knieprobleme") == {"knee"}
    assert labels("Wadenzerrung") == {"calf"}
    assert labels("enkelklachten") == {"foot_pain_unspecified"}


@pytest.mark.parametrize(
    "text",
    [
        "knackered, feet up on the sofa now",
        "can't feel my toes, -12 °C",
        "my husband rolled his ankle so I finished alone",
        "entorse de la montre",
        "10 toes to bar, SCORE",
    ],
)
def test_rest_cold_and_other_people_are_no_warning(text: str) -> None:
    assert labels(text) == set()


def test_a_short_form_counts_only_in_capitals() -> None:
    assert labels("AT sore") == {"achilles"}
    assert labels("sore at the end") == set()


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("a few miles with the shin on my mind", {"shin"}),
        ("ankle taped", {"ankle"}),
        ("heel sore", set()),
        ("heel fine", set()),
        ("his ankle", set()),
        ("Morning Run", set()),
    ],
)
def test_a_part_named_without_more_is_asked_about(text: str, asked: set[str]) -> None:
    reading = read_words([text], LEXICON)
    assert reading.mentioned == asked
    assert reading.mentioned <= MENTIONED


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ankle swollen", "swelling"),
        ("foot aches at night", "night"),
        ("foot hurts at rest", "rest"),
        ("can't put weight on my foot", "weight"),
        ("foot numb for two days now", "numb"),
        ("heard a pop in my Achilles", "pop"),
        ("pinpoint pain on the shin bone", "bone"),
        ("stress fracture", "diagnosed"),
        ("shin gets worse every run", "worse"),
        ("shin sore for five weeks", "weeks"),
    ],
)
def test_the_kind_of_warning_is_told(text: str, kind: str) -> None:
    reading = read_words([text], LEXICON)
    assert reading.warnings == {kind}
    assert reading.warnings <= WARNINGS
    assert ("red_flag" in reading.labels) == (kind != "weeks")


WORDS = st.sampled_from(
    [
        "no",
        "not",
        "heel",
        "Achilles",
        "shin",
        "fuß",
        "douleur",
        "pain",
        "hurts",
        "sore",
        "but,",
        "my",
        "her",
        "first",
        "steps",
        "stabbing",
        "ampoule",
        "numb",
        "toes",
        "ball",
        "of",
        "the",
        "foot",
        "swollen",
        "2/10",
        "fine...",
        "d'achille",
        "can't",
        "hop",
        "🔥",
        "since",
        "2019",
        "ago",
        "stress",
        "fracture",
        "weeks",
        "œdème",
        "ﬁne",
        "İ",
    ]
)
SENTENCES = st.lists(WORDS, max_size=30).map(" ".join)


@given(st.lists(st.one_of(st.text(), SENTENCES), max_size=4))
@settings(deadline=None)
def test_any_text_is_read_without_complaint_of_our_own(texts: list[str]) -> None:
    reading = read_words(texts, LEXICON)
    assert reading.labels <= LABELS
    assert reading.cleared <= LABELS
    assert not reading.labels & reading.cleared
    assert "stress_fracture" not in reading.labels or "red_flag" in reading.labels


@given(SENTENCES)
@settings(deadline=None)
def test_capitals_and_accents_change_nothing(text: str) -> None:
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    for other in (text.upper(), text.lower(), text.title(), bare, unicodedata.normalize("NFD", text)):
        assert read_words([other.replace("’S", "'s")], LEXICON) == read_words([text], LEXICON)


def table() -> dict[str, object]:
    return tomllib.loads(CONFIG.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda t: t.pop("parts"), "parts: missing"),
        (lambda t: t["parts"].pop("heel"), r"parts\.heel: missing"),
        (lambda t: t["parts"].update(hell={"en": ["hell"]}), r"parts\.hell: not known"),
        (lambda t: t["parts"]["heel"].update(en="heel"), r"parts\.heel\.en: must be a list"),
        (lambda t: t["parts"]["heel"].update(en=[7]), r"parts\.heel\.en: must be a list"),
        (lambda t: t["parts"]["heel"].update(en=[" "]), r"parts\.heel\.en: an empty phrase"),
        (lambda t: t["parts"]["heel"].update(en=["!!"]), r"parts\.heel\.en"),
        (lambda t: t.update(part={}), "part: not known"),
        (lambda t: t["grammar"].pop("light"), r"grammar\.light: missing"),
        (lambda t: t["grammar"].update(lite=[]), r"grammar\.lite: not known"),
    ],
)
def test_a_mistake_in_the_lexicon_is_named(spoil, named: str) -> None:  # type: ignore[no-untyped-def]
    spoiled = table()
    spoil(spoiled)
    with pytest.raises(ValueError, match=named):
        lexicon_from(spoiled)


def test_the_lexicon_that_ships_is_sound() -> None:
    assert isinstance(lexicon_from(table()), Lexicon)


def lock(result: Score) -> None:
    assert result.none_share <= 0.05
    assert result.recall(*NAMED) >= 0.85
    assert result.recall("red_flag") >= 0.95


@pytest.mark.skipif(not DEV_TEXTS.exists(), reason="the shared texts are not here")
def test_the_shared_texts_are_read_as_labelled() -> None:
    lock(score(rows_of(DEV_TEXTS), LEXICON))


@pytest.mark.parametrize("texts", [OWN_TEXTS, *SECOND_TEXTS], ids=lambda path: path.stem)
def test_our_own_texts_are_read_as_labelled(texts: Path) -> None:
    lock(score(rows_of(texts), LEXICON))
