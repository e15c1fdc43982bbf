-- How far the delivery to an outside log is.
CREATE TABLE relay_topic (
  participant INTEGER NOT NULL, stream INTEGER NOT NULL, topic TEXT NOT NULL, topic_id TEXT, partitions INTEGER NOT NULL, settled INTEGER NOT NULL,
  PRIMARY KEY (participant, stream)) WITHOUT ROWID;

CREATE TABLE relay_partition (
  participant INTEGER NOT NULL, stream INTEGER NOT NULL, partition INTEGER NOT NULL, partition_sequence INTEGER NOT NULL, stream_sequence INTEGER NOT NULL,
  log_offset INTEGER NOT NULL,
  PRIMARY KEY (participant, stream, partition)) WITHOUT ROWID;

-- Events kept back, with the numbers that they keep.
CREATE TABLE relay_parked (
  participant INTEGER NOT NULL, stream INTEGER NOT NULL, sequence INTEGER NOT NULL, partition INTEGER NOT NULL, partition_sequence INTEGER NOT NULL,
  order_key TEXT NOT NULL, reason TEXT NOT NULL, retry INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (participant, stream, sequence)) WITHOUT ROWID;
CREATE INDEX relay_parked_key ON relay_parked (participant, stream, order_key);
