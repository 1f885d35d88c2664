using System.CommandLine;
using GameCluster.Gateway.Hosting;
using GameCluster.Silo.Hosting;
using GameCluster.Silo.Replay;

if (args is [ReplayCommand.CommandName, ..])
{
    return await new RootCommand("Hosts game services.") { new ReplayCommand() }.Parse(args).InvokeAsync();
}

return await NodeProgram.RunAsync(args, static async builder =>
{
    builder.AddGameSilo();

    var app = builder.Build();
    app.UseGameSilo();

    await app.RunGameSiloAsync();
});
