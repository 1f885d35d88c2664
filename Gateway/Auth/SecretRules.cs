using Npgsql;

namespace GameCluster.Gateway.Auth;

/// <summary>Refuses to start with secrets that stand in a sample somewhere, except in Development.</summary>
internal static class SecretRules
{
    private const int MinKeyLength = 32;

    private static readonly HashSet<string> Samples = new(StringComparer.OrdinalIgnoreCase)
    {
        "changeme", "change-me", "secret", "password", "postgres", "gamecluster", "admin", "helloworldiloveyou~1234567890123",
    };

    /// <summary>Every secret that must not be used, each with its key and the remedy; empty when all is well.</summary>
    public static IReadOnlyList<string> Check(AdminOptions admin, string postgreSql)
    {
        var problems = new List<string>();
        if (admin.Key.Length > 0 && (admin.Key.Length < MinKeyLength || Samples.Contains(admin.Key)))
        {
            problems.Add($"GameCluster:Admin:Key is shorter than {MinKeyLength} characters or a sample value: make one with 'openssl rand -hex 32'");
        }

        if (postgreSql.Length > 0 && new NpgsqlConnectionStringBuilder(postgreSql).Password is { Length: > 0 } password && Samples.Contains(password))
        {
            problems.Add("the password in GameCluster:Storage:PostgreSql is a sample value: make one with 'openssl rand -hex 32'");
        }

        return problems;
    }
}
