using System.Net.Sockets;
using GameCluster.Gateway.Auth;
using GameCluster.Gateway.Health;
using GameCluster.Gateway.Sessions;

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
        catch (Exception failure) when (IsAddressInUse(failure))
        {
            return Refuse(DescribePorts(NodeHost.CreateBuilder(args).Configuration));
        }
    }

    /// <summary>Not everybody who listens says where.</summary>
    private static string DescribePorts(IConfiguration configuration)
    {
        (string Key, int Port)[] ports =
        [
            ($"{GatewayOptions.SectionName}:{nameof(GatewayOptions.Port)}", (configuration.GetSection(GatewayOptions.SectionName).Get<GatewayOptions>() ?? new()).Port),
            ($"{AdminOptions.SectionName}:{nameof(AdminOptions.Port)}", (configuration.GetSection(AdminOptions.SectionName).Get<AdminOptions>() ?? new()).Port),
            ($"{NodeOptions.SectionName}:{nameof(NodeOptions.SiloPort)}", (configuration.GetSection(NodeOptions.SectionName).Get<NodeOptions>() ?? new()).SiloPort),
        ];
        return $"A port is in use by another process. End that process, or set a free port: {string.Join(", ", ports.Select(static port => $"{port.Key} is {port.Port}"))}.";
    }

    private static bool IsAddressInUse(Exception failure) =>
        failure is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || (failure.InnerException is { } inner && IsAddressInUse(inner));

    private static int Refuse(string reason)
    {
        Console.Error.WriteLine($"Refusing to start:\n{reason}");
        return 1;
    }
}
