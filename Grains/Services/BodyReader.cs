using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace GameCluster.Services;

/// <summary>Makes a handler's request of a body. What is wrong with a body is told in a sentence fit for its sender.</summary>
internal abstract class BodyReader<TRequest>
{
    public abstract bool TryRead(byte[] body, out TRequest request, out string problem);
}

/// <summary>The body as it came.</summary>
internal sealed class RawBodyReader : BodyReader<byte[]>
{
    public override bool TryRead(byte[] body, out byte[] request, out string problem)
    {
        (request, problem) = (body, "");
        return true;
    }
}

/// <summary>Stands for the request of a handler that takes none, and for the reply of one that gives none.</summary>
internal readonly struct Nothing;

/// <summary>For HTTP handlers without a request: the body is theirs to read from the call.</summary>
internal sealed class UnreadBody : BodyReader<Nothing>
{
    public override bool TryRead(byte[] body, out Nothing request, out string problem)
    {
        (request, problem) = (default, "");
        return true;
    }
}

/// <summary>For message handlers without a request: a JSON object all the same.</summary>
internal sealed class CheckedBody : BodyReader<Nothing>
{
    public override bool TryRead(byte[] body, out Nothing request, out string problem)
    {
        request = default;
        problem = JsonBody.FindProblem(body) ?? "";
        return problem.Length == 0;
    }
}

internal sealed class JsonBodyReader<TRequest>(JsonTypeInfo<TRequest> type) : BodyReader<TRequest>
{
    public override bool TryRead(byte[] body, out TRequest request, out string problem)
    {
        request = default!;
        problem = JsonBody.FindProblemOfForm(body) ?? "";
        if (problem.Length > 0)
        {
            return false;
        }

        try
        {
            // The form is an object, so the result is not null.
            request = JsonSerializer.Deserialize(body.Length == 0 ? "{}"u8 : body, type)!;
            return true;
        }
        catch (JsonException exception)
        {
            problem = JsonBody.Explain(exception, body, type);
            return false;
        }
    }
}

/// <summary>What a JSON body must be: UTF-8, one object. A body of no bytes counts as an empty object.</summary>
internal static class JsonBody
{
    private const int MaxEchoed = 64;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = ServiceJson.MaxDepth };

    public static string? FindProblem(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty || body.SequenceEqual("{}"u8))
        {
            return null;
        }

        return FindProblemOfForm(body) ?? FindProblemOfSyntax(body);
    }

    /// <summary>The checks that deserialising does not make.</summary>
    public static string? FindProblemOfForm(ReadOnlySpan<byte> body)
    {
        var text = body.TrimStart(" \t\r\n"u8);
        if (!text.IsEmpty && text[0] != '{' || text.IsEmpty && !body.IsEmpty)
        {
            return "The body is not a JSON object.";
        }

        return Utf8.IsValid(body) ? null : "The body is not UTF-8.";
    }

    public static string Explain(JsonException exception, byte[] body, JsonTypeInfo type)
    {
        if (FindProblem(body) is { } malformed)
        {
            return malformed;
        }

        var missing = exception.Path is "$" ? FindMissing(body, type) : null;
        return missing is null
            ? $"The body's member {Shorten(exception.Path ?? "$")} is missing, there twice or of a wrong kind."
            : $"The body's member $.{missing} is missing.";
    }

    private static string? FindProblemOfSyntax(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, ReaderOptions);
        try
        {
            while (reader.Read())
            {
            }

            return null;
        }
        catch (JsonException exception)
        {
            return ExplainSyntax(exception);
        }
    }

    private static string ExplainSyntax(JsonException exception) =>
        $"The body is not valid JSON of at most {ServiceJson.MaxDepth} levels: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.";

    private static string? FindMissing(byte[] body, JsonTypeInfo type)
    {
        using var document = JsonDocument.Parse(body.Length == 0 ? "{}"u8.ToArray() : body);
        return type.Properties.FirstOrDefault(member => member.IsRequired && !document.RootElement.TryGetProperty(member.Name, out _))?.Name;
    }

    private static string Shorten(string text) => text.Length <= MaxEchoed ? text : text[..MaxEchoed] + "…";
}
