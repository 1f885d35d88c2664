using GameCluster.Gateway.Health;

namespace GameCluster.Gateway.Hosting;

/// <summary>What every program of ours does: starts as it is told to, or says in a line or two why it cannot.</summary>
internal static class NodeProgram
{
    /// <summary>The exit code: 0 after an orderly stop, 1 if the process could not start.</summary>
    public static async Task<int> RunAsync(string[] args, Func<WebApplicationBuilder, Task> run)
    {
        try
        {
            var builder = NodeHost.CreateBuilder(args);
            if (SelfCheck.IsAsked(args))
            {
                return await SelfCheck.RunAsync(builder.Configuration);
            }

            builder.UseInlineSockets();
            await run(builder);
            return 0;
        }
        catch (RefusedStartException refusal)
        {
            return Refuse(refusal.Message);
        }
        catch (InvalidDataException unreadable)
        {
            // A configuration file that is no JSON: the inner exception has the line.
            return Refuse($"{unreadable.Message} {unreadable.InnerException?.Message}");
        }
    }

    private static int Refuse(string reason)
    {
        Console.Error.WriteLine($"Refusing to start:\n{reason}");
        return 1;
    }
}
