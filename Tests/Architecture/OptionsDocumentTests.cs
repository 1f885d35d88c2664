using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using GameCluster.Gateway.Hosting;
using GameCluster.Rooms;
using GameCluster.Sessions;
using GameCluster.Silo.Storage;
using GameCluster.Tests.Infrastructure;

namespace GameCluster.Tests.Architecture;

/// <summary>The README's table of options and the option classes say the same.</summary>
internal sealed partial class OptionsDocumentTests
{
    private const string SectionField = "SectionName";

    private static readonly Dictionary<string, string> Documented = OptionRow().Matches(RepositoryFile.Read("README.md"))
        .ToDictionary(static row => row.Groups["key"].Value, static row => row.Groups["default"].Value);

    private static readonly Dictionary<string, string> Defaults = new[] { typeof(NodeOptions).Assembly, typeof(SqliteMigrator).Assembly, typeof(SessionOptions).Assembly, typeof(RoomOptions).Assembly }
        .SelectMany(static assembly => assembly.GetTypes())
        .Where(static type => type.GetField(SectionField) is { IsLiteral: true })
        .SelectMany(DefaultsOf)
        .ToDictionary();

    [Test]
    public void Readme_Options_AreThoseOfTheClasses() =>
        Assert.That(Documented.Keys, Is.EquivalentTo(Defaults.Keys), "each option has one row of the README's table, and each row an option");

    [Test]
    public void Readme_Defaults_AreThoseOfTheClasses()
    {
        var wrong = Documented.Where(static row => Defaults.TryGetValue(row.Key, out var value) && value != row.Value)
            .Select(static row => $"{row.Key}: the README says '{row.Value}', the class '{Defaults[row.Key]}'");

        Assert.That(wrong, Is.Empty);
    }

    private static IEnumerable<KeyValuePair<string, string>> DefaultsOf(Type options)
    {
        var section = (string)options.GetField(SectionField)!.GetRawConstantValue()!;
        var defaults = Activator.CreateInstance(options);
        return options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.CanWrite)
            .Select(property => KeyValuePair.Create($"{section}:{property.Name}", Text(property.GetValue(defaults))));
    }

    /// <summary>A value as one would write it in the configuration.</summary>
    private static string Text(object? value) => value switch
    {
        string text => text,
        IEnumerable values => string.Join(", ", values.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    [GeneratedRegex(@"^\| `(?<key>GameCluster:[\w:]+)` \|(?: `(?<default>[^`]*)`)? \|", RegexOptions.Multiline)]
    private static partial Regex OptionRow();
}
