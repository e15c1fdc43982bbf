using System.Diagnostics;
using FhirGateway.Fhir.Json;
using FhirGateway.Fhir.Profiles;

namespace FhirGateway.Tests.Fhir.Fuzz;

/// <summary>Runs hostile JSON through the tape and the validator. Neither throws; what is wrong is a fault or a finding.</summary>
public sealed class JsonFuzz(ValidationPlans plans, IEnumerable<string> resources)
{
    /// <summary>No case of at most 16 kB takes longer, whatever else the machine does.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly JsonCases cases = new(resources);
    private readonly JsonTape tape = new();
    private readonly List<ValidationIssue> issues = [];
    private ProfileValidator validator = new(plans);

    /// <summary>Runs the cases from <paramref name="first"/> up to, not including, <paramref name="end"/>.</summary>
    public FuzzReport Run(int seed, long first, long end, CancellationToken cancellation = default)
    {
        var report = new FuzzReport();
        for (var number = first; number < end && !cancellation.IsCancellationRequested; number++)
        {
            var json = cases.Make(seed, number);
            var start = Stopwatch.GetTimestamp();
            try
            {
                RunCase(json, number, report);
            }
            catch (Exception e)
            {
                report.Fail(number, e.ToString());
                validator = new(plans);
            }
            report.Count(number, Stopwatch.GetElapsedTime(start), Limit);
        }
        return report;
    }

    private void RunCase(ReadOnlyMemory<byte> json, long number, FuzzReport report)
    {
        var fault = tape.Read(json);
        if (!fault.IsNone)
        {
            if (tape.Count != 0 || fault.Position < 0 || fault.Position > json.Length)
                report.Fail(number, $"a fault {fault} with {tape.Count} tokens");
            return;
        }
        report.Accepted++;
        issues.Clear();
        validator.Validate(tape, issues);
        foreach (var issue in issues)
            if (issue.Message.Length == 0 || issue.Key.Length == 0 || issue.Position > json.Length)
                report.Fail(number, $"a finding that says too little: {issue.Key}");
    }
}
