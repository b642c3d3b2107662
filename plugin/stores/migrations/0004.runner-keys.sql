-- A key for each runner, which seals their names and goes with them (plugin/stores/runner_keys.py). Wrapped by SECRET_KEY.
CREATE TABLE runner_keys (
    runner_id bigint PRIMARY KEY REFERENCES runners (id) ON DELETE CASCADE,
    key text NOT NULL
);
