using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text;
using Microsoft.Extensions.Logging;

namespace GameCluster.Watch;

/// <summary>
/// The account of what runs, in a file that is mapped into memory: what is written there is the kernel's and outlives the process, however it dies. The next process of the same name
/// reads in it whom its forerunner was busy with. It does not outlive the machine, and need not: nothing is ever flushed, so writing is a copy of some bytes.
/// </summary>
internal sealed partial class TurnAccount
{
    private const int PlaceBytes = 512;
    private const int Places = 2048;
    private const int HeadBytes = sizeof(long);
    private const int FileBytes = (Places + 1) * PlaceBytes;
    private const long Closed = 1;

    private readonly MemoryMappedViewAccessor _view;
    private readonly Stack<int> _free = new(Enumerable.Range(1, Places).Reverse());

    private TurnAccount(MemoryMappedFile file)
    {
        // Never closed: threads write to it as long as there are any.
        _view = file.CreateViewAccessor(0, FileBytes);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => _view.Write(0, Closed);
    }

    /// <summary>Opens the account of the process with this name. Null if that cannot be: the process does without.</summary>
    public static TurnAccount? TryOpen(string folder, string name, ILogger logger, out TurnMark[] left)
    {
        left = [];
        var path = Path.Combine(Path.GetFullPath(folder), $"running-{string.Concat(name.Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '_'))}");
        try
        {
            Directory.CreateDirectory(folder);
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var account = new TurnAccount(MemoryMappedFile.CreateFromFile(stream, null, FileBytes, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false));
            left = account.ReadAndClear();
            return account;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            LogNoAccount(logger, path, exception.Message);
            return null;
        }
    }

    /// <summary>A place to write to; one that writes nothing when all are taken.</summary>
    public Place Take()
    {
        lock (_free)
        {
            return new Place(this, _free.TryPop(out var index) ? index : 0);
        }
    }

    /// <summary>What is left of the process before, which is nothing to wonder about if that ended as it should.</summary>
    private TurnMark[] ReadAndClear()
    {
        var died = _view.ReadInt64(0) != Closed;
        _view.Write(0, 0L);
        var marks = new HashSet<TurnMark>();
        var bytes = new byte[PlaceBytes];
        for (var offset = PlaceBytes; offset < FileBytes; offset += PlaceBytes)
        {
            _view.ReadArray(offset, bytes, 0, PlaceBytes);
            var (length, messageId) = (BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(sizeof(int))));
            if (died && length is > 0 and <= PlaceBytes - HeadBytes
                && Encoding.UTF8.GetString(bytes, HeadBytes, length).Split('\n') is [var service, var id]
                && GrainId.TryParse(id, null, out var grain))
            {
                marks.Add(new TurnMark(grain, service, messageId));
            }

            if (length != 0)
            {
                _view.Write(offset, 0L);
            }
        }

        return [.. marks];
    }

    [LoggerMessage(LogLevel.Warning, "No account of what runs can be kept in {Path}, so that nobody will know what this process was busy with if it dies: {Reason}")]
    private static partial void LogNoAccount(ILogger logger, string path, string reason);

    /// <summary>A place of one thread, or of one turn that waits.</summary>
    internal sealed class Place(TurnAccount account, int index)
    {
        /// <summary>The label, not the grain: a thread that has nothing to do must not keep what a grain had in memory.</summary>
        private byte[]? _written;

        public TurnAccount Account => account;

        public void Write(WatchedGrain grain, int messageId)
        {
            var label = grain.Label;
            if (index == 0 || label.Length > PlaceBytes - HeadBytes)
            {
                return;
            }

            var view = account._view.SafeMemoryMappedViewHandle;
            if (!ReferenceEquals(_written, label))
            {
                view.WriteSpan<byte>(Offset + HeadBytes, label);
                _written = label;
            }

            view.Write(Offset, ((long)messageId << 32) | (uint)label.Length);
        }

        public void Clear()
        {
            if (index > 0)
            {
                account._view.SafeMemoryMappedViewHandle.Write(Offset, 0L);
            }
        }

        public void Return()
        {
            if (index > 0)
            {
                lock (account._free)
                {
                    account._free.Push(index);
                }
            }
        }

        private ulong Offset => (ulong)index * PlaceBytes;
    }
}
