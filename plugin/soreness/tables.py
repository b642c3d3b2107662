"""What config/soreness.toml may say: the labels, the tables, and the rows of each."""

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
        "red_flag",
    }
)
"""Everything a reading can say."""

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
            "leg",
            "elsewhere",
        ]
    ),
    "sensations": frozenset(
        [
            "pain",
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
        ]
    ),
    "sayings": frozenset(["figures", "gear", "places", "unless_it_hurts"]),
}
"""What the grammar knows how to use. A table it does not know is a misspelling, a missing one a hole."""
