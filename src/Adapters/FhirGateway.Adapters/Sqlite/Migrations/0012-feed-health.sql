-- What an hour (since 1970, UTC) brought from a sending facility, or from a source as a whole (facility empty).
CREATE TABLE feed_hour (
  source INTEGER NOT NULL, facility TEXT NOT NULL, hour INTEGER NOT NULL, messages INTEGER NOT NULL, held INTEGER NOT NULL, refused INTEGER NOT NULL,
  repeated INTEGER NOT NULL, reused INTEGER NOT NULL, persons INTEGER NOT NULL, unmatched INTEGER NOT NULL, expected REAL NOT NULL,
  gap INTEGER NOT NULL, gap_end INTEGER NOT NULL, PRIMARY KEY (hour, source, facility)) WITHOUT ROWID;

-- Seconds of an hour in which the gateway listened.
CREATE TABLE feed_listened (hour INTEGER PRIMARY KEY, seconds INTEGER NOT NULL);

CREATE TABLE feed_standing (
  source INTEGER NOT NULL, facility TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, silence REAL NOT NULL,
  PRIMARY KEY (source, facility)) WITHOUT ROWID;

-- How often a value came: codes that are in no table, character sets, reasons.
CREATE TABLE feed_tally (
  source INTEGER NOT NULL, kind INTEGER NOT NULL, location TEXT NOT NULL, value TEXT NOT NULL, count INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (source, kind, location, value)) WITHOUT ROWID;

-- The operator's stream. What began and is not over has no cleared.
CREATE TABLE feed_alert (
  n INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, type TEXT NOT NULL, cleared INTEGER, detail TEXT NOT NULL);
CREATE INDEX feed_alert_open ON feed_alert (n) WHERE cleared IS NULL;
