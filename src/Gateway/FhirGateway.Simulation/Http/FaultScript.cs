namespace FhirGateway.Simulation.Http;

/// <summary>What a server does wrong, by path and time.</summary>
public sealed class FaultScript
{
    private readonly Lock gate = new();
    private readonly List<Rule> rules = [];

    /// <summary>Requests that were spoiled so far.</summary>
    public int Applied { get; private set; }

    /// <summary>Rules that no request ever met: a test that counts on one proves nothing.</summary>
    public int Unmet
    {
        get
        {
            lock (gate)
                return rules.Count(r => !r.IsMet);
        }
    }

    /// <summary>Spoils requests whose path contains a text; of several rules that fit, the oldest that is not used up is taken.</summary>
    /// <param name="pathPart">Part of the path, case and all; empty for every request.</param>
    /// <param name="fault">What happens.</param>
    /// <param name="times">How often; null for always.</param>
    /// <param name="skip">How many requests that fit are served before.</param>
    /// <param name="method">Only this method; null for all.</param>
    public FaultScript Add(string pathPart, ServerFault fault, int? times = 1, int skip = 0, string? method = null)
    {
        lock (gate)
            rules.Add(new Rule(pathPart, fault, method) { Left = times ?? int.MaxValue, Skip = skip });
        return this;
    }

    public void Clear()
    {
        lock (gate)
            rules.Clear();
    }

    internal ServerFault? Next(RecordedRequest request)
    {
        lock (gate)
        {
            foreach (var rule in rules)
            {
                if (rule.Left == 0 || (rule.Method is { } method && method != request.Method) || !request.Path.Contains(rule.PathPart, StringComparison.Ordinal))
                    continue;
                if (rule.Skip > 0)
                {
                    rule.Skip--;
                    continue;
                }

                rule.Left = rule.Left == int.MaxValue ? int.MaxValue : rule.Left - 1;
                rule.IsMet = true;
                Applied++;
                return rule.Fault;
            }

            return null;
        }
    }

    private sealed record Rule(string PathPart, ServerFault Fault, string? Method)
    {
        public int Left { get; set; }
        public int Skip { get; set; }
        public bool IsMet { get; set; }
    }
}
