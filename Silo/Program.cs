using GameCluster.Gateway.Health;
using GameCluster.Gateway.Hosting;
using GameCluster.Silo.Hosting;

var builder = NodeHost.CreateBuilder(args);
if (SelfCheck.IsAsked(args))
{
    return await SelfCheck.RunAsync(builder.Configuration);
}

builder.AddGameSilo();

var app = builder.Build();
app.UseGameSilo();

await app.RunGameSiloAsync();
return 0;
