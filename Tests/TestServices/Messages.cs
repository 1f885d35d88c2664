namespace GameCluster.Tests.TestServices;

internal sealed record Identity(string Session, string? Player, string? Room);

internal sealed record CloseRequest(string Reason);

internal sealed record CountReply(int Count);

internal sealed record DelayRequest(int Milliseconds);

internal sealed record NumberRequest(int Number);

internal sealed record PushRequest(string Session, string Text);

internal sealed record PushReply(string Result);

internal sealed record TextMessage(string Text);

internal sealed record RoomRequest(string Room);

internal sealed record StageMessage(string Text, int Count);

internal sealed record BookingRequest(string Text, long Amount);

internal sealed record BookedMessage(string Text, long Place, long? Epoch, string? Silo);

internal sealed record AccountReply(long Place, long Balance, long? Epoch, string? Silo);

internal sealed record VisitReply(string Player, int Visits);

internal sealed record Notices(string[] Services);
