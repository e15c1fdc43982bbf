namespace FhirGateway.Tests.Processing;

/// <summary>One message about a visit, as a hospital writes it.</summary>
internal sealed record VisitMessage(string Trigger, string Control, string Time)
{
    public string Visit { get; init; } = "V1";
    public string Class { get; init; } = "I";
    public string Place { get; init; } = "4N^401^1";
    public string Prior { get; init; } = "";
    public string Source { get; init; } = "";
    public string Disposition { get; init; } = "";
    public string Admitted { get; init; } = "";
    public string Discharged { get; init; } = "";
    public string Vip { get; init; } = "";
    public string Name { get; init; } = VisitWorld.Ada;
    public string Born { get; init; } = "19500517";
    public string Mrn { get; init; } = "9";

    public override string ToString()
    {
        var pv1 = new string[46];
        Array.Fill(pv1, "");
        (pv1[1], pv1[2], pv1[3], pv1[6], pv1[7], pv1[10]) = ("1", Class, Place, Prior, "1234567893^Stone^Ida^^^^^^^^^^NPI", "MED");
        (pv1[14], pv1[16], pv1[19], pv1[36], pv1[44], pv1[45]) = (Source, Vip, Visit + "^^^MERCY^VN", Disposition, Admitted, Discharged);
        return $"MSH|^~\\&|ADT|MERCY|GW|HIE|{Time}||ADT^{Trigger}|{Control}|P|2.5.1\rEVN||{Time}\r"
            + $"PID|1||{Mrn}^^^MERCY^MR||{Name}||{Born}|F|||1 Elm St^^Denver^CO^80202\rPV1{string.Join('|', pv1)}\r";
    }
}
