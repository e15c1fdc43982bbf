-- What signals need of a person's visits, all in one place: when one changes, all are looked at. facts: EpisodeGlance, or the JSON of the
-- whole episode where it was written before this table was.
CREATE TABLE visit_glance (
  record INTEGER NOT NULL, encounter BLOB NOT NULL, visit BLOB NOT NULL, begins INTEGER NOT NULL, ended INTEGER NOT NULL, facts BLOB NOT NULL,
  PRIMARY KEY (record, encounter)) WITHOUT ROWID;
INSERT INTO visit_glance (record, encounter, visit, begins, ended, facts) SELECT record, encounter, visit, begins, ended, detail FROM episode;
DROP INDEX episode_record;
DROP INDEX episode_ended;
ALTER TABLE episode DROP COLUMN begins;
ALTER TABLE episode DROP COLUMN ended;
