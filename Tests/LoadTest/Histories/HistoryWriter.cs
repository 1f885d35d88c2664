using System.Buffers;
using System.Diagnostics;
using System.Text.Json;

namespace GameCluster.LoadTest.Histories;

/// <summary>
/// Writes events as lines of JSON, for many threads. It holds a quarter of a megabyte at most: who records while that is being written waits, as a history
/// with holes proves nothing.
/// </summary>
internal sealed class HistoryWriter : IHistorySink, IDisposable
{
    private const int BufferBytes = 1 << 18;
    private const long MicrosecondsPerSecond = 1_000_000;

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(BufferBytes);
    private readonly Utf8JsonWriter _json;
    private readonly FileStream _file;
    private bool _isClosed;

    public HistoryWriter(string path)
    {
        _file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 });
        _json = new Utf8JsonWriter(_buffer);
    }

    /// <summary>Microseconds of the clock that histories use.</summary>
    public static long Now => (long)((Int128)Stopwatch.GetTimestamp() * MicrosecondsPerSecond / Stopwatch.Frequency);

    public void Record(HistoryEvent happened)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            // The time is taken under the lock, so that it never falls within the file.
            HistoryJson.Write(_json, happened with { T = Now });
            _json.Reset();
            _buffer.Write("\n"u8);
            if (_buffer.WrittenCount >= BufferBytes)
            {
                WriteOut();
            }
        }
    }

    /// <summary>Completes the file. What is recorded afterwards is ignored.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _isClosed = true;
                WriteOut();
                _json.Dispose();
                _file.Dispose();
            }
        }
    }

    private void WriteOut()
    {
        _file.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}
