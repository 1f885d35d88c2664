using GameCluster.Gateway.Protocol;

namespace GameCluster.Tests.Protocol;

internal sealed class FrameWriterTests
{
    [Test]
    public void Write_DestinationTooShort_ThrowsAndWritesNothing()
    {
        var destination = new byte[14];

        Assert.That(
            () => FrameWriter.Write(destination, 10_000, [1, 2, 3]),
            Throws.ArgumentException.With.Message.Contains("15 bytes").And.Message.Contains("has 14"));
        Assert.That(destination, Is.All.Zero);
    }

    [Test]
    public void Write_DestinationLonger_LeavesTheRestAsItWas()
    {
        byte[] destination = [.. Enumerable.Repeat((byte)0xAA, 20)];

        FrameWriter.Write(destination, 10_000, [1, 2, 3]);

        Assert.That(destination[15..], Is.All.EqualTo(0xAA));
    }

    [Test]
    public void GetLength_BodyNoFrameCanHold_Throws() =>
        Assert.That(() => FrameWriter.GetLength(int.MaxValue - FrameHeader.Size + 1), Throws.InstanceOf<OverflowException>());

    [Test]
    public void Write_Measured_AllocatesNothing()
    {
        var destination = new byte[100];
        MeasureWrite(destination);

        Assert.That(MeasureWrite(destination), Is.Zero);
    }

    private static long MeasureWrite(byte[] destination)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        FrameWriter.Write(destination, 10_000, "{\"code\":200}"u8);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
