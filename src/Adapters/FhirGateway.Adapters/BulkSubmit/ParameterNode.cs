using System.Collections.Immutable;
using System.Text.Json;

namespace FhirGateway.Adapters.BulkSubmit;

/// <summary>One parameter of a Parameters resource: a value or parts.</summary>
/// <param name="Name">Parameters.parameter.name.</param>
/// <param name="Type">What follows "value" in the property's name, such as "String"; empty for parts.</param>
/// <param name="Value">The value; undefined for parts.</param>
/// <param name="Parts">Its parts; empty for a value.</param>
internal sealed record ParameterNode(string Name, string Type, JsonElement Value, ImmutableArray<ParameterNode> Parts);
