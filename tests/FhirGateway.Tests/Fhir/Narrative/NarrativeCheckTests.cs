using System.Text;
using FhirGateway.Fhir.Narrative;

namespace FhirGateway.Tests.Fhir.Narrative;

public sealed class NarrativeCheckTests
{
    private const string Start = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

    [Theory]
    [InlineData(Start + "text</div>")]
    [InlineData(" \n" + Start + "<p class='x'>a &lt; b &#xA0;&#160;</p><br/></div>\n")]
    [InlineData(Start + "<img src=\"#x\" alt='y'/></div>")]
    [InlineData(Start + "<!-- c --><table border=\"1\"><tr><td colspan='2'>x</td></tr></table></div>")]
    [InlineData(Start + "<a href=\"Patient/1\" style=\"x\">x</a></div>")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml' xml:lang='en' lang='en'>x</div>")]
    public void Good_narratives_pass(string text) => Assert.True(NarrativeCheck.IsValid(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("<div>text</div>")]
    [InlineData("<div xmlns='http://x'>text</div>")]
    [InlineData("<p xmlns='http://www.w3.org/1999/xhtml'>text</p>")]
    [InlineData(Start + " </div>")]
    [InlineData(Start + "<p> </p></div>")]
    [InlineData(Start + "x")]
    [InlineData(Start + "x</p>")]
    [InlineData(Start + "<p>x</div></p>")]
    [InlineData(Start + "x</div><div/>")]
    [InlineData(Start + "<script>x</script></div>")]
    [InlineData(Start + "<p onclick=\"x\">x</p></div>")]
    [InlineData(Start + "<p href=\"x\">x</p></div>")]
    [InlineData(Start + "<p class=x>x</p></div>")]
    [InlineData(Start + "<p class>x</p></div>")]
    [InlineData(Start + "&nbsp;x</div>")]
    [InlineData(Start + "a & b</div>")]
    [InlineData(Start + "<?php x ?></div>")]
    [InlineData(Start + "<P>x</P></div>")]
    [InlineData("<!DOCTYPE div>" + Start + "x</div>")]
    public void Bad_narratives_do_not(string text) => Assert.False(NarrativeCheck.IsValid(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Any_cut_or_changed_narrative_is_answered()
    {
        var good = Encoding.UTF8.GetBytes(Start + "<p class='x'>a &lt; b <b>c</b></p><br/></div>");
        for (var i = 0; i < good.Length; i++)
        {
            Assert.False(NarrativeCheck.IsValid(good.AsSpan(0, i)));
            var changed = good.ToArray();
            foreach (var b in "<>/&;'\" =x"u8)
            {
                changed[i] = b;
                NarrativeCheck.IsValid(changed);
            }
        }
    }
}
