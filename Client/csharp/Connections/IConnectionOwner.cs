using GameCluster.Client.Protocol;

namespace GameCluster.Client.Connections;

/// <summary>Who is told what a connection brings. Called by one reader, one call after another.</summary>
internal interface IConnectionOwner
{
    void Welcomed(Connection connection, Welcome welcome);

    void Received(Connection connection, Frame frame);

    /// <summary>Completes when more may be read.</summary>
    Task RoomAsync();
}
