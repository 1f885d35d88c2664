using System.Text;
using GameCluster.LoadTest.Load;

namespace GameCluster.Tests.LoadTool;

internal sealed class RequestTests
{
    [TestCase(18)]
    [TestCase(28)]
    [TestCase(1000)]
    public void OfLength_AnySize_IsJsonOfThatSizeWithAReadableCounter(int bytes)
    {
        var body = RequestBody.OfLength(bytes);
        var sent = body.Template.ToArray();
        RequestBody.WriteCounter(sent.AsSpan(body.CounterOffset), 1234567);

        Assert.That(sent, Has.Length.EqualTo(bytes));
        Assert.That(body.TryRead(sent, out var counter), Is.True);
        Assert.That(counter, Is.EqualTo(1234567));
        Assert.That(System.Text.Json.JsonDocument.Parse(sent).RootElement.GetProperty("n").GetString(), Does.EndWith("0001234567"));
    }

    [Test]
    public void OfText_PlaceholderBehindNonAscii_CountsBytes()
    {
        var body = RequestBody.OfText("""{"name":"é","n":"{counter}"}""");
        var sent = body.Template.ToArray();
        RequestBody.WriteCounter(sent.AsSpan(body.CounterOffset), 7);

        Assert.That(Encoding.UTF8.GetString(sent), Is.EqualTo("""{"name":"é","n":"0000000007"}"""));
    }

    [Test]
    public void DueSeconds_WithRamp_RisesLinearlyAndThenKeepsTheRate()
    {
        // During a ramp of 2 s to 100/s, half of 200 requests are due.
        Assert.That(OpenLoop.DueSeconds(0, 100, 2), Is.Zero);
        Assert.That(OpenLoop.DueSeconds(25, 100, 2), Is.EqualTo(1).Within(1e-9), "a quarter in the first half");
        Assert.That(OpenLoop.DueSeconds(100, 100, 2), Is.EqualTo(2).Within(1e-9));
        Assert.That(OpenLoop.DueSeconds(200, 100, 2), Is.EqualTo(3).Within(1e-9));
    }

    [Test]
    public void Expire_LateReply_IsUnknownThen()
    {
        var window = new RequestWindow(expected: 4);
        for (var due = 0; due < 100; due++)
        {
            window.Add(due);
        }

        window.Expire(before: 10);

        Assert.That((window.Lost, window.Outstanding), Is.EqualTo((10, 90)));
        Assert.That(window.TryAnswer(9, out _, out _), Is.False);
        Assert.That(window.TryAnswer(99, out var at, out var inOrder) && inOrder, Is.True);
        Assert.That(at, Is.EqualTo(99));
        Assert.That(window.TryAnswer(50, out _, out inOrder) && !inOrder, Is.True);
        Assert.That(window.TryAnswer(50, out _, out _), Is.False, "answered already");
    }

    [Test]
    public void Add_ServerNeverAnswers_KeepsABoundedNumber()
    {
        var window = new RequestWindow(expected: 1);
        for (var due = 0; due < 100_000; due++)
        {
            window.Add(due);
        }

        Assert.That(window.Outstanding, Is.EqualTo(16_384));
        Assert.That(window.Lost, Is.EqualTo(100_000 - 16_384));
    }
}
