-- Days are day numbers (DateOnly.DayNumber), instants are UTC ticks, ids of humans outside this file are hashes.
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE source (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, detail TEXT NOT NULL);
CREATE TABLE participant (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, detail TEXT NOT NULL);
CREATE TABLE agreement (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, detail TEXT NOT NULL);

CREATE TABLE message_seen (key BLOB PRIMARY KEY, day INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE visit (encounter BLOB PRIMARY KEY, status TEXT NOT NULL, starts TEXT, ends TEXT, last_event INTEGER NOT NULL, last_offset INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE submission (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source INTEGER NOT NULL, entry INTEGER NOT NULL, files TEXT NOT NULL,
  accepted INTEGER NOT NULL, state INTEGER NOT NULL, rank INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL, counts TEXT NOT NULL);
CREATE INDEX submission_pending ON submission (n) WHERE state = 0;

CREATE TABLE person (n INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TABLE source_record (
  n INTEGER PRIMARY KEY, kind INTEGER NOT NULL, owner INTEGER NOT NULL, key TEXT NOT NULL, person INTEGER NOT NULL,
  demographics BLOB, facts INTEGER NOT NULL, UNIQUE (kind, owner, key));
CREATE INDEX source_record_person ON source_record (person);
CREATE INDEX source_record_demographics ON source_record (demographics) WHERE demographics IS NOT NULL;
CREATE TABLE record_identifier (key BLOB NOT NULL, record INTEGER NOT NULL, namespace INTEGER NOT NULL, PRIMARY KEY (key, record)) WITHOUT ROWID;
CREATE INDEX record_identifier_record ON record_identifier (record);
CREATE TABLE person_key (participant INTEGER NOT NULL, person INTEGER NOT NULL, key BLOB NOT NULL, streams INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (person, participant)) WITHOUT ROWID;
CREATE TABLE person_after (participant INTEGER NOT NULL, stream INTEGER NOT NULL, person INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (participant, stream, person)) WITHOUT ROWID;

CREATE TABLE attribution (
  n INTEGER PRIMARY KEY, record INTEGER NOT NULL, participant INTEGER NOT NULL, source INTEGER, method INTEGER NOT NULL,
  contract TEXT, lob TEXT, tin TEXT, npi TEXT, starts INTEGER NOT NULL, ends INTEGER, local_id TEXT, known INTEGER NOT NULL);
CREATE INDEX attribution_record ON attribution (record);
CREATE INDEX attribution_source ON attribution (source, contract);
CREATE INDEX attribution_starts ON attribution (starts);
CREATE INDEX attribution_known ON attribution (known);
CREATE TABLE opt_out (record INTEGER NOT NULL, source INTEGER NOT NULL, participant INTEGER NOT NULL, opted_out INTEGER NOT NULL, recorded INTEGER NOT NULL,
  PRIMARY KEY (record, source, participant)) WITHOUT ROWID;

CREATE TABLE resource (
  n INTEGER PRIMARY KEY, id BLOB NOT NULL, adt INTEGER NOT NULL, rules INTEGER NOT NULL, type TEXT NOT NULL, source INTEGER NOT NULL,
  record INTEGER, hash BLOB NOT NULL, body INTEGER NOT NULL, length INTEGER NOT NULL, starts INTEGER, ends INTEGER, labels TEXT NOT NULL,
  event_type TEXT NOT NULL, event_time TEXT, origin TEXT NOT NULL, needs BLOB NOT NULL, accepted INTEGER NOT NULL);
CREATE UNIQUE INDEX resource_id ON resource (id, adt);
CREATE INDEX resource_record ON resource (record) WHERE record IS NOT NULL;
CREATE TABLE reference_key (key BLOB NOT NULL, id TEXT NOT NULL, PRIMARY KEY (key, id)) WITHOUT ROWID;
CREATE TABLE held (resource INTEGER NOT NULL, participant INTEGER NOT NULL, hash BLOB NOT NULL, sequence INTEGER NOT NULL, person INTEGER NOT NULL, amounts INTEGER NOT NULL,
  PRIMARY KEY (resource, participant)) WITHOUT ROWID;
CREATE TABLE wanted (target BLOB NOT NULL, participant INTEGER NOT NULL, PRIMARY KEY (target, participant)) WITHOUT ROWID;
CREATE TABLE reevaluation (person INTEGER PRIMARY KEY, after INTEGER NOT NULL);

CREATE TABLE publication (
  participant INTEGER NOT NULL, stream INTEGER NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL, time TEXT NOT NULL, source TEXT NOT NULL,
  person INTEGER NOT NULL, person_key TEXT, local_id TEXT, origin TEXT NOT NULL, agreement TEXT, purpose TEXT, resource INTEGER,
  body INTEGER NOT NULL, length INTEGER NOT NULL, inline TEXT, after INTEGER, withdrawn INTEGER, accepted INTEGER NOT NULL, published INTEGER NOT NULL,
  PRIMARY KEY (participant, stream, sequence)) WITHOUT ROWID;
CREATE TABLE delivered (participant INTEGER NOT NULL, stream INTEGER NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (participant, stream)) WITHOUT ROWID;

CREATE TABLE audit (n INTEGER PRIMARY KEY, time INTEGER NOT NULL, kind TEXT NOT NULL, person INTEGER NOT NULL, detail TEXT NOT NULL, leaf BLOB NOT NULL);

CREATE TABLE quarantine (
  n INTEGER PRIMARY KEY, source INTEGER NOT NULL, entry INTEGER NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL,
  reason TEXT NOT NULL, detail TEXT NOT NULL, event TEXT, released INTEGER NOT NULL DEFAULT 0);
CREATE INDEX quarantine_reason ON quarantine (reason, event) WHERE released = 0;
CREATE INDEX quarantine_entry ON quarantine (entry);
