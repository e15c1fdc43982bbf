-- Epoch: changes whenever somebody steers it; a batch that was staged in an older one is not written.
ALTER TABLE submission ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE submission ADD COLUMN runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE submission ADD COLUMN undoable INTEGER NOT NULL DEFAULT 0;
ALTER TABLE submission ADD COLUMN started INTEGER;
ALTER TABLE submission ADD COLUMN completed INTEGER;
UPDATE submission SET undoable = 1 WHERE job IS NOT NULL;
CREATE INDEX submission_withdrawing ON submission (n) WHERE state = 4;
CREATE INDEX submission_undoable ON submission (n) WHERE undoable = 1;
CREATE TABLE submission_file (submission TEXT NOT NULL, file INTEGER NOT NULL, report TEXT NOT NULL, PRIMARY KEY (submission, file)) WITHOUT ROWID;

-- The content that a resource had before this submission gave it its own; a body of -1 is "none".
CREATE TABLE undo (
  submission TEXT NOT NULL, resource INTEGER NOT NULL, rules INTEGER NOT NULL, type TEXT NOT NULL, source INTEGER NOT NULL,
  record INTEGER, hash BLOB NOT NULL, body INTEGER NOT NULL, length INTEGER NOT NULL, starts INTEGER, ends INTEGER, labels TEXT NOT NULL,
  event_type TEXT NOT NULL, event_time TEXT, origin TEXT NOT NULL, needs BLOB NOT NULL, accepted INTEGER NOT NULL,
  claim BLOB, claim_facts INTEGER, repeat_of INTEGER, facts BLOB,
  PRIMARY KEY (submission, resource)) WITHOUT ROWID;
CREATE INDEX undo_resource ON undo (resource);
CREATE INDEX resource_removed ON resource (n) WHERE body < 0;
CREATE INDEX publication_resource ON publication (resource) WHERE resource IS NOT NULL AND withdrawn IS NULL;

-- References whose target never arrived, and lines with a reference that may still resolve.
CREATE TABLE missing_reference (target BLOB NOT NULL, submission TEXT NOT NULL, source INTEGER NOT NULL, type TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (target, submission)) WITHOUT ROWID;
CREATE INDEX missing_reference_submission ON missing_reference (submission);
CREATE INDEX missing_reference_source ON missing_reference (source, target);
CREATE TABLE unresolved_line (submission TEXT NOT NULL, file INTEGER NOT NULL, line INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (submission, file, line)) WITHOUT ROWID;

CREATE TABLE source_figures (source INTEGER PRIMARY KEY, detail TEXT NOT NULL);
DROP INDEX quarantine_entry;
CREATE INDEX quarantine_entry ON quarantine (entry, file, line);
