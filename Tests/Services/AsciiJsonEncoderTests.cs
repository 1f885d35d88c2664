using System.Text;
using System.Text.Json;
using CsCheck;
using GameCluster.Services;

namespace GameCluster.Tests.Services;

public sealed class AsciiJsonEncoderTests
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = AsciiJsonEncoder.Instance };

    [TestCase("plain <&'+> ~`\u007f", "plain <&'+> ~`\u007f")]
    [TestCase("\"\\/", "\\\"\\\\/")]
    [TestCase("\b\f\n\r\t\u0000\u001f", "\\b\\f\\n\\r\\t\\u0000\\u001f")]
    [TestCase("恭喜\u00e9", "\\u606d\\u559c\\u00e9")]
    [TestCase("🀄", "\\ud83c\\udc04")]
    public void Serialize_Text_IsWrittenAsObEspoirDoes(string text, string expected) =>
        Assert.That(JsonSerializer.Serialize(text, Options), Is.EqualTo($"\"{expected}\""));

    [Test]
    public void Serialize_AnyString_IsAsciiAndReadsBack() => Gen.String.Sample(text =>
    {
        var json = JsonSerializer.Serialize(text, Options);

        // A lone surrogate has no UTF-8 form; the round trip through UTF-8 replaces it the same way.
        var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        Assert.That(Ascii.IsValid(json), json);
        Assert.That(JsonSerializer.Deserialize<string>(json), Is.EqualTo(expected));
    });

    [Test]
    public void Serialize_AnyStringAsUtf8Value_GivesTheSameBytes() => Gen.String.Sample(text =>
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = AsciiJsonEncoder.Instance }))
        {
            writer.WriteStringValue(Encoding.UTF8.GetBytes(text));
        }

        Assert.That(Encoding.ASCII.GetString(stream.ToArray()), Is.EqualTo(JsonSerializer.Serialize(text, Options)));
    });

    [Test]
    public void Create_Error_HasItsTextTwice() => Assert.That(
        Encoding.ASCII.GetString(ErrorBody.Create(404, "no é")), Is.EqualTo("""{"code":404,"desc":"no \u00e9","info":"no \u00e9"}"""));
}
