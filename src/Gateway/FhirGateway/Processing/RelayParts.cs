using FhirGateway.Normalization;
using FhirGateway.Publications;

namespace FhirGateway.Processing;

/// <summary>What the relay works with: state, committed streams, bodies, the wake-up of streams, the channel out and the clock.</summary>
public sealed record RelayParts(
    IStateStore Store, IStreamLog Streams, IBodyStore Bodies, StreamSignals Signals, IDeliveryChannel Channel, RelayOptions Options, TimeProvider Clock);
