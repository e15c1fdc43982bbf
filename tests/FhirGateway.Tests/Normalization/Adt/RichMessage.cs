using System.Text;
using FhirGateway.Tests.Hl7v2;

namespace FhirGateway.Tests.Normalization.Adt;

/// <summary>An admission with every segment that is converted: the golden pair of that name.</summary>
internal static class RichMessage
{
    public static readonly string[] Segments = File.ReadAllLines(
        Path.Combine(SharedData.Root(), "tests", "FhirGateway.Tests", "Normalization", "Adt", "golden", "A01-every-segment.hl7"));

    public static byte[] Bytes(IEnumerable<string> segments) => Encoding.UTF8.GetBytes(string.Join('\r', segments) + "\r");
}
