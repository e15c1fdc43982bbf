using System.Text;
using FhirGateway.Fhir.Rules;
using FsCheck;
using FsCheck.Fluent;

namespace FhirGateway.Tests.Fhir.Rules;

public sealed class NarrativeReaderTests
{
    private const string Open = "<div xmlns=\"http://www.w3.org/1999/xhtml\">";

    [Theory]
    [InlineData("text</div>", NarrativeFaultCode.None)]
    [InlineData("<p class='x' id=\"a\">a &amp; b &#160; &nbsp; &#xE9;</p><br/><hr /></div>\n", NarrativeFaultCode.None)]
    [InlineData("<table border=\"1\"><tr><td colspan=\"2\" nowrap=\"nowrap\">x</td></tr></table></div>", NarrativeFaultCode.None)]
    [InlineData("<!-- a comment --><img src=\"#x\" alt=\"y\"/></div>", NarrativeFaultCode.None)]
    [InlineData("<a href=\"https://example.org\" name=\"n\">x</a></div>", NarrativeFaultCode.None)]
    [InlineData("<p>x</div>", NarrativeFaultCode.NotWellFormed)]
    [InlineData("<b><i>x</b></i></div>", NarrativeFaultCode.NotWellFormed)]
    [InlineData("x</div><div>y</div>", NarrativeFaultCode.NotWellFormed)]
    [InlineData("x</div>y", NarrativeFaultCode.NotWellFormed)]
    [InlineData("x", NarrativeFaultCode.NotWellFormed)]
    [InlineData("<p class=x>x</p></div>", NarrativeFaultCode.NotWellFormed)]
    [InlineData("<p class='a' class='b'>x</p></div>", NarrativeFaultCode.NotWellFormed)]
    [InlineData("<p title='a<b'>x</p></div>", NarrativeFaultCode.NotWellFormed)]
    [InlineData("<!-- x</div>", NarrativeFaultCode.NotWellFormed)]
    [InlineData("a < b</div>", NarrativeFaultCode.NotWellFormed)]
    [InlineData("<script>x</script></div>", NarrativeFaultCode.ElementNotAllowed)]
    [InlineData("<form>x</form></div>", NarrativeFaultCode.ElementNotAllowed)]
    [InlineData("<p onclick=\"x()\">x</p></div>", NarrativeFaultCode.AttributeNotAllowed)]
    [InlineData("<p href=\"#x\">x</p></div>", NarrativeFaultCode.AttributeNotAllowed)]
    [InlineData("<tr idref=\"x\"></tr></div>", NarrativeFaultCode.AttributeNotAllowed)]
    [InlineData("<p xmlns=\"urn:other\">x</p></div>", NarrativeFaultCode.WrongNamespace)]
    [InlineData("<a href=\" JavaScript:x\">x</a></div>", NarrativeFaultCode.ActiveLink)]
    [InlineData("<a href=\"\">x</a></div>", NarrativeFaultCode.EmptyLink)]
    [InlineData("a & b</div>", NarrativeFaultCode.UnknownEntity)]
    [InlineData("&nosuchthing;</div>", NarrativeFaultCode.UnknownEntity)]
    [InlineData("&#0;</div>", NarrativeFaultCode.UnknownEntity)]
    [InlineData("<?php x?></div>", NarrativeFaultCode.MarkupNotAllowed)]
    [InlineData("<![CDATA[x]]></div>", NarrativeFaultCode.MarkupNotAllowed)]
    [InlineData("<p><table></table></p></div>", NarrativeFaultCode.BlockInParagraph)]
    [InlineData(" \n<p></p></div>", NarrativeFaultCode.Empty)]
    public void What_is_in_the_div_is_checked(string rest, NarrativeFaultCode expected) => Assert.Equal(expected, Check(Open + rest));

    [Theory]
    [InlineData("<div>x</div>", NarrativeFaultCode.WrongNamespace)]
    [InlineData("<div xmlns=\"http://www.w3.org/1999/xhtml/\">x</div>", NarrativeFaultCode.WrongNamespace)]
    [InlineData("<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>", NarrativeFaultCode.WrongRoot)]
    [InlineData("<!DOCTYPE html><div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>", NarrativeFaultCode.MarkupNotAllowed)]
    [InlineData("text", NarrativeFaultCode.NotWellFormed)]
    [InlineData("", NarrativeFaultCode.NotWellFormed)]
    [InlineData("<", NarrativeFaultCode.NotWellFormed)]
    [InlineData("<div", NarrativeFaultCode.WrongNamespace)]
    public void The_root_is_a_div_of_XHTML(string text, NarrativeFaultCode expected) => Assert.Equal(expected, Check(text));

    [Fact]
    public void The_position_is_that_of_the_tag_or_attribute()
    {
        var text = Open + "é<script>x</script></div>";
        Assert.Equal(Encoding.UTF8.GetByteCount(Open + "é"), NarrativeReader.Check(Encoding.UTF8.GetBytes(text)).Position);
    }

    [Fact]
    public void Elements_may_be_nested_so_deep_and_no_deeper()
    {
        Assert.Equal(NarrativeFaultCode.None, Check(Nested(NarrativeReader.MaxDepth - 1)));
        Assert.Equal(NarrativeFaultCode.TooDeep, Check(Nested(NarrativeReader.MaxDepth)));
    }

    [Fact]
    public void Any_text_gives_an_answer_and_a_place_within_it()
    {
        var piece = Gen.Elements("<", ">", "/", "</", "<div", " xmlns=\"http://www.w3.org/1999/xhtml\"", "\"", "'", "=", "&", ";", "#", "<!--", "-->", "<p>", "</p>", "</div>", "a", " ", "é", "<![CDATA[", "href");
        Prop.ForAll(piece.ArrayOf().ToArbitrary(), pieces =>
        {
            var text = Encoding.UTF8.GetBytes(string.Concat(pieces));
            var fault = NarrativeReader.Check(text);
            return Enum.IsDefined(fault.Code) && fault.Position >= 0 && fault.Position <= text.Length;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_narrative_cut_short_is_never_good()
    {
        var text = Encoding.UTF8.GetBytes(Open + "<p class='x'>a &amp; b</p><!-- c --><br/>d</div>");
        for (var length = 0; length < text.Length; length++)
            Assert.False(NarrativeReader.Check(text.AsSpan(0, length)).IsNone);
        Assert.True(NarrativeReader.Check(text).IsNone);
    }

    private static NarrativeFaultCode Check(string text) => NarrativeReader.Check(Encoding.UTF8.GetBytes(text)).Code;

    private static string Nested(int depth) =>
        Open + string.Concat(Enumerable.Repeat("<span>", depth)) + "x" + string.Concat(Enumerable.Repeat("</span>", depth)) + "</div>";
}
