"""Two workers against one, by the bench of the queue itself."""

from __future__ import annotations

from tests.bench.figures import Figure
from tests.e2e_postgres.bench import ANSWERS_AFTER_S, RUNNERS, RUNS, deliveries_a_second
from tests.postgres import Server


def several(server: Server, rounds: int) -> list[Figure]:
    """In turns, the best of each: what else the machine does hits both."""
    rates = {1: 0.0, 2: 0.0}
    for _ in range(rounds):
        for workers in rates:
            rates[workers] = max(rates[workers], deliveries_a_second(server, workers))
    return [
        Figure(about="workers", name="2 against 1", value=rates[2] / rates[1], unit="×", target=1.7, is_most=False,
               rest={str(workers): round(rate, 2) for workers, rate in rates.items()},
               how=f"{rates[2]:.1f} against {rates[1]:.1f} runs a second, {RUNNERS} runners with {RUNS} new runs each, "
                   f"Strava answering after {1000 * ANSWERS_AFTER_S:g} ms; best of {rounds} each, in turns")
    ]  # fmt: skip
