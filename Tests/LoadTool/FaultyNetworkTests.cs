using System.Net;
using System.Net.Sockets;
using GameCluster.LoadTest.Network;

namespace GameCluster.Tests.LoadTool;

/// <summary>A partition in one direction, between two ends of real connections.</summary>
internal sealed class FaultyNetworkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);

    [Test]
    public async Task PartitionAsync_OneWay_WhatOneSaysWaitsAndWhatItIsToldArrives()
    {
        if (!FaultyNetwork.IsSupported)
        {
            Assert.Ignore("the network in between is for Linux");
        }

        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var network = new FaultyNetwork();
        network.Identify("one", Environment.ProcessId);
        using var one = new TcpClient();
        await one.ConnectAsync(IPAddress.Loopback, network.Add("other", ((IPEndPoint)listener.LocalEndpoint).Port));
        await one.GetStream().WriteAsync(new byte[] { 1 });
        using var other = await listener.AcceptTcpClientAsync();
        Assert.That(await ReadAsync(other), Is.EqualTo(1));

        var partition = await network.PartitionAsync(["one"], ["other"], oneWay: true);
        await one.GetStream().WriteAsync(new byte[] { 2 });
        await other.GetStream().WriteAsync(new byte[] { 3 });

        Assert.That(await ReadAsync(one), Is.EqualTo(3));
        var arriving = ReadAsync(other);
        Assert.That(await Task.WhenAny(arriving, Task.Delay(Silence)), Is.Not.SameAs(arriving));
        await partition.DisposeAsync();
        Assert.That(await arriving, Is.EqualTo(2));
    }

    private static async Task<int> ReadAsync(TcpClient client)
    {
        var one = new byte[1];
        await client.GetStream().ReadExactlyAsync(one).AsTask().WaitAsync(Limit);
        return one[0];
    }
}
