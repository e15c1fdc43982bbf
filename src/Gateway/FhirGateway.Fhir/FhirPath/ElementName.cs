using System.Text;
using FhirGateway.Fhir.Json;

namespace FhirGateway.Fhir.FhirPath;

/// <summary>The name of an element in an expression, as the tape knows names: bytes and hash, alone and as the sidecar of a primitive.</summary>
internal sealed class ElementName
{
    public ElementName(string text)
    {
        Text = text;
        Utf8 = Encoding.UTF8.GetBytes(text);
        Hash = JsonText.Hash(Utf8);
        SidecarUtf8 = [(byte)'_', .. Utf8];
        SidecarHash = JsonText.Hash(SidecarUtf8);
    }

    public string Text { get; }
    public byte[] Utf8 { get; }
    public uint Hash { get; }
    public byte[] SidecarUtf8 { get; }
    public uint SidecarHash { get; }
}
