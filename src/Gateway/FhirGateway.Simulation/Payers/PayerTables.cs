using System.Text;
using FhirGateway.Simulation.Text;
using FhirGateway.Simulation.Worlds;

namespace FhirGateway.Simulation.Payers;

/// <summary>A payer's rosters and opt-outs as CSV (RFC 4180, UTF-8, LF, days as yyyy-MM-dd).</summary>
public static class PayerTables
{
    /// <summary>The roster for both participants, one line per attribution.</summary>
    public static byte[] Roster(World world, string payer)
    {
        var text = new TextBuffer(64 * 1024);
        text.Add("member_id,family,given,birth_date,sex,zip,participant,start,end,local_id,contract,line_of_business,tin,npi,as_of\n"u8);
        foreach (var member in world.MembersOf(payer))
        {
            if (member.Attribution is not { } row)
                continue;
            var view = member.View;
            text.Add(row.MemberId).Add(","u8).Add(view.Family).Add(","u8).Add(view.Given).Add(","u8).AddIso(view.BirthDate).Add(","u8)
                .Add(view.Sex).Add(","u8).Add(view.Zip).Add(","u8).Add(row.Participant).Add(","u8).AddIso(row.Start).Add(","u8);
            if (row.End is { } end)
                text.AddIso(end);
            text.Add(","u8).Add(row.LocalId).Add(","u8).Add(payer).Add("-"u8).Add(row.Participant).Add(",commercial,990000001,9000000001,"u8)
                .AddIso(world.Options.Today).Add("\n"u8);
        }
        return text.Written.ToArray();
    }

    /// <summary>Opt-outs and revocations; an empty participant means all of them. Null where the payer has none.</summary>
    public static byte[]? OptOuts(World world, string payer)
    {
        var rows = world.OptOuts.Where(r => r.Payer == payer).ToList();
        if (rows.Count == 0)
            return null;
        var text = new StringBuilder("member_id,participant,status,date\n");
        foreach (var row in rows)
            text.Append(row.MemberId).Append(',').Append(row.Participant).Append(',').Append(row.Revoked ? "revoked" : "opt-out").Append(',').Append(row.Date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
