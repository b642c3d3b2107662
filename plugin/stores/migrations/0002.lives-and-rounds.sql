-- Who took a delivery: a number, by whose advisory lock others see that its process lives (plugin/stores/postgres/life.py).
CREATE SEQUENCE lives AS integer CYCLE;
ALTER TABLE deliveries ADD COLUMN taken_by integer;

-- When the clockwork has to look at a runner again; at once after every change. So a tick asks an index, not everybody.
ALTER TABLE runners ADD COLUMN visit_at timestamptz NOT NULL DEFAULT '-infinity';
CREATE INDEX runners_to_visit ON runners (visit_at);
