-- Detail: JSON of the job's kind; secrets in it are encrypted.
CREATE TABLE bulk_job (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source INTEGER NOT NULL, kind INTEGER NOT NULL, key TEXT, state INTEGER NOT NULL,
  created INTEGER NOT NULL, updated INTEGER NOT NULL, detail TEXT NOT NULL, fault TEXT);
CREATE UNIQUE INDEX bulk_job_key ON bulk_job (source, kind, key) WHERE key IS NOT NULL;
CREATE INDEX bulk_job_open ON bulk_job (kind, n) WHERE state IN (0, 4);

ALTER TABLE submission ADD COLUMN job TEXT;
ALTER TABLE submission ADD COLUMN manifest TEXT;
ALTER TABLE submission ADD COLUMN base TEXT;
CREATE INDEX submission_job ON submission (job) WHERE job IS NOT NULL;
DROP INDEX submission_pending;
CREATE INDEX submission_open ON submission (n) WHERE state IN (0, 4);
