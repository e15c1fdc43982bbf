Console.WriteLine("FHIR gateway");
return 0;
