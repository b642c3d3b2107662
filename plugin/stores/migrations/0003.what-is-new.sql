-- Whether Strava said that the activity has just been made (ports.Delivery.is_new).
ALTER TABLE deliveries ADD COLUMN is_new boolean NOT NULL DEFAULT false;
