using FhirGateway.Benchmarks;

return args switch
{
    ["mllp", .. var rest] => await MllpBench.RunAsync(rest),
    ["import", .. var rest] => await ImportBench.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: mllp [SECONDS [RATE]] | import [MEGABYTES]");
    return 2;
}
