-- Durable rooms: each room's inputs in order, written before the room acts on them. Times are Unix milliseconds.

-- One row per room that was ever created under a name. Its epoch rises with each opening, and only the epoch that is stored may write.
-- Each append updates its row: room is left in the pages, and no index holds last_version, so that these updates touch no index.
CREATE TABLE gamecluster_room
(
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service_id   text   NOT NULL,
    service      text   NOT NULL,
    room_key     text   NOT NULL,
    epoch        bigint NOT NULL,
    owner        text   NOT NULL,
    last_version bigint NOT NULL,
    created_at   bigint NOT NULL,
    closed_at    bigint
) WITH (fillfactor = 50);

CREATE UNIQUE INDEX gamecluster_room_open ON gamecluster_room (service_id, service, room_key) WHERE closed_at IS NULL;
CREATE INDEX gamecluster_room_name ON gamecluster_room (service_id, service, room_key, id);
CREATE INDEX gamecluster_room_owner ON gamecluster_room (service_id, owner, id) WHERE closed_at IS NULL;
CREATE INDEX gamecluster_room_closed ON gamecluster_room (closed_at) WHERE closed_at IS NOT NULL;

-- No foreign key: it would lock the room's row once more for each entry. Entries are written with their room's row and removed before it.
CREATE TABLE gamecluster_room_entry
(
    room    bigint NOT NULL,
    version bigint NOT NULL,
    body    bytea  NOT NULL,
    PRIMARY KEY (room, version)
);

-- The newest state that was kept of a room.
CREATE TABLE gamecluster_room_snapshot
(
    room    bigint PRIMARY KEY,
    version bigint NOT NULL,
    body    bytea  NOT NULL
);
