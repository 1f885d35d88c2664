using System.Globalization;
using System.Net;
using System.Text;

namespace GameCluster.LoadTest.Chaos.Reports;

/// <summary>Draws a timeline as SVG: the faults as bars, below them what players saw, all on one axis of time.</summary>
internal sealed class TimelineChart
{
    private const double Width = 1080;
    private const double Gutter = 132;
    private const double RightMargin = 12;
    private const double LaneHeight = 22;
    private const double BarHeight = 14;
    private const double PanelHeight = 84;
    private const double PanelGap = 34;
    private const double LetterWidth = 6.4;
    private const double BoldLetterWidth = 7.3;
    private const double LeastBar = 4;

    private readonly StringBuilder _svg = new();
    private readonly Timeline _timeline;
    private readonly double _length;
    private readonly int _tickSeconds;
    private double _y = 8;

    private TimelineChart(Timeline timeline)
    {
        _timeline = timeline;
        _length = Math.Max(1, timeline.Seconds.Count);
        _tickSeconds = new[] { 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600 }.FirstOrDefault(candidate => _length / candidate <= 12, 3600);
    }

    public static string Draw(Timeline timeline)
    {
        var chart = new TimelineChart(timeline);
        chart.DrawFaults();
        chart.Counts("answers per second", ("answered", "good", static second => second.Done), ("error or never", "bad", static second => second.Failed));
        chart.Counts("deliveries per second", ("delivered", "good", static second => second.Delivered));
        chart.Latencies();
        chart.Counts("sessions connected", ("connected", "calm", static second => second.Sessions));
        chart.DrawAxis();
        return Text($"""<svg class="timeline" viewBox="0 0 {Width} {chart._y}" role="img" aria-label="Faults and what players saw, second by second">{chart._svg}</svg>""");
    }

    private void DrawFaults()
    {
        foreach (var lane in _timeline.Faults.SelectMany(static fault => fault.Target.Split(", ").Select(target => (Target: target, Fault: fault))).GroupBy(static entry => entry.Target).OrderBy(static lane => lane.Key, StringComparer.Ordinal))
        {
            var middle = _y + (LaneHeight / 2);
            Add($"""<text class="name" x="{Gutter - 10}" y="{middle + 4}" text-anchor="end">{Html(lane.Key)}</text>""");
            Add($"""<line class="grid" x1="{Gutter}" x2="{Width - RightMargin}" y1="{middle}" y2="{middle}"/>""");
            var bars = lane.Select(static entry => entry.Fault).OrderBy(static fault => fault.At).ToList();
            for (var i = 0; i < bars.Count; i++)
            {
                DrawFault(bars[i], i + 1 < bars.Count ? X(bars[i + 1].At) : Width - RightMargin, middle);
            }

            _y += LaneHeight;
        }
    }

    private void DrawFault(FaultSpan fault, double nextX, double middle)
    {
        var (x, width) = (X(fault.At), Math.Max(LeastBar, X(fault.Until) - X(fault.At)));
        var title = Text($"{fault.Kind} {fault.Target}, from {fault.At:0.0} s to {fault.Until:0.0} s. Longest pause of a player {fault.Noticed.LongestMs / 1000:0.00} s; {fault.Noticed.Disturbed} of {fault.Noticed.Players} waited for over a second.");
        Add($"""<rect class="fault" x="{x}" y="{middle - (BarHeight / 2)}" width="{width}" height="{BarHeight}" rx="3"><title>{Html(title)}</title></rect>""");
        var label = fault.Kind.Length * LetterWidth;
        if (width >= label + 8)
        {
            Add($"""<text class="onfault" x="{x + 5}" y="{middle + 4}">{Html(fault.Kind)}</text>""");
        }
        else if (x + width + 4 + label < nextX)
        {
            Add($"""<text class="label" x="{x + width + 4}" y="{middle + 4}">{Html(fault.Kind)}</text>""");
        }
    }

    private void Counts(string title, params (string Name, string Class, Func<Second, int> Value)[] series)
    {
        var most = Nice(_timeline.Seconds.Select(second => series.Sum(one => one.Value(second))).DefaultIfEmpty().Max());
        var bottom = Panel(title, [.. series.Select(static one => (one.Name, one.Class))], [(0, "0"), (0.5, Text($"{most / 2:0.#}")), (1, Text($"{most:0.#}"))]);
        var step = (Width - Gutter - RightMargin) / _length;
        foreach (var second in _timeline.Seconds)
        {
            var below = 0.0;
            foreach (var (name, css, value) in series)
            {
                var height = value(second) / most * PanelHeight;
                if (height > 0)
                {
                    Add($"""<rect class="{css}" x="{X(second.At)}" y="{bottom - below - height}" width="{Math.Max(0.5, step - (step > 4 ? 1 : 0))}" height="{height}"><title>{second.At} s: {value(second)} {Html(name)}</title></rect>""");
                }

                below += height;
            }
        }
    }

    /// <summary>On a logarithmic scale: a pause of seconds and answers of milliseconds are both to be seen.</summary>
    private void Latencies()
    {
        const double Least = 1;
        const double Decades = 5;
        var bottom = Panel(
            "95th percentile, logarithmic", [("request to answer", "line-a"), ("publish to delivery", "line-b")], [(0, "1 ms"), (1 / Decades, "10 ms"), (2 / Decades, "100 ms"), (3 / Decades, "1 s"), (4 / Decades, "10 s")]);
        Line("line-a", static second => second.AnswerP95Ms);
        Line("line-b", static second => second.DeliveryP95Ms);

        void Line(string css, Func<Second, double?> value)
        {
            var path = new StringBuilder();
            var isGap = true;
            foreach (var second in _timeline.Seconds)
            {
                if (value(second) is not { } milliseconds)
                {
                    isGap = true;
                    continue;
                }

                var y = bottom - (Math.Clamp(Math.Log10(Math.Max(Least, milliseconds)) / Decades, 0, 1) * PanelHeight);
                path.Append(Text($"{(isGap ? 'M' : 'L')}{X(second.At + 0.5):0.##} {y:0.##}"));
                isGap = false;
            }

            Add($"""<path class="{css}" d="{path}"/>""");
        }
    }

    /// <summary>The frame of a panel.</summary>
    /// <returns>Where its bottom is.</returns>
    private double Panel(string title, (string Name, string Class)[] legend, (double Share, string Label)[] ticks)
    {
        var top = _y + PanelGap;
        var bottom = top + PanelHeight;
        Add($"""<text class="title" x="{Gutter}" y="{top - 9}">{Html(title)}</text>""");
        var x = Gutter + (title.Length * BoldLetterWidth) + 16;
        foreach (var (name, css) in legend.Length > 1 ? legend : [])
        {
            Add($"""<rect class="key-{css}" x="{x}" y="{top - 17}" width="9" height="9" rx="2"/><text class="label" x="{x + 14}" y="{top - 9}">{Html(name)}</text>""");
            x += (name.Length * LetterWidth) + 34;
        }

        foreach (var fault in _timeline.Faults)
        {
            Add($"""<rect class="band" x="{X(fault.At)}" y="{top}" width="{Math.Max(1, X(fault.Until) - X(fault.At))}" height="{PanelHeight}"/>""");
        }

        for (var second = 0; second <= _length; second += _tickSeconds)
        {
            Add($"""<line class="grid" x1="{X(second)}" x2="{X(second)}" y1="{top}" y2="{bottom}"/>""");
        }

        foreach (var (share, label) in ticks)
        {
            var y = bottom - (share * PanelHeight);
            Add($"""<line class="grid" x1="{Gutter}" x2="{Width - RightMargin}" y1="{y}" y2="{y}"/><text class="tick" x="{Gutter - 10}" y="{y + 4}" text-anchor="end">{Html(label)}</text>""");
        }

        _y = bottom;
        return bottom;
    }

    private void DrawAxis()
    {
        for (var second = 0; second <= _length; second += _tickSeconds)
        {
            Add($"""<text class="tick" x="{X(second)}" y="{_y + 19}" text-anchor="middle">{second} s</text>""");
        }

        _y += 28;
    }

    private static double Nice(int most)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(1, most))));
        return new[] { 1, 2, 4, 6, 8, 10 }.Select(factor => factor * power).First(nice => nice >= most);
    }

    private double X(double seconds) => Gutter + (seconds / _length * (Width - Gutter - RightMargin));

    private void Add(FormattableString svg) => _svg.AppendLine(Text(svg));

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
