using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace FhirGateway.Adapters.Kafka;

/// <summary>The section <c>Gateway:Kafka</c> as read: options that can be used, or every fault in it; neither where Kafka is not configured.</summary>
public sealed record KafkaConfiguration(KafkaOptions? Options, ImmutableArray<string> Faults)
{
    private static readonly KafkaConfiguration Absent = new(null, []);

    /// <summary>Reads and checks the section as a whole.</summary>
    public static KafkaConfiguration Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(KafkaOptions.Section);
        if (string.IsNullOrWhiteSpace(section[nameof(KafkaOptions.BootstrapServers)]))
            return Absent;
        var options = new KafkaOptions();
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException e)
        {
            return new KafkaConfiguration(null, [e.Message]);
        }

        var results = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true)
            ? new KafkaConfiguration(options, [])
            : new KafkaConfiguration(null, [.. results.Select(f => $"{KafkaOptions.Section}:{f.MemberNames.FirstOrDefault()}: {f.ErrorMessage}")]);
    }
}
