namespace GameCluster.Gateway.Hosting;

/// <summary>The process cannot start as it is told to. The text is for operators: it names the settings, their values and the remedy.</summary>
internal sealed class RefusedStartException(IEnumerable<string> problems) : Exception(string.Join('\n', problems));
