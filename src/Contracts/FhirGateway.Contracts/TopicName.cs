namespace FhirGateway.Contracts;

/// <summary>Kafka topic names: <c>prefix.participant.stream.v1</c>. Built from ids, never from display names.</summary>
public static class TopicName
{
    public static string Of(string prefix, string participant, string stream) => $"{prefix}.{participant}.{stream}.v1";
}
