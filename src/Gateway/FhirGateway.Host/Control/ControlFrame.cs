namespace FhirGateway.Host.Control;

/// <summary>What a frame on the control socket carries: one byte of kind, four bytes of length (big-endian), the bytes.</summary>
internal enum ControlFrame : byte
{
    /// <summary>UTF-8 for standard output.</summary>
    Out = 1,

    /// <summary>UTF-8 for standard error.</summary>
    Error = 2,

    /// <summary>Four bytes: the exit code, big-endian. The last frame.</summary>
    Exit = 3,
}
