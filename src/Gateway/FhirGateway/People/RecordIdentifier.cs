using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace FhirGateway.People;

/// <summary>A key by which source records find each other.</summary>
/// <param name="Key">Hash of namespace and value: equal keys are equal identifiers.</param>
/// <param name="Namespace">Fingerprint of an identifier namespace in which a human has one value; 0 for a member key, which
/// links a roster or opt-out row to Patients and never two Patients to each other.</param>
public readonly record struct RecordIdentifier(Guid Key, long Namespace)
{
    public bool IsMemberKey => Namespace == 0;

    public static RecordIdentifier Of(string system, string value) =>
        new(Hash(system, Canonical(system, value)), BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(system))) | 1);

    /// <summary>"This source's id or identifier value".</summary>
    public static RecordIdentifier OfSource(string source, string value) => new(Hash("id@" + source, value), 0);

    /// <summary>"A value assigned by this authority", case ignored.</summary>
    public static RecordIdentifier OfAuthority(string authority, string value) =>
        new(Hash("auth@" + authority.ToUpperInvariant(), value), 0);

    /// <summary>National ids are written with and without dashes.</summary>
    private static string Canonical(string system, string value) =>
        system is "http://hl7.org/fhir/sid/us-ssn" or "http://hl7.org/fhir/sid/us-mbi"
            ? string.Concat(value.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant()
            : value;

    private static Guid Hash(string system, string value) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes(system + "\n" + value)).AsSpan(0, 16));
}
