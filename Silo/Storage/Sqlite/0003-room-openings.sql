-- How many openings of a room have begun since one last ended. As in PostgreSQL's script 0007.
ALTER TABLE gamecluster_room ADD COLUMN openings integer NOT NULL DEFAULT 0;
