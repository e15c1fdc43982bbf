-- Visits folded from their events. What the table visit held (a status, two times) says nothing of the events behind it, and no
-- event can be made of it: a visit from before begins anew with its next message, or with a replay of the journal. Resources and
-- what participants hold of them stay.
DROP TABLE visit;

-- visit: hash of source and visit number; key: the event's. Rows in order of arrival, so that only the index is spread.
CREATE TABLE episode_event (n INTEGER PRIMARY KEY, visit BLOB NOT NULL, key BLOB NOT NULL, detail BLOB NOT NULL);
CREATE UNIQUE INDEX episode_event_key ON episode_event (visit, key);

-- begins: to find the latest; closes: when it is closed by rule if nothing more is heard; both UTC ticks. ended: 1 where it is over.
CREATE TABLE episode (
  n INTEGER PRIMARY KEY, encounter BLOB NOT NULL, source INTEGER NOT NULL, visit BLOB NOT NULL, record INTEGER NOT NULL,
  begins INTEGER NOT NULL, ended INTEGER NOT NULL, closes INTEGER, detail BLOB NOT NULL);
CREATE UNIQUE INDEX episode_visit ON episode (visit, encounter);
CREATE INDEX episode_record ON episode (record, begins);
CREATE INDEX episode_ended ON episode (record) WHERE ended = 1;
CREATE INDEX episode_closes ON episode (closes) WHERE closes IS NOT NULL;

-- A number that became another; name: the other, as the source writes it. Never a chain: what became the old one is moved along.
CREATE TABLE visit_rename (old BLOB PRIMARY KEY, new BLOB NOT NULL, name TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX visit_rename_new ON visit_rename (new);

-- A signal belongs to the later visit, and with it to whoever that visit's patient is: record follows the visit's.
CREATE TABLE visit_signal (
  visit BLOB NOT NULL, kind INTEGER NOT NULL, index_visit BLOB NOT NULL, record INTEGER NOT NULL, detail BLOB NOT NULL,
  PRIMARY KEY (visit, kind, index_visit)) WITHOUT ROWID;
CREATE INDEX visit_signal_record ON visit_signal (record);

-- What an event of the stream adt says at a glance, as JSON.
ALTER TABLE resource ADD COLUMN adt_entry TEXT;
ALTER TABLE publication ADD COLUMN adt_entry TEXT;
