using CsCheck;
using GameCluster.Games.Csmj.Rules;

namespace GameCluster.Tests.Games;

public sealed class DiceDuelTests
{
    [Test]
    public void Roll_SameSeed_GivesTheSameRounds()
    {
        var (first, second) = (new DiceDuel(new Random(1), new DuelScore()), new DiceDuel(new Random(1), new DuelScore()));

        for (var i = 0; i < 20; i++)
        {
            Assert.That(first.Roll(), Is.EqualTo(second.Roll()).Using<DuelRound>((a, b) => a.Player.SequenceEqual(b.Player) && a.House.SequenceEqual(b.House)));
        }
    }

    [Test]
    public void Roll_AnySeed_AddsUp() => Gen.Int.Select(Gen.Int[1, 100]).Sample((seed, rounds) =>
    {
        var score = new DuelScore();
        var duel = new DiceDuel(new Random(seed), score);
        var played = Enumerable.Range(0, rounds).Select(_ => duel.Roll()).ToArray();

        Assert.That(played.SelectMany(round => round.Player.Concat(round.House)), Is.All.InRange(1, 6));
        Assert.That(score.Total, Is.EqualTo(played.Sum(round => round.Won)));
        Assert.That(score.Rounds, Is.EqualTo(rounds));
        Assert.That(played.All(round => round.IsJackpot == round.Player is [6, 6]));
    });
}
