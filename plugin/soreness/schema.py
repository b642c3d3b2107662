"""What config/soreness.toml may contain: labels, tables, their rows, and classes of single words."""

from __future__ import annotations

from collections.abc import Mapping

LABELS = frozenset(
    {
        "plantar_fasciitis",
        "metatarsalgia",
        "fat_pad_syndrome",
        "stress_fracture",
        "achilles",
        "mortons_neuroma",
        "blister",
        "shin",
        "foot_pain_unspecified",
        "knee",
        "calf",
        "thigh",
        "hip",
        "red_flag",
    }
)
"""Everything a reading can say."""
MENTIONED = frozenset({"foot", "ankle", "heel", "shin", "achilles"})
"""Parts a reading can ask about."""
WARNINGS = frozenset(
    {
        "swelling",
        "night",
        "rest",
        "weight",
        "numb",
        "pop",
        "bone",
        "diagnosed",
        "worse",
        "infection",
        "weeks",
    }
)
"""What kind of warning a reading holds: swelling, pain at night or at rest, cannot hop or bear weight, lasting
numbness, a pop, one sore spot of a bone, a fracture by name, growing from run to run, an infection. `weeks` (it has
hurt for weeks) is no red flag by itself."""

# A row the grammar does not know is a misspelling, a missing one a hole: both are refused.
TABLES: Mapping[str, frozenset[str]] = {
    "parts": frozenset(
        [
            "heel",
            "heel_centre",
            "arch",
            "fascia",
            "forefoot",
            "nerve_toes",
            "toes",
            "toenail",
            "metatarsal",
            "midfoot",
            "foot",
            "ankle",
            "achilles",
            "shin",
            "knee",
            "calf",
            "thigh",
            "hip",
            "leg",
            "elsewhere",
        ]
    ),
    "sensations": frozenset(
        [
            "hurt",
            "pain",
            "bad",
            "trouble_with",
            "felt",
            "voiced",
            "stiff",
            "battered",
            "stab",
            "burn",
            "nerve",
            "bruise",
            "pebble",
            "swollen",
            "rub",
            "nail",
            "broken",
            "fine",
        ]
    ),
    "conditions": LABELS - {"red_flag"},
    "traits": frozenset(["morning", "rolled", "hard_ground", "pinpoint", "pressed", "bone", "cold"]),
    "warnings": frozenset(
        ["night", "rest", "awake", "weight", "pop", "worse", "weeks", "lasting", "infection", "festering", "inflamed"]
    ),
    "abilities": frozenset(["hop", "weight", "walk", "sleep"]),
    "frames": frozenset(
        [
            "no",
            "free",
            "none_of_it",
            "healed",
            "over_from",
            "past",
            "in_a_year",
            "still",
            "after",
            "other",
            "has",
            "names",
            "beside",
            "own",
            "my",
            "as_if",
            "not_owners",
            "talk",
            "maybe",
            "contrast",
            "contrast_after_comma",
            "stop",
            "link",
            "alternative",
            "pity",
            "sidelined",
            "diagnosed",
            "poor",
            "unfelt",
            "copula",
            "located",
            "venues",
            "aside",
            "unable",
            "undoable",
            "more",
            "each_time",
            "run",
            "some_weeks",
            "so_far",
            "week_of",
            "roundish",
            "touch_of",
            "not_so_long",
            "heard",
            "noise",
            "posture",
            "until",
            "partly",
            "stopped",
            "because",
            "now_it_is",
            "except",
            "muscle_work",
        ]
    ),
    "sayings": frozenset(["figures", "gear", "places", "unless_it_hurts"]),
}
GRAMMAR = frozenset({"passing", "light", "numbers", "misspelt", "exact"})
"""The rows of `[grammar]`."""
OVERLAYS = frozenset(
    {"until", "partly", "stopped", "because", "except", "now_it_is", "muscle_work"},
)
"""Frames that are looked for beside all other phrases and take no words away from them."""
LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
WORDS = frozenset(
    [
        "to_do",
        "only_words",
        "then_words",
        "still_words",
        "compound_ends",
        "finish",
        "also",
        "felt_when",
        "linking",
        "no_answer",
        "more_word",
        "like_word",
        "them",
        "bare_no",
        "after",
        "from",
        "to",
        "one",
        "after_the_score",
        "reasons",
        "runs",
        "too",
        "too_much_to",
        "went",
        "there",
        "tore",
        "goes",
        "bad_before",
        "size_noun",
        "of",
        "size",
        "likening",
        "small_spot",
        "under",
        "even_when",
        "between_parts",
        "article",
        "without",
        "not_behind",
        "only",
        "it_fixed",
        "gone_on",
        "old",
        "yesterday",
        "since",
        "feeling",
        "comes_back",
        "gone",
        "gave",
        "half_fine",
        "behaved",
        "lengths",
        "he",
        "fell",
        "itself",
        "to_me",
        "it",
        "who",
        "and",
    ]
)
"""The classes of `[words]`: single words the grammar asks for beside a phrase."""
