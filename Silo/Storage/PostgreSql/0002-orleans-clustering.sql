-- Columns are named like the parameters and results of the Orleans provider, which reads them by name.

-- One row per cluster. Its version rises by one with each change of the cluster's members.
CREATE TABLE OrleansMembershipVersion
(
    DeploymentId text PRIMARY KEY,
    Version      integer NOT NULL
);

CREATE TABLE OrleansMembership
(
    DeploymentId text        NOT NULL REFERENCES OrleansMembershipVersion ON DELETE CASCADE,
    Address      text        NOT NULL,
    Port         integer     NOT NULL,
    Generation   integer     NOT NULL,
    SiloName     text        NOT NULL,
    HostName     text        NOT NULL,
    Status       integer     NOT NULL,
    ProxyPort    integer     NOT NULL,
    SuspectTimes text,
    StartTime    timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

-- Both compare-and-set functions lock the version row first: competitors queue there, see the raised version and lose
-- without a trace. The version rises last, when nothing can fail any more.

CREATE FUNCTION orleans_insert_member
(
    p_deployment text, p_address text, p_port integer, p_generation integer, p_silo_name text, p_host_name text,
    p_status integer, p_proxy_port integer, p_start_time timestamptz, p_alive_time timestamptz, p_version integer
)
RETURNS integer LANGUAGE plpgsql AS
$function$
BEGIN
    PERFORM 1 FROM OrleansMembershipVersion WHERE DeploymentId = p_deployment AND Version = p_version FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;

    INSERT INTO OrleansMembership
        (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    VALUES
        (p_deployment, p_address, p_port, p_generation, p_silo_name, p_host_name, p_status, p_proxy_port, p_start_time, p_alive_time)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;

    UPDATE OrleansMembershipVersion SET Version = Version + 1 WHERE DeploymentId = p_deployment;
    RETURN 1;
END
$function$;

CREATE FUNCTION orleans_update_member
(
    p_deployment text, p_address text, p_port integer, p_generation integer,
    p_status integer, p_suspect_times text, p_alive_time timestamptz, p_version integer
)
RETURNS integer LANGUAGE plpgsql AS
$function$
BEGIN
    PERFORM 1 FROM OrleansMembershipVersion WHERE DeploymentId = p_deployment AND Version = p_version FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;

    UPDATE OrleansMembership
    SET Status = p_status, SuspectTimes = p_suspect_times, IAmAliveTime = p_alive_time
    WHERE DeploymentId = p_deployment AND Address = p_address AND Port = p_port AND Generation = p_generation;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;

    UPDATE OrleansMembershipVersion SET Version = Version + 1 WHERE DeploymentId = p_deployment;
    RETURN 1;
END
$function$;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', $query$
WITH created AS
(
    INSERT INTO OrleansMembershipVersion (DeploymentId, Version) VALUES (@DeploymentId, 0)
    ON CONFLICT DO NOTHING
    RETURNING 1
)
SELECT count(*)::integer FROM created
$query$),

('InsertMembershipKey', $query$
SELECT orleans_insert_member(@DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName,
    @Status, @ProxyPort, @StartTime, @IAmAliveTime, @Version)
$query$),

('UpdateMembershipKey', $query$
SELECT orleans_update_member(@DeploymentId, @Address, @Port, @Generation, @Status, @SuspectTimes, @IAmAliveTime, @Version)
$query$),

('UpdateIAmAlivetimeKey', $query$
UPDATE OrleansMembership
SET IAmAliveTime = @IAmAliveTime
WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$query$),

('MembershipReadRowKey', $query$
SELECT cluster.DeploymentId, member.Address, member.Port, member.Generation, member.SiloName, member.HostName, member.Status,
    member.ProxyPort, member.SuspectTimes, member.StartTime, member.IAmAliveTime, cluster.Version
FROM OrleansMembershipVersion AS cluster
LEFT JOIN OrleansMembership AS member
    ON member.DeploymentId = cluster.DeploymentId
    AND member.Address = @Address AND member.Port = @Port AND member.Generation = @Generation
WHERE cluster.DeploymentId = @DeploymentId
$query$),

('MembershipReadAllKey', $query$
SELECT cluster.DeploymentId, member.Address, member.Port, member.Generation, member.SiloName, member.HostName, member.Status,
    member.ProxyPort, member.SuspectTimes, member.StartTime, member.IAmAliveTime, cluster.Version
FROM OrleansMembershipVersion AS cluster
LEFT JOIN OrleansMembership AS member ON member.DeploymentId = cluster.DeploymentId
WHERE cluster.DeploymentId = @DeploymentId
$query$),

('GatewaysQueryKey', $query$
SELECT Address, ProxyPort, Generation
FROM OrleansMembership
WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
$query$),

-- The members go with their cluster, by the foreign key.
('DeleteMembershipTableEntriesKey', $query$
DELETE FROM OrleansMembershipVersion WHERE DeploymentId = @DeploymentId
$query$),

-- Status 3 is Active: such a silo is declared dead by the cluster before anybody forgets it.
('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM OrleansMembership
WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3
$query$);
