using System.Text;

namespace FhirGateway.Messages;

/// <summary>Which segments a message has, found without reading them.</summary>
internal readonly record struct SegmentSurvey(int Headers, int Patients, bool HasVisit, bool HasMerge, bool EndsOpen, string? Event)
{
    public bool HasPatient => Patients > 0;

    public static SegmentSurvey Of(ReadOnlySpan<byte> message, byte separator)
    {
        var (headers, patients, visit, merge) = (0, 0, false, false);
        string? trigger = null;
        var rest = message;
        while (!rest.IsEmpty)
        {
            if (rest.Length > 3 && rest[3] == separator)
            {
                switch (rest[..3])
                {
                    case [(byte)'M', (byte)'S', (byte)'H']:
                        headers++;
                        break;
                    case [(byte)'P', (byte)'I', (byte)'D']:
                        patients++;
                        break;
                    case [(byte)'P', (byte)'V', (byte)'1']:
                        visit = true;
                        break;
                    case [(byte)'M', (byte)'R', (byte)'G']:
                        merge = true;
                        break;
                    case [(byte)'E', (byte)'V', (byte)'N']:
                        trigger ??= FirstField(rest[4..], separator);
                        break;
                }
            }
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0)
                return new SegmentSurvey(headers, patients, visit, merge, EndsOpen: true, trigger);
            rest = rest[(end + 1)..];
        }
        return new SegmentSurvey(headers, patients, visit, merge, EndsOpen: false, trigger);
    }

    private static string? FirstField(ReadOnlySpan<byte> fields, byte separator)
    {
        var end = fields.IndexOfAny(separator, (byte)'\r', (byte)'\n');
        var value = (end < 0 ? fields : fields[..end]).Trim((byte)' ');
        return value.Length is 0 or > 20 ? null : Encoding.ASCII.GetString(value);
    }
}
