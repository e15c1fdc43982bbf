using System.Collections.Immutable;

namespace FhirGateway.Simulation.Payers.Servers;

/// <summary>How a simulated payer's server behaves when nothing goes wrong.</summary>
public sealed record PayerServerOptions
{
    public PayerDialect Dialect { get; init; } = PayerDialect.Stu2;

    /// <summary>Clients that get tokens; none means that the server is open to all.</summary>
    public ImmutableArray<PayerClient> Clients { get; init; } = [];

    /// <summary>Life of a token; SMART asks for five minutes at most.</summary>
    public TimeSpan TokenLifetime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether files ask for the token; if not, their URLs are signed and a token sent to them is a leak, which is noted.</summary>
    public bool FilesNeedToken { get; init; } = true;

    /// <summary>Whether the files lie at an origin of their own.</summary>
    public bool FilesApart { get; init; }

    /// <summary>Whether files are compressed for a client that takes it.</summary>
    public bool Gzip { get; init; } = true;

    /// <summary>Polls answered 202 before the manifest comes.</summary>
    public int PollsUntilDone { get; init; } = 1;

    /// <summary>Retry-After of a 202; null for none.</summary>
    public string? RetryAfter { get; init; } = "1";

    /// <summary>Whether a 202 carries what is there already (STU3 and later).</summary>
    public bool Partial { get; init; }

    /// <summary>Files on a page of the manifest; null for one page.</summary>
    public int? FilesPerPage { get; init; }
    public int LinesPerFile { get; init; } = 100_000;

    /// <summary>Whether the manifest tells count and size of its files.</summary>
    public bool TellsCounts { get; init; } = true;

    /// <summary>Whether <c>$provider-member-match</c> answers by a manifest later instead of at once.</summary>
    public bool MatchesLater { get; init; }

    /// <summary>Jobs of one client at a time; one more is answered 429.</summary>
    public int MostJobs { get; init; } = 100;
}
