-- By which line the current content of a resource came, and what validation found in it.
ALTER TABLE resource ADD COLUMN mark BLOB;
ALTER TABLE resource ADD COLUMN findings INTEGER NOT NULL DEFAULT 0;
CREATE TABLE finding_set (n INTEGER PRIMARY KEY, counts TEXT NOT NULL UNIQUE);
