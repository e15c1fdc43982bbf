using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace FhirGateway.Episodes;

/// <summary>
/// What <see cref="VisitSignals"/> needs of an episode, in little room: all visits of a person are looked at when one of them changes.
/// </summary>
public static class EpisodeGlance
{
    /// <summary>First byte of the form; an opening brace begins the JSON of a whole episode, which is read as well.</summary>
    private const byte Form = 1;
    private const int MostText = 500;

    /// <summary>Status, times, classes and what sets visits apart.</summary>
    public static byte[] Write(Episode episode)
    {
        using var stream = new MemoryStream(160);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Form);
        writer.Write(episode.IsClosedByRule);
        Write(writer, episode.Status);
        Write(writer, episode.Start);
        Write(writer, episode.End);
        Write(writer, episode.Death);
        Write(writer, episode.AdmissionType);
        Write(writer, episode.AdmitSource);
        Write(writer, episode.Disposition);
        Write(writer, episode.Class.Code);
        writer.Write((byte)Math.Min(episode.Classes.Length, byte.MaxValue));
        foreach (var period in episode.Classes.Take(byte.MaxValue))
        {
            Write(writer, period.Class.Code);
            Write(writer, period.Start);
        }

        return stream.ToArray();
    }

    /// <summary>An episode of which no more is known than signals need: it has no keys, no milestones and no places.</summary>
    public static Episode Read(ReadOnlySpan<byte> glance)
    {
        if (glance[0] == '{')
            return JsonSerializer.Deserialize(glance, EpisodeJson.Default.Episode)!;
        var isClosedByRule = glance[1] != 0;
        glance = glance[2..];
        return new Episode
        {
            IsClosedByRule = isClosedByRule,
            Status = Text(ref glance) ?? "",
            Start = Time(ref glance),
            End = Time(ref glance),
            Death = Time(ref glance),
            AdmissionType = Text(ref glance),
            AdmitSource = Text(ref glance),
            Disposition = Text(ref glance),
            Class = Class(ref glance),
            Classes = Classes(ref glance),
            Key = "",
            VisitKey = "",
            PatientKey = "",
            Latest = default,
        };
    }

    private static void Write(BinaryWriter writer, string? text)
    {
        if (text is null)
        {
            writer.Write((short)-1);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(text.Length > MostText ? text[..MostText] : text);
        writer.Write((short)bytes.Length);
        writer.Write(bytes);
    }

    private static void Write(BinaryWriter writer, Moment? moment)
    {
        Write(writer, moment?.Text);
        if (moment is not { } at)
            return;
        writer.Write(at.Instant.Ticks);
        writer.Write((short)at.Instant.Offset.TotalMinutes);
    }

    private static VisitClass Class(ref ReadOnlySpan<byte> glance) => new("", Text(ref glance) ?? "", null);

    private static ImmutableArray<ClassPeriod> Classes(ref ReadOnlySpan<byte> glance)
    {
        var classes = ImmutableArray.CreateBuilder<ClassPeriod>(glance[0]);
        glance = glance[1..];
        while (classes.Count < classes.Capacity)
            classes.Add(new ClassPeriod(Class(ref glance), Time(ref glance), null));
        return classes.MoveToImmutable();
    }

    private static string? Text(ref ReadOnlySpan<byte> glance)
    {
        int length = BinaryPrimitives.ReadInt16LittleEndian(glance);
        glance = glance[2..];
        if (length < 0)
            return null;
        var text = Encoding.UTF8.GetString(glance[..length]);
        glance = glance[length..];
        return text;
    }

    private static Moment? Time(ref ReadOnlySpan<byte> glance)
    {
        if (Text(ref glance) is not { } text)
            return null;
        var ticks = BinaryPrimitives.ReadInt64LittleEndian(glance);
        var offset = TimeSpan.FromMinutes(BinaryPrimitives.ReadInt16LittleEndian(glance[8..]));
        glance = glance[10..];
        return new Moment(text, new DateTimeOffset(ticks, offset));
    }
}
