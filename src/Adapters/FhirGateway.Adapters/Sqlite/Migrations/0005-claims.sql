-- How a resource stands as a version of a claim, and the resource that it repeats under another id.
ALTER TABLE resource ADD COLUMN claim BLOB;
ALTER TABLE resource ADD COLUMN claim_facts INTEGER;
ALTER TABLE resource ADD COLUMN repeat_of INTEGER;
CREATE INDEX resource_repeat_of ON resource (repeat_of) WHERE repeat_of IS NOT NULL;
ALTER TABLE held ADD COLUMN claim BLOB;
ALTER TABLE publication ADD COLUMN claim BLOB;

-- Keys are 64 bits of a hash; they mean something within one record. A version that repeats another has none.
CREATE TABLE claim_version (resource INTEGER PRIMARY KEY, record INTEGER NOT NULL, facts BLOB NOT NULL);
CREATE TABLE claim_key (record INTEGER NOT NULL, key INTEGER NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (record, key, resource)) WITHOUT ROWID;
CREATE TABLE claim_paid_through (source INTEGER PRIMARY KEY, day INTEGER NOT NULL);
