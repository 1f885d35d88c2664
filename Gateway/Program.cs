using GameCluster.Gateway.Health;
using GameCluster.Gateway.Hosting;

var builder = NodeHost.CreateBuilder(args);
if (SelfCheck.IsAsked(args))
{
    return await SelfCheck.RunAsync(builder.Configuration);
}

builder.AddNodeHost(takesClients: true);
builder.AddClusterNode([NodeOptions.GatewayRole]);
builder.AddGateway();

var app = builder.Build();
app.UseGateway();
app.UseNodeHost();

await app.RunGatewayAsync();
return 0;
