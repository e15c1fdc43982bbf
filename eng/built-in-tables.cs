#:project ../src/Gateway/FhirGateway.Fhir/FhirGateway.Fhir.csproj
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
// Makes the tables that are built in from the packages that they state the facts of:
//   dotnet run eng/built-in-tables.cs FOLDER-WITH-PACKAGES src/Gateway/FhirGateway.Fhir/BuiltIn/Tables
using System.Text;
using FhirGateway.Fhir.BuiltIn;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: dotnet run eng/built-in-tables.cs FOLDER-WITH-PACKAGES FOLDER-OF-TABLES");
    return 2;
}
foreach (var (file, text) in BuiltInTables.Make(args[0]))
{
    File.WriteAllText(Path.Combine(args[1], file), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    Console.Error.WriteLine($"{file}: {text.Length} characters");
}
return 0;
