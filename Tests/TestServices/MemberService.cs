using GameCluster.Services;

namespace GameCluster.Tests.TestServices;

/// <summary>For logged-in players, except for one message.</summary>
[Service("tests.member", RequiresLogin = true)]
internal sealed class MemberService : ServiceGrain
{
    [Handles(MessageIds.Member)]
    public TextMessage Greet(MessageContext context) => new($"hello {context.Player}");

    [Handles(MessageIds.Guest, Login = LoginRequirement.NotRequired)]
    public TextMessage GreetAnyone() => new("hello stranger");
}
