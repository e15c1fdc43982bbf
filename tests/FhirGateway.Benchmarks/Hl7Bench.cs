using System.Diagnostics;
using System.Globalization;
using System.Text;
using FhirGateway.Hl7v2;

namespace FhirGateway.Benchmarks;

/// <summary>
/// Messages a second on one thread: parse an A01 of 1.4 to 1.5 kB and read MSH-10, every repetition of PID-3 with its authority and type,
/// PID-5, PV1-19, PV1-44 and the last segment, unescaped. Beside it, in turns, the same read as everybody first writes it: split the
/// text into arrays, then replace the escapes. Both read the same; that is checked.
/// </summary>
internal static class Hl7Bench
{
    private const int Rounds = 9;

    public static int Run(string[] args)
    {
        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        var messages = Enumerable.Range(0, 64).Select(i => Encoding.UTF8.GetBytes(Message(i))).ToArray();
        foreach (var message in messages)
        {
            if (Read(message) != SplitRead(message))
                throw new InvalidOperationException($"the two readers differ: {Read(message)} and {SplitRead(message)}");
        }

        Rate(messages, Read, 0.5);
        Rate(messages, SplitRead, 0.5);
        var (ours, split) = (new List<double>(), new List<double>());
        for (var i = 0; i < Rounds; i++)
        {
            ours.Add(Rate(messages, Read, seconds));
            split.Add(Rate(messages, SplitRead, seconds));
        }

        Console.WriteLine($"A01 of {messages.Min(m => m.Length)} to {messages.Max(m => m.Length)} bytes, one thread, {Rounds} rounds of {seconds:0.#} s in turns:");
        Print("parse and read", ours, Allocated(messages, Read));
        Print("by splitting  ", split, Allocated(messages, SplitRead));
        ours.Sort();
        split.Sort();
        Console.WriteLine($"  {ours[Rounds / 2] / split[Rounds / 2]:0.0} times as fast; a second of processor time reads {Own(messages, seconds):N0}, which a busy machine changes less");
        return ours[Rounds / 2] >= 150_000 ? 0 : 1;
    }

    private static void Print(string what, List<double> rates, long allocated)
    {
        var sorted = rates.Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: median {sorted[sorted.Count / 2]:N0}/s, least {sorted[0]:N0}, most {sorted[^1]:N0}; {allocated:N0} bytes allocated a message"));
    }

    private static double Rate(byte[][] messages, Func<byte[], int> read, double seconds)
    {
        var (count, sum) = (0L, 0L);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            foreach (var message in messages)
                sum += read(message);
            count += messages.Length;
        }

        var elapsed = watch.Elapsed.TotalSeconds;
        return sum == 0 ? throw new InvalidOperationException("nothing was read") : count / elapsed;
    }

    private static double Own(byte[][] messages, double seconds)
    {
        var (process, count) = (Process.GetCurrentProcess(), 0L);
        var before = process.TotalProcessorTime;
        TimeSpan used;
        do
        {
            foreach (var message in messages)
                Read(message);
            count += messages.Length;
            used = count % (messages.Length * 256) == 0 ? process.TotalProcessorTime - before : TimeSpan.Zero;
        }
        while (used.TotalSeconds < seconds);
        return count / used.TotalSeconds;
    }

    private static long Allocated(byte[][] messages, Func<byte[], int> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var message in messages)
            read(message);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / messages.Length;
    }

    /// <summary>The length of all that was read, so that nothing is left out and both readers can be compared.</summary>
    private static int Read(byte[] bytes)
    {
        if (!Hl7Message.TryParse(bytes, out var message, out _))
            return 0;
        var read = Length(message.Header.Field(10).Text);
        var patient = message.First("PID");
        foreach (var repetition in patient.Field(3).Repetitions)
        {
            var id = new ExtendedId(repetition);
            read += Length(id.Id) + Length(id.Authority.Namespace) + Length(id.TypeCode);
        }

        var name = new PersonName(patient.Field(5));
        read += Length(name.Family) + Length(name.Given);
        var visit = message.First("PV1");
        read += Length(new ExtendedId(visit.Field(19)).Id) + Length(visit.Field(44).Text);
        var last = message.Segment(message.SegmentCount - 1);
        for (var i = 1; i <= last.FieldCount; i++)
            read += Length(last.Field(i).Text);
        return read;
    }

    private static int SplitRead(byte[] bytes)
    {
        var segments = Encoding.UTF8.GetString(bytes).Split('\r', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('|')).ToList();
        var read = Plain(segments[0][9]);
        var patient = segments.First(s => s[0] == "PID");
        foreach (var repetition in patient[3].Split('~'))
        {
            var parts = repetition.Split('^');
            read += Plain(parts[0]) + Plain(parts.ElementAtOrDefault(3)?.Split('&')[0]) + Plain(parts.ElementAtOrDefault(4));
        }

        var name = patient[5].Split('~')[0].Split('^');
        read += Plain(name[0].Split('&')[0]) + Plain(name.ElementAtOrDefault(1));
        var visit = segments.First(s => s[0] == "PV1");
        read += Plain(visit[19].Split('^')[0]) + Plain(visit[44].Split('^')[0]);
        foreach (var field in segments[^1].Skip(1))
            read += Plain(field.Split('~')[0].Split('^')[0].Split('&')[0]);
        return read;
    }

    private static int Plain(string? value) => value is null or "\"\"" ? 0 : value.Trim()
        .Replace("\\F\\", "|", StringComparison.Ordinal).Replace("\\S\\", "^", StringComparison.Ordinal).Replace("\\R\\", "~", StringComparison.Ordinal)
        .Replace("\\T\\", "&", StringComparison.Ordinal).Replace("\\.br\\", "\n", StringComparison.Ordinal).Replace("\\E\\", "\\", StringComparison.Ordinal).Length;

    private static int Length(string? text) => text?.Length ?? 0;

    private static string Message(int i) => string.Create(CultureInfo.InvariantCulture,
        $"MSH|^~\\&|EPICADT|NORTHHOSP|HIEGW|STATEHIE|20260301101500.123-0500||ADT^A01^ADT_A01|NH2026{i:D8}|P|2.5.1|||AL|NE|USA|UNICODE UTF-8\r"
        + $"EVN|A01|20260301101500-0500|||RSMITH^Smith^Robert|20260301101200-0500\r"
        + $"PID|1||M{i:D7}^^^NORTHHOSP&2.16.840.1.113883.19.5&ISO^MR~1EG4TE5MK{i % 100:D2}^^^CMS&2.16.840.1.113883.4.572&ISO^MC~999{i:D6}^^^SSA^SS||O\\T\\Brien-Núñez^Margaret^Anne^^Mrs^^L~Brien^Peggy^^^^^A||19480317|F||2106-3^White^CDCREC|4821 East Fictional Parkway^Apt 12B^Columbus^OH^43215-4821^USA^H^^049||^PRN^PH^^1^614^5550142~^NET^Internet^m.obrien@mail.example|^WPN^PH^^1^614^5550199|eng|M^Married^HL70002|CHR|A{i:D9}^^^NORTHHOSP^AN|||||2186-5^Not Hispanic or Latino^CDCREC||N|||||N\r"
        + $"PD1||||1234567893^Primary^Paula^^^^MD^^NPI^L^^^NPI\r"
        + $"NK1|1|O\\T\\Brien^Thomas^J|SPO^Spouse^HL70063|4821 East Fictional Parkway^Apt 12B^Columbus^OH^43215|^PRN^PH^^1^614^5550143\r"
        + $"PV1|1|I|4WEST^412^A^NORTHHOSP^^N^TOWER2^4|E^Emergency^HL70007||ED^07^^NORTHHOSP|1245319599^Attending^Alan^B^^Dr^MD^^NPI^L^^^NPI|1972500001^Referring^Rita^^^^MD^^NPI|||MED||||7|||1245319599^Attending^Alan^B^^Dr^MD^^NPI|IP|V{i:D9}^^^NORTHHOSP&2.16.840.1.113883.19.5&ISO^VN|MCR|||||||||||||||||||NORTHHOSP|||||20260301101000-0500\r"
        + $"PV2||PRIVATE|R07.9^Chest pain, unspecified^I10C|||||20260301|20260304|3||Chest pain\\.br\\rule out MI\r"
        + $"AL1|1|DA^Drug allergy^HL70127|7980^Penicillin G^RXNORM|SV|Hives~Swelling|20050101\r"
        + $"DG1|1||R07.9^Chest pain, unspecified^I10C|Chest pain \\T\\ dyspnea \\F\\ acute|20260301101500|A|||||||||1|1245319599^Attending^Alan^^^^MD\r");
}
