using FhirGateway.Benchmarks;
using FhirGateway.Benchmarks.Profiles;

return args switch
{
    ["mllp", .. var rest] => await MllpBench.RunAsync(rest),
    ["hl7", .. var rest] => Hl7Bench.Run(rest),
    ["bulk", .. var rest] => await BulkBench.RunAsync(rest),
    ["import", .. var rest] => await ImportBench.RunAsync(rest),
    ["profiles", .. var rest] => ProfilesBench.Run(rest),
    ["profiles-process", var what] => ProcessFigures.Run(what),
    ["fuzz", .. var rest] => FuzzBench.Run(rest),
    ["figures", .. var rest] => await FiguresBench.RunAsync(rest),
    ["soak", .. var rest] => await SoakBench.RunAsync(rest),
    ["download", .. var rest] => await DownloadBench.RunAsync(rest),
    ["convert", .. var rest] => ConvertBench.Run(rest),
    ["packages", .. var rest] => PackagesBench.Run(rest),
    ["fhirpath"] => FhirPathBench.Run(),
    ["fuzz-fhirpath", .. var rest] => FhirPathBench.Fuzz(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "usage: figures [all|ready|adt|one-connection|mllp|latency|import|mixed [SECONDS [MEGABYTES]]] | mllp [SECONDS [RATE]] | soak [HOURS] | hl7 [SECONDS] | convert [SECONDS] | import [MEGABYTES] | bulk [MEGABYTES [all|eob]] | download [MEGABYTES] | profiles [--seconds N] "
        + "| fuzz json|fhirpath|packages|all [--count N] [--seed S] | packages [CASES [FILE.tgz...]] | fhirpath | fuzz-fhirpath [CASES [SEED]]");
    return 2;
}
