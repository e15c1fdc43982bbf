-- Of a visit: its patient's birth date, and the NPIs that its message names as primary care.
ALTER TABLE resource ADD COLUMN care TEXT;
