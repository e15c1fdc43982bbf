using System.ComponentModel.DataAnnotations;

namespace FhirGateway.Adapters.Mllp;

/// <summary>Limits of an MLLP listener.</summary>
public sealed record MllpOptions
{
    /// <summary>Largest payload of a frame, in bytes; a larger one closes the connection.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxFrameBytes { get; init; } = 1024 * 1024;

    /// <summary>How long a TLS handshake may take from the connection on.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an open frame may go without a byte.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a frame may take from its start to its end.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may stay silent between frames. Hospitals keep connections open over quiet nights.</summary>
    public TimeSpan ConnectionIdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long to wait for the CR after an end block before the frame counts as complete without it.</summary>
    public TimeSpan TrailerTimeout { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a peer may take to accept a reply.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stop waits for messages in hand before it gives up on them.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    [Range(1, 100_000)]
    public int MaxConnections { get; init; } = 1000;

    [Range(1, 100_000)]
    public int MaxConnectionsPerPeer { get; init; } = 100;

    /// <summary>Connections that may be in their handshake at a time: strangers must not take the places of known senders.</summary>
    [Range(1, 100_000)]
    public int MaxHandshakes { get; init; } = 500;

    /// <summary>Bytes between frames that are neither blank nor a start block, per connection, before it is closed.</summary>
    [Range(0, 1024 * 1024)]
    public int MaxJunkBytes { get; init; } = 1024;
}
