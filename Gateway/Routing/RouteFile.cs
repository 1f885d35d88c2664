using System.Threading.Channels;
using GameCluster.Routing;

namespace GameCluster.Gateway.Routing;

/// <summary>
/// A text file and the news that it may have changed. Editors replace files, mounted configuration swaps links and some file systems tell nothing, so the news
/// is only a hint to read it: the caller also reads now and then, and compares what it has read.
/// </summary>
internal sealed class RouteFile : IDisposable
{
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly FileSystemWatcher? _watcher;

    public RouteFile(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        _watcher = TryWatch(System.IO.Path.GetDirectoryName(Path)!);
    }

    public string Path { get; }

    /// <summary>The file's text, no more of it than one character above what a route document may have.</summary>
    public async Task<string> ReadAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var text = new char[(int)Math.Min(reader.BaseStream.Length, RouteDocumentJson.MaxLength) + 1];
        var length = await reader.ReadBlockAsync(text, cancellationToken);
        return new string(text, 0, length);
    }

    /// <summary>Returns on news, or after <paramref name="atMost"/>.</summary>
    public async Task WaitForNewsAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var news = _news.Reader.WaitToReadAsync(stop.Token).AsTask();
        await Task.WhenAny(news, Task.Delay(atMost, time, stop.Token));
        _news.Reader.TryRead(out _);
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Dispose() => _watcher?.Dispose();

    private FileSystemWatcher? TryWatch(string folder)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            // Every file of the folder: a swapped link has another name than the file behind it.
            watcher = new FileSystemWatcher(folder);
            watcher.Changed += OnNews;
            watcher.Created += OnNews;
            watcher.Renamed += OnNews;
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            // No such folder, or the system's limit of watchers is reached: reading now and then has to do.
            watcher?.Dispose();
            return null;
        }
    }

    private void OnNews(object sender, FileSystemEventArgs e) => _news.Writer.TryWrite(true);
}
