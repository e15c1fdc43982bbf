using System.Text.Json.Serialization;
using FhirGateway.Contracts;

namespace FhirGateway.Simulation.Participants;

[JsonSerializable(typeof(StreamEntry))]
internal sealed partial class StreamJson : JsonSerializerContext;
