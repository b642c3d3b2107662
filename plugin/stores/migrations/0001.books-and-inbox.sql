-- Books and inbox. Documents are those of plugin/stores/record_json.py: tokens, address and soreness in them are sealed.

CREATE TABLE runners (
    id bigint PRIMARY KEY,
    doc jsonb NOT NULL
);

CREATE TABLE looks (
    runner_id bigint NOT NULL REFERENCES runners ON DELETE CASCADE,
    run_id bigint NOT NULL,
    day date NOT NULL,
    doc jsonb NOT NULL,
    PRIMARY KEY (runner_id, run_id)
);

CREATE TABLE snapshots (
    runner_id bigint PRIMARY KEY REFERENCES runners ON DELETE CASCADE,
    doc jsonb NOT NULL
);

CREATE TABLE marks (
    key text PRIMARY KEY,
    doc jsonb NOT NULL
);

CREATE TABLE used_once (
    digest text PRIMARY KEY,
    until timestamptz NOT NULL
);

-- No reference to runners: a delivery outlives them where its work is to see them off.
-- urgency is that of plugin/stores/order.py: 0 what just happened, 1 what we look for ourselves.
CREATE TABLE deliveries (
    id text COLLATE "C" PRIMARY KEY,
    runner_id bigint NOT NULL,
    run_id bigint NOT NULL,
    why text NOT NULL,
    received_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    state text NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    reason text NOT NULL DEFAULT '',
    event_time timestamptz,
    taken_at timestamptz,
    urgency smallint NOT NULL
);

-- What waits for the same is one; and nobody works twice for one runner at a time. Keys, not hopes.
CREATE UNIQUE INDEX deliveries_wait_once ON deliveries (runner_id, run_id, why) WHERE state = 'waiting';
CREATE UNIQUE INDEX deliveries_one_taken ON deliveries (runner_id) WHERE state = 'taken';
CREATE INDEX deliveries_next ON deliveries (urgency, due_at, received_at, id) WHERE state = 'waiting';

-- A row a connection, so that those who count do not wait for each other.
CREATE TABLE counts (
    name text NOT NULL,
    slot integer NOT NULL,
    many bigint NOT NULL,
    PRIMARY KEY (name, slot)
);
