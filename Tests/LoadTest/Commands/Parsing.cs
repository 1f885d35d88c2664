using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using GameCluster.LoadTest.Connections;

namespace GameCluster.LoadTest.Commands;

/// <summary>Values of options, with errors that say what is expected.</summary>
internal static class Parsing
{
    public static Option<int> Positive(string name, int value, string description)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{name} must be 1 or more.");
            }
        });
        return option;
    }

    public static Option<double> Number(string name, double value, string description)
    {
        var option = new Option<double>(name) { Description = description, DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() < 0)
            {
                result.AddError($"{name} must be 0 or more.");
            }
        });
        return option;
    }

    public static Option<TimeSpan> Duration(string name, TimeSpan value, string description, bool mayBeZero = true) => new(name)
    {
        Description = $"{description} For instance 500ms, 10s, 2m; a number alone is seconds.",
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!TryDuration(text, out var duration) || (duration == TimeSpan.Zero && !mayBeZero))
            {
                result.AddError($"{name} '{text}' is not a duration{(mayBeZero ? "" : " above 0")}; write 500ms, 10s or 2m.");
            }

            return duration;
        },
    };

    public static Uri Url(string text, SymbolResult result)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == "ws")
        {
            return url;
        }

        result.AddError($"--url '{text}' is not a WebSocket address of the form ws://host:port/path (wss is not supported: load-test behind the TLS end).");
        return new Uri("ws://invalid");
    }

    public static OpeningMessage Opening(string text, SymbolResult result)
    {
        if (!OpeningMessage.TryParse(text, out var message))
        {
            result.AddError($"--login '{text}' is not of the form id:body, for instance 1000:{{\"name\":\"player{{index}}\"}}.");
        }

        return message;
    }

    internal static bool TryDuration(string text, out TimeSpan duration)
    {
        var (digits, seconds) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            _ when text.EndsWith('s') => (text[..^1], 1),
            _ when text.EndsWith('m') => (text[..^1], 60),
            _ => (text, 1.0),
        };
        var isNumber = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        var isValid = isNumber && number * seconds <= TimeSpan.FromDays(7).TotalSeconds;
        duration = isValid ? TimeSpan.FromSeconds(number * seconds) : TimeSpan.Zero;
        return isValid;
    }
}
