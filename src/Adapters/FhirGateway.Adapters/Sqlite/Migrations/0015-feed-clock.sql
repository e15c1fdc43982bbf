-- How far the messages of a source have come, in UTC ticks: its visits are closed by rule by this clock, and not by ours.
CREATE TABLE feed_clock (source INTEGER PRIMARY KEY, heard INTEGER NOT NULL);
INSERT INTO feed_clock (source, heard) SELECT DISTINCT source, 0 FROM episode;
DROP INDEX episode_closes;
CREATE INDEX episode_closes ON episode (source, closes) WHERE closes IS NOT NULL;
