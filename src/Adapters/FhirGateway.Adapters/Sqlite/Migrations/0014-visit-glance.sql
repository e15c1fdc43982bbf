-- What signals need of a person's visits, all in one place and by time: when one changes, the latest are looked at. facts: EpisodeGlance, or
-- the JSON of the whole episode where it was written before this table was.
CREATE TABLE visit_glance (
  record INTEGER NOT NULL, begins INTEGER NOT NULL, encounter BLOB NOT NULL, visit BLOB NOT NULL, ended INTEGER NOT NULL, facts BLOB NOT NULL,
  PRIMARY KEY (record, begins, encounter)) WITHOUT ROWID;
INSERT INTO visit_glance (record, begins, encounter, visit, ended, facts) SELECT record, begins, encounter, visit, ended, detail FROM episode;
DROP INDEX episode_record;
DROP INDEX episode_ended;
ALTER TABLE episode DROP COLUMN ended;
