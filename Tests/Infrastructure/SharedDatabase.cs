namespace GameCluster.Tests.Infrastructure;

/// <summary>Clusters of processes on a database of their own at the server that all tests share.</summary>
internal static class SharedDatabase
{
    extension(ClusterOfProcesses)
    {
        /// <inheritdoc cref="ClusterOfProcesses.StartAsync(string, int, int, IReadOnlyDictionary{string, string}?)"/>
        public static async Task<ClusterOfProcesses> StartAsync(int silos, int gateways, IReadOnlyDictionary<string, string>? settings = null)
        {
            var postgres = await PostgresServer.SharedAsync();
            return await ClusterOfProcesses.StartAsync(await postgres.CreateDatabaseAsync(), silos, gateways, settings);
        }
    }
}
