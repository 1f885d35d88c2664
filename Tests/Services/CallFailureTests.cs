using GameCluster.Services;

namespace GameCluster.Tests.Services;

/// <summary>What is told apart decides whether a message is sent again: an error of judgement handles it twice, or refuses what could have been handled.</summary>
internal sealed class CallFailureTests
{
    [TestCase(typeof(TimeoutException), DeliveryFailure.Unknown)]
    [TestCase(typeof(SiloUnavailableException), DeliveryFailure.Unknown)]
    [TestCase(typeof(InvalidOperationException), DeliveryFailure.Unknown, Description = "out of an activation")]
    [TestCase(typeof(OrleansException), DeliveryFailure.NotDelivered, Description = "no silo for the grain")]
    [TestCase(typeof(OperationCanceledException), DeliveryFailure.NotDelivered, Description = "a look-up ended by a change of members")]
    [TestCase(typeof(TaskCanceledException), DeliveryFailure.NotDelivered, Description = "the same")]
    public void Classify_Exception_SaysWhetherTheCallCanHaveArrived(Type exception, DeliveryFailure expected) =>
        Assert.That(CallFailure.Classify((Exception)Activator.CreateInstance(exception)!), Is.EqualTo(expected));

    [Test]
    public void Classify_GrainThatRefuses_HasNotDoneIt() => Assert.That(CallFailure.Classify(new CallRefusedException("away")), Is.EqualTo(DeliveryFailure.NotDelivered));
}
