-- Up to when the data of a source are here, per group and type: the _since of the next export; NULL where all is missing.
CREATE TABLE export_mark (
  source INTEGER NOT NULL, scope TEXT NOT NULL, type TEXT NOT NULL, since TEXT, PRIMARY KEY (source, scope, type)) WITHOUT ROWID;

-- Members of a group whose history is here; the source's ids.
CREATE TABLE export_member (
  source INTEGER NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (source, scope, id)) WITHOUT ROWID;

-- What a participant's panel says of its patients: what a payer is asked to match.
CREATE TABLE panel_row (
  participant INTEGER NOT NULL, key TEXT NOT NULL, until INTEGER NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (participant, key)) WITHOUT ROWID;

-- What a payer answered about them, as last told to the participant.
CREATE TABLE panel_answer (
  participant INTEGER NOT NULL, source INTEGER NOT NULL, key TEXT NOT NULL, answer INTEGER NOT NULL, on_day INTEGER NOT NULL,
  PRIMARY KEY (participant, source, key)) WITHOUT ROWID;
