CREATE TABLE client (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, role INTEGER NOT NULL, owner TEXT, jwks TEXT NOT NULL, scopes TEXT NOT NULL, created INTEGER NOT NULL);

-- Key: SHA-256 of issuer, LF and jti; until: when the assertion could no longer be accepted anyway.
CREATE TABLE used_assertion (key BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX used_assertion_until ON used_assertion (until);

CREATE TABLE client_upload (
  n INTEGER PRIMARY KEY, submission TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, client TEXT NOT NULL, key TEXT, name TEXT NOT NULL,
  length INTEGER NOT NULL, sha256 TEXT NOT NULL, accepted INTEGER NOT NULL);
CREATE UNIQUE INDEX client_upload_key ON client_upload (owner, key) WHERE key IS NOT NULL;
