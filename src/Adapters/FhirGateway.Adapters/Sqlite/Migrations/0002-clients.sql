CREATE TABLE client (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, role INTEGER NOT NULL, owner TEXT, jwks TEXT NOT NULL, scopes TEXT NOT NULL, created INTEGER NOT NULL);

-- Key: SHA-256 of issuer, LF and jti; until: when the assertion could no longer be accepted anyway.
CREATE TABLE used_assertion (key BLOB PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX used_assertion_until ON used_assertion (until);
