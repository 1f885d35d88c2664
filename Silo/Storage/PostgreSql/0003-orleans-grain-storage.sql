-- One row per stored grain state. The whole identity is the key, hashes first, so that of two first writes only one can win.
-- A grain without key extension has the empty one (none of Orleans' own is empty): null would make equal identities distinct.
CREATE TABLE OrleansStorage
(
    GrainIdHash            integer     NOT NULL,
    GrainTypeHash          integer     NOT NULL,
    GrainIdN0              bigint      NOT NULL,
    GrainIdN1              bigint      NOT NULL,
    GrainTypeString        text        NOT NULL,
    GrainIdExtensionString text        NOT NULL,
    ServiceId              text        NOT NULL,
    PayloadBinary          bytea,
    ModifiedOn             timestamptz NOT NULL,
    Version                integer     NOT NULL,
    PRIMARY KEY (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, GrainIdExtensionString, ServiceId)
);

-- Each function returns the new version, or the expected one unchanged when another writer was faster. It must return a row
-- in any case: the provider takes "no row" for success.

CREATE FUNCTION orleans_write_state
(
    p_id_hash integer, p_n0 bigint, p_n1 bigint, p_type_hash integer, p_type text, p_extension text, p_service text,
    p_version integer, p_payload bytea
)
RETURNS integer LANGUAGE plpgsql AS
$function$
DECLARE
    new_version integer;
BEGIN
    IF p_version IS NULL THEN
        INSERT INTO OrleansStorage
        VALUES (p_id_hash, p_type_hash, p_n0, p_n1, p_type, COALESCE(p_extension, ''), p_service, p_payload, now(), 1)
        ON CONFLICT DO NOTHING
        RETURNING Version INTO new_version;
    ELSE
        UPDATE OrleansStorage
        SET PayloadBinary = p_payload, ModifiedOn = now(), Version = Version + 1
        WHERE GrainIdHash = p_id_hash AND GrainTypeHash = p_type_hash AND GrainIdN0 = p_n0 AND GrainIdN1 = p_n1
            AND GrainTypeString = p_type AND GrainIdExtensionString = COALESCE(p_extension, '') AND ServiceId = p_service
            AND Version = p_version
        RETURNING Version INTO new_version;
    END IF;
    RETURN COALESCE(new_version, p_version);
END
$function$;

CREATE FUNCTION orleans_clear_state
(
    p_id_hash integer, p_n0 bigint, p_n1 bigint, p_type_hash integer, p_type text, p_extension text, p_service text,
    p_version integer
)
RETURNS integer LANGUAGE plpgsql AS
$function$
DECLARE
    new_version integer;
BEGIN
    UPDATE OrleansStorage
    SET PayloadBinary = NULL, ModifiedOn = now(), Version = Version + 1
    WHERE GrainIdHash = p_id_hash AND GrainTypeHash = p_type_hash AND GrainIdN0 = p_n0 AND GrainIdN1 = p_n1
        AND GrainTypeString = p_type AND GrainIdExtensionString = COALESCE(p_extension, '') AND ServiceId = p_service
        AND Version = p_version
    RETURNING Version INTO new_version;
    RETURN COALESCE(new_version, p_version);
END
$function$;

CREATE FUNCTION orleans_delete_state
(
    p_id_hash integer, p_n0 bigint, p_n1 bigint, p_type_hash integer, p_type text, p_extension text, p_service text,
    p_version integer
)
RETURNS integer LANGUAGE plpgsql AS
$function$
DECLARE
    new_version integer;
BEGIN
    DELETE FROM OrleansStorage
    WHERE GrainIdHash = p_id_hash AND GrainTypeHash = p_type_hash AND GrainIdN0 = p_n0 AND GrainIdN1 = p_n1
        AND GrainTypeString = p_type AND GrainIdExtensionString = COALESCE(p_extension, '') AND ServiceId = p_service
        AND Version = p_version
    RETURNING Version + 1 INTO new_version;
    RETURN COALESCE(new_version, p_version);
END
$function$;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey', $query$
SELECT PayloadBinary, ModifiedOn, Version
FROM OrleansStorage
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
    AND GrainTypeString = @GrainTypeString AND GrainIdExtensionString = COALESCE(@GrainIdExtensionString, '')
    AND ServiceId = @ServiceId
$query$),

('WriteToStorageKey', $query$
SELECT orleans_write_state(@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString,
    @ServiceId, @GrainStateVersion, @PayloadBinary) AS NewGrainStateVersion
$query$),

('ClearStorageKey', $query$
SELECT orleans_clear_state(@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString,
    @ServiceId, @GrainStateVersion) AS NewGrainStateVersion
$query$),

('DeleteStorageKey', $query$
SELECT orleans_delete_state(@GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString,
    @ServiceId, @GrainStateVersion) AS NewGrainStateVersion
$query$);
