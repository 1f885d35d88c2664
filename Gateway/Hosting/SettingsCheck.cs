using System.ComponentModel.DataAnnotations;
using System.Net;
using GameCluster.Gateway.Auth;
using GameCluster.Gateway.Sessions;
using GameCluster.Rooms;
using GameCluster.Watch;
using Npgsql;
using SessionOptions = GameCluster.Sessions.SessionOptions;

namespace GameCluster.Gateway.Hosting;

/// <summary>Checks every setting before anything is built with one, so that all that is wrong is said at once, by its key.</summary>
internal sealed class SettingsCheck(IConfiguration configuration)
{
    private readonly List<string> _problems = [];

    /// <exception cref="RefusedStartException">Some settings are wrong.</exception>
    public void Run()
    {
        var node = Read<NodeOptions>(NodeOptions.SectionName);
        CheckAddress($"{NodeOptions.SectionName}:{nameof(node.AdvertisedAddress)}", node?.AdvertisedAddress);
        var admin = Read<AdminOptions>(AdminOptions.SectionName);
        CheckAddress($"{AdminOptions.SectionName}:{nameof(admin.Address)}", admin?.Address);
        var gateway = Read<GatewayOptions>(GatewayOptions.SectionName);
        CheckAddress($"{GatewayOptions.SectionName}:{nameof(gateway.Address)}", gateway?.Address);
        Read<SessionOptions>(SessionOptions.SectionName);
        Read<StreamOptions>(StreamOptions.SectionName);
        var storage = Read<StorageOptions>(StorageOptions.SectionName);
        CheckConnection($"{StorageOptions.SectionName}:{nameof(storage.PostgreSql)}", storage?.PostgreSql);
        Read<WatchOptions>(WatchOptions.SectionName);
        if (_problems.Count > 0)
        {
            throw new RefusedStartException(_problems);
        }
    }

    private T? Read<T>(string section)
        where T : class, new()
    {
        try
        {
            var options = configuration.GetSection(section).Get<T>() ?? new T();
            CheckRules(section, options);
            return options;
        }
        catch (InvalidOperationException unreadable)
        {
            // Its text names the key, the value and the type.
            _problems.Add(unreadable.Message);
            return null;
        }
    }

    private void CheckRules(string section, object options)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        foreach (var result in results)
        {
            var member = result.MemberNames.Single();
            _problems.Add($"{section}:{member} is '{options.GetType().GetProperty(member)!.GetValue(options)}': {result.ErrorMessage}");
        }
    }

    private void CheckAddress(string key, string? address)
    {
        if (!string.IsNullOrEmpty(address) && !IPAddress.TryParse(address, out _))
        {
            _problems.Add($"{key} is '{address}': write an IP address, such as 127.0.0.1, or 0.0.0.0 for every interface.");
        }
    }

    private void CheckConnection(string key, string? connection)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder(connection);
        }
        catch (Exception unreadable) when (unreadable is ArgumentException or FormatException)
        {
            // Not the value: it may hold a password.
            _problems.Add($"{key} is no Npgsql connection string: {unreadable.Message}");
        }
    }
}
