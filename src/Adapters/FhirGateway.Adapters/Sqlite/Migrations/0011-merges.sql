-- Records of one source that it says are one human share a number; the year of birth tells a mother from her newborn.
ALTER TABLE source_record ADD COLUMN human INTEGER;
ALTER TABLE source_record ADD COLUMN born INTEGER;

-- Persons that turned out to be another: who was told of them was told of the survivor.
CREATE TABLE person_merged (person INTEGER PRIMARY KEY, survivor INTEGER NOT NULL);

-- What sources said of their own identifiers, one row for each pair; kept for good, so that it can be folded again and taken back.
CREATE TABLE merge_note (
  n INTEGER PRIMARY KEY, source INTEGER NOT NULL, space INTEGER NOT NULL, kind INTEGER NOT NULL, event TEXT NOT NULL,
  retired TEXT NOT NULL, survivor TEXT NOT NULL, entry INTEGER NOT NULL, time INTEGER NOT NULL, recorded INTEGER NOT NULL,
  sent INTEGER NOT NULL, control TEXT NOT NULL, key BLOB NOT NULL, state INTEGER NOT NULL, verdict INTEGER NOT NULL, held INTEGER, before TEXT);
CREATE UNIQUE INDEX merge_note_key ON merge_note (source, key, space, retired, survivor);
CREATE INDEX merge_note_retired ON merge_note (source, space, retired);
CREATE INDEX merge_note_survivor ON merge_note (source, space, survivor);

-- Where a retired patient key leads in the end: one row, one look-up for a message.
CREATE TABLE merged_key (source INTEGER NOT NULL, key TEXT NOT NULL, survivor TEXT NOT NULL, PRIMARY KEY (source, key)) WITHOUT ROWID;
CREATE INDEX merged_key_survivor ON merged_key (source, survivor);
