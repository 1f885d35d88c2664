namespace GameCluster.Services;

/// <summary>What an HTTP endpoint of a service may be.</summary>
internal static class EndpointRules
{
    private const int MaxLength = 256;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE"];
    private static readonly string[] Taken = ["/admin", "/healthz", "/readyz", "/metrics", "/openapi"];

    public static string? FindProblem(HandlesHttpAttribute endpoint)
    {
        var path = endpoint.Path;
        if (!Methods.Contains(endpoint.Method, StringComparer.OrdinalIgnoreCase))
        {
            return $"the method must be one of {string.Join(", ", Methods)}.";
        }

        if (!path.StartsWith('/') || path.Length > MaxLength || path.Contains("//", StringComparison.Ordinal) || !path.All(IsPathCharacter))
        {
            return $"the path must be absolute, at most {MaxLength} long, of letters, digits, '-', '_', '.', '~' and single '/', without parameters.";
        }

        return Taken.FirstOrDefault(taken => IsAtOrBelow(path, taken)) is { } owner ? $"{owner} is taken by the gateway. Choose another path." : null;
    }

    private static bool IsPathCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '~';

    private static bool IsAtOrBelow(string path, string parent) =>
        path.Equals(parent, StringComparison.OrdinalIgnoreCase) || path.StartsWith(parent + "/", StringComparison.OrdinalIgnoreCase);
}
