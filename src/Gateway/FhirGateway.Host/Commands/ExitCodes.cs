namespace FhirGateway.Host.Commands;

/// <summary>What a verb returns.</summary>
internal static class ExitCodes
{
    public const int Fine = 0;

    /// <summary>Done, and something was found: rows rejected, lines held, a message refused, an audit fault.</summary>
    public const int Findings = 1;

    /// <summary>Not done: wrong usage, or input that cannot be read.</summary>
    public const int Usage = 2;
}
