using GameCluster.Gateway.Hosting;
using GameCluster.Silo.Hosting;

return await NodeProgram.RunAsync(args, static async builder =>
{
    builder.AddGameSilo();

    var app = builder.Build();
    app.UseGameSilo();

    await app.RunGameSiloAsync();
});
