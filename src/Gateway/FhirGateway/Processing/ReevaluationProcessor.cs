using FhirGateway.Normalization;
using FhirGateway.Organizations;

namespace FhirGateway.Processing;

/// <summary>Judges persons anew whose links, attributions, agreements, opt-outs or days changed, in short transactions.</summary>
public sealed class ReevaluationProcessor(
    IStateStore store, IBodyStore bodies, CurrentDirectory directory, WorkSignal signal, TimeProvider clock)
{
    private const int PersonsPerTransaction = 20;
    private const int ResourcesPerTransaction = 100;
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await SweepAsync(cancellationToken);
                if (!await StepAsync(cancellationToken))
                    await signal.WaitAsync(Idle, cancellationToken);
            }
            catch (IOException)
            {
                // The disk is full or gone: what was queued stays queued until it is mended. The store logs through the lanes.
                await Task.Delay(RetryAfter, clock, cancellationToken);
            }
        }
    }

    /// <summary>One transaction of work; false if there was none.</summary>
    public Task<bool> StepAsync(CancellationToken cancellationToken) =>
        store.WriteAsync(StateLane.Bulk, Step, cancellationToken);

    private bool Step(IStateTransaction tx)
    {
        var publisher = new Publisher(tx, directory.Value, bodies, clock.GetUtcNow());
        var signals = new VisitSignalWriter(tx, publisher);
        var budget = ResourcesPerTransaction;
        for (var persons = 0; persons < PersonsPerTransaction && budget > 0; persons++)
        {
            if (tx.Reevaluations.Next() is not { } next)
                return persons > 0;
            var resources = tx.Resources.OfPerson(next.Person, next.After, budget);
            foreach (var resource in resources)
            {
                publisher.WithdrawFromStrangers(resource, next.Person);
                publisher.Evaluate(publisher.Claims.Relink(resource, next.Person), next.Person);
            }

            if (resources.Count < budget)
            {
                // Now that everyone has the visits themselves: what they say together.
                signals.CatchUp(next.Person, AdtCause.Of("link", clock.GetUtcNow()));
                tx.Reevaluations.Complete(next.Person);
            }
            else
            {
                tx.Reevaluations.Advance(next.Person, resources[^1].Number);
            }

            budget -= resources.Count;
        }

        return true;
    }

    /// <summary>A new day opens attributions that start on it, and those whose notice is over.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (sweptOn == today)
            return;
        await store.WriteAsync(StateLane.Bulk, tx =>
        {
            var swept = tx.Messages.SweptOn ?? today;
            foreach (var person in tx.Attributions.OpeningBetween(swept, today))
                tx.Reevaluations.Enqueue(person);
            tx.Messages.SweptOn = today;
            return true;
        }, cancellationToken);
        sweptOn = today;
    }

    private DateOnly? sweptOn;
}
