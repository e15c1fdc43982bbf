-- jwks_url: where its keys are published; jwks is then the set last read there, jwks_at when.
ALTER TABLE client ADD COLUMN jwks_url TEXT;
ALTER TABLE client ADD COLUMN jwks_allow TEXT;
ALTER TABLE client ADD COLUMN jwks_at INTEGER;
-- external: its application or object id at the external issuer of access tokens.
ALTER TABLE client ADD COLUMN external TEXT;
CREATE UNIQUE INDEX client_external ON client (external) WHERE external IS NOT NULL;

-- Participants' clients with all scopes of their role keep all of them.
UPDATE client SET scopes = scopes || ' system/*.rs' WHERE role = 2 AND scopes = 'system/streams.read system/panel.write';
