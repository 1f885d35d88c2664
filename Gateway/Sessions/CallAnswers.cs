using GameCluster.Push;
using GameCluster.Services;

namespace GameCluster.Gateway.Sessions;

/// <summary>What a call's reply means to a client whose requests have numbers.</summary>
internal static class CallAnswers
{
    /// <summary>Goes through the answers of a call's handled frames: one for each request, and errors of notifies.</summary>
    public static void ForEach<T>(LaneCall call, LaneReply reply, T state, Action<T, SessionAnswer> act)
    {
        var next = 0;
        for (var i = 0; i < reply.Handled; i++)
        {
            var (number, isAnswered) = (call.Frames[i].Number, false);
            for (; next < reply.Frames.Length && reply.Frames[next].Request == i; next++)
            {
                var frame = reply.Frames[next];
                if (frame.Kind == FrameKind.Error || (frame.Kind == FrameKind.Reply && number != 0))
                {
                    isAnswered = true;
                    act(state, new SessionAnswer(number, frame.Kind, frame.MessageId, frame.Body));
                }
            }

            if (number != 0 && !isAnswered)
            {
                act(state, new SessionAnswer(number, FrameKind.Reply, call.Frames[i].MessageId, []));
            }
        }
    }

    /// <summary>All of them.</summary>
    public static List<SessionAnswer> Of(LaneCall call, LaneReply reply)
    {
        var answers = new List<SessionAnswer>();
        ForEach(call, reply, answers, static (list, answer) => list.Add(answer));
        return answers;
    }

    /// <summary>What the handlers pushed to the session itself.</summary>
    public static SessionPush[] PushesOf(LaneCall call, LaneReply reply) =>
        [.. reply.Frames.Where(static frame => frame.Kind == FrameKind.Push)
            .Select(frame => new SessionPush(frame.MessageId, frame.Body, frame.Class, Request: call.Frames[frame.Request].Number))];
}
