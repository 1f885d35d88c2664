namespace GameCluster.LoadTest.Commands;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>Something was lost, out of order, refused or otherwise wrong, or the run could not be carried out.</summary>
    public const int Failure = 1;

    public const int WrongArguments = 2;
}
