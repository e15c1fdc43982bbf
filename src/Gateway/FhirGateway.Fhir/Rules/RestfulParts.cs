namespace FhirGateway.Fhir.Rules;

/// <summary>Where the parts of <c>[base]/[type]/[id]/_history/[version]</c> stand in its text.</summary>
/// <param name="TypeAt">Where the type begins; what is before it is the base with its slash.</param>
/// <param name="IdAt">Where the id begins.</param>
/// <param name="End">Behind the id.</param>
/// <param name="VersionLength">Length of the version; 0 if there is none.</param>
internal readonly record struct RestfulParts(int TypeAt, int IdAt, int End, int VersionLength)
{
    public bool IsRelative => TypeAt == 0;

    public ReadOnlySpan<byte> Type(ReadOnlySpan<byte> uri) => uri[TypeAt..(IdAt - 1)];

    public ReadOnlySpan<byte> Id(ReadOnlySpan<byte> uri) => uri[IdAt..End];

    /// <summary>Type and id, <c>Patient/1</c>.</summary>
    public ReadOnlySpan<byte> TypeAndId(ReadOnlySpan<byte> uri) => uri[TypeAt..End];

    public ReadOnlySpan<byte> Base(ReadOnlySpan<byte> uri) => uri[..TypeAt];

    public ReadOnlySpan<byte> Version(ReadOnlySpan<byte> uri) => VersionLength == 0 ? default : uri[(End + 10)..];
}
