namespace FhirGateway.Publications;

/// <summary>A topic as the broker knows it.</summary>
/// <param name="Name">Its whole name.</param>
/// <param name="TopicId">The broker's id of it, which changes when a topic is deleted and made anew; null where the broker has none.</param>
/// <param name="Partitions">How many partitions it has.</param>
/// <param name="Created">Whether this call created it.</param>
public sealed record DeliveryTopic(string Name, string? TopicId, int Partitions, bool Created);
