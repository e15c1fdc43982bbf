using System.Text;

namespace FhirGateway.Normalization;

/// <summary>The path of a date of service: one element, or a first and a last day in two.</summary>
internal sealed record ServicePath(byte[][] Steps, byte[]? EndStep)
{
    public static ServicePath Parse(string path)
    {
        var parts = path.Split("..");
        return new(
            [.. parts[0].Split('.').Select(Encoding.UTF8.GetBytes)],
            parts.Length == 2 ? Encoding.UTF8.GetBytes(parts[1]) : null);
    }
}
