using FhirGateway.Attributions;
using FhirGateway.Host;
using FhirGateway.Normalization;
using FhirGateway.Organizations;
using FhirGateway.Processing;
using FhirGateway.Simulation.Worlds;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Names = FhirGateway.Simulation.Worlds.Cast;
using Row = FhirGateway.Attributions.RosterRow;

namespace FhirGateway.Benchmarks;

/// <summary>An engine over a temporary data directory, with the organisations and rosters of a world.</summary>
internal static class BenchEngine
{
    public static async Task<Engine> StartAsync(string directory, World world)
    {
        var engine = await Engine.StartAsync(directory, null, TimeProvider.System, NullLoggerFactory.Instance, default);
        await engine.Registry.SaveAsync(new Source { Id = Names.PayerA, Kind = SourceKind.Payer }, "bench", default);
        await engine.Registry.SaveAsync(new Source { Id = Names.PayerB, Kind = SourceKind.Payer }, "bench", default);
        await engine.Registry.SaveAsync(new Source { Id = Names.Hospital, Kind = SourceKind.Hospital, Facilities = [Names.HospitalFacility] }, "bench", default);
        await engine.Registry.SaveAsync(new Participant { Id = Names.AcoEast }, "bench", default);
        await engine.Registry.SaveAsync(new Participant { Id = Names.AcoWest }, "bench", default);
        foreach (var payer in Names.Payers)
        {
            var line = 1;
            var rows = world.RosterOf(payer).Select(r => new Row
            {
                Line = ++line,
                Key = r.MemberId,
                Facts = new PatientFacts(),
                Participant = r.Participant,
                Start = r.Start,
                End = r.End,
                LocalId = r.LocalId,
            }).ToList();
            var report = await engine.Rosters.LoadRosterAsync(engine.Organizations.Value.FindSource(payer)!, "bench", rows, [], new RosterOptions(), default);
            Console.WriteLine($"roster {payer}: {report.Accepted} accepted, {report.Rejected.Length} rejected");
        }

        await engine.DrainAsync(default);
        return engine;
    }

    public static void Print(Engine engine)
    {
        var status = engine.Reader.Status();
        Console.WriteLine($"messages {status.Messages} resources {status.Resources} persons {status.Persons} records {status.SourceRecords} linked {status.Linked} audit {status.AuditRecords}");
        Console.WriteLine("held " + string.Join(", ", status.Held.Select(h => $"{h.Key} {h.Value}")) + "; streams " + string.Join(", ", status.Streams.Select(s => $"{s.Participant}/{s.Stream} {s.Events}")));
    }
}
