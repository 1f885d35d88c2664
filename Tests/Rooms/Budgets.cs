using GameCluster.Rooms;
using GameCluster.Sessions;
using Microsoft.Extensions.Options;

namespace GameCluster.Tests.Rooms;

/// <summary>Budgets that no session shares.</summary>
internal static class Budgets
{
    public static IByteBudget Of(long bytes) => new WindowBudget(Options.Create(new SessionOptions { WindowBudgetBytes = bytes }));
}
