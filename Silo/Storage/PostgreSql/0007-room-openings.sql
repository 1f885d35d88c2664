-- How many openings of a room have begun since one last ended. A room whose inputs kill or hold whoever executes them is found by this and opened no more.
ALTER TABLE gamecluster_room ADD COLUMN openings integer NOT NULL DEFAULT 0;
