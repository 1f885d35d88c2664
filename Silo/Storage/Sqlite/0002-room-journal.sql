-- Durable rooms: each room's inputs in order, written before the room acts on them. Times are Unix milliseconds. As in PostgreSQL's script 0005.

-- One row per room that was ever created under a name. Its epoch rises with each opening, and only the epoch that is stored may write.
CREATE TABLE gamecluster_room
(
    id           integer PRIMARY KEY AUTOINCREMENT,
    service_id   text    NOT NULL,
    service      text    NOT NULL,
    room_key     text    NOT NULL,
    epoch        integer NOT NULL,
    owner        text    NOT NULL,
    last_version integer NOT NULL,
    created_at   integer NOT NULL,
    closed_at    integer
);

CREATE UNIQUE INDEX gamecluster_room_open ON gamecluster_room (service_id, service, room_key) WHERE closed_at IS NULL;
CREATE INDEX gamecluster_room_name ON gamecluster_room (service_id, service, room_key, id);
CREATE INDEX gamecluster_room_owner ON gamecluster_room (service_id, owner, id) WHERE closed_at IS NULL;
CREATE INDEX gamecluster_room_closed ON gamecluster_room (closed_at) WHERE closed_at IS NOT NULL;

CREATE TABLE gamecluster_room_entry
(
    room    integer NOT NULL,
    version integer NOT NULL,
    body    blob    NOT NULL,
    PRIMARY KEY (room, version)
) WITHOUT ROWID;

-- The newest state that was kept of a room.
CREATE TABLE gamecluster_room_snapshot
(
    room    integer PRIMARY KEY,
    version integer NOT NULL,
    body    blob    NOT NULL
);
