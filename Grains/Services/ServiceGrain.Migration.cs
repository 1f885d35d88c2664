using GameCluster.Migration;

namespace GameCluster.Services;

public abstract partial class ServiceGrain
{
    private const string AnswersKey = "gamecluster.answers";

    /// <summary>What a silo takes of another one's grains in one message is bounded; the answers longest unasked for stay behind.</summary>
    private const int MaxMovedBytes = 4 * 1024 * 1024;

    bool IMovable.CanMove => CanMove;

    /// <summary>Whether the grain's memory can go to another silo.</summary>
    private protected virtual bool CanMove => true;

    /// <summary>
    /// The grain moves, as its silo stops: what is added to <paramref name="dehydrationContext"/> goes along, under keys of your own. Nothing is handled any more. An override calls the base, which
    /// takes the answers along. <see cref="ServiceGrain{TState}"/> does all of that by itself.
    /// </summary>
    public virtual void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        if (_answers is { Count: > 0 })
        {
            dehydrationContext.TryAddValue(AnswersKey, _answers.ToImage(MaxMovedBytes));
        }
    }

    /// <summary>The grain has arrived from another silo, and is activated next. An override calls the base.</summary>
    public virtual void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (rehydrationContext.TryGetValue<SessionAnswersImage[]>(AnswersKey, out var image))
        {
            _answers = new AnswerBook(Clock, image);
        }
    }

    /// <summary>The answers, for a grain that keeps or moves all it knows by itself.</summary>
    private protected SessionAnswersImage[] CaptureAnswers() => _answers?.ToImage(MaxMovedBytes) ?? [];

    private protected void RestoreAnswers(SessionAnswersImage[] image) => _answers = new AnswerBook(Clock, image);
}
