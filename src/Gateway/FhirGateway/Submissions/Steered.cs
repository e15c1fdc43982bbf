namespace FhirGateway.Submissions;

/// <summary>The answer to a request to steer a submission or a job.</summary>
/// <param name="Outcome">Whether it is in force.</param>
/// <param name="Text">What was done or why not, for a person; no PHI.</param>
public sealed record Steered(SteerOutcome Outcome, string Text)
{
    public bool IsDone => Outcome == SteerOutcome.Done;
}
