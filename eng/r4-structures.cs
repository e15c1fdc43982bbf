#:project ../src/Gateway/FhirGateway.Fhir/FhirGateway.Fhir.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// Writes the structure table that the gateway starts with:
//   dotnet run eng/r4-structures.cs hl7.fhir.r4.core-4.0.1.tgz > src/Gateway/FhirGateway.Fhir/Structure/Tables/r4-structures.tsv
using FhirGateway.Fhir.Structure;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: dotnet run eng/r4-structures.cs PACKAGE.tgz > r4-structures.tsv");
    return 2;
}
using var package = File.OpenRead(args[0]);
Console.Out.Write(StructureTableWriter.Write(package));
return 0;
