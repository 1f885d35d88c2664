-- Sessions whose client is away: what another silo needs to go on with them when their own has died meanwhile. A row is written when the client goes away, and deleted when it is back.

-- Only what has a higher epoch, or the same and a higher turn, replaces a row. Whoever takes a row over adds 2^32 to its turn, so that nothing its earlier owner may still say counts.
-- The expiry stays as it is while the image is written again, so that these updates touch no index.
CREATE TABLE gamecluster_away_session
(
    id         uuid        PRIMARY KEY,
    service_id text        NOT NULL,
    owner      text        NOT NULL,
    epoch      bigint      NOT NULL,
    turn       bigint      NOT NULL,
    expires_at timestamptz NOT NULL,
    image      bytea       NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX gamecluster_away_session_owner ON gamecluster_away_session (service_id, owner);
CREATE INDEX gamecluster_away_session_expiry ON gamecluster_away_session (expires_at);
