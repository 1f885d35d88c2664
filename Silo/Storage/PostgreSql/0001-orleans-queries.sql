-- The texts that the Orleans providers run, by key. Each silo reads them when it starts and keeps them, so a later script
-- may change a text or a function only in a way that silos of the previous version survive.
-- Who can write this table runs SQL as every silo: grant silos SELECT on it, never more.
CREATE TABLE OrleansQuery
(
    QueryKey  text PRIMARY KEY,
    QueryText text NOT NULL
);
