using GameCluster.Gateway.Hosting;

return await NodeProgram.RunAsync(args, static async builder =>
{
    builder.AddNodeHost(takesClients: true);
    builder.AddClusterNode([NodeOptions.GatewayRole]);
    builder.AddGateway();

    var app = builder.Build();
    app.UseGateway();
    app.UseNodeHost();

    await app.RunGatewayAsync();
});
