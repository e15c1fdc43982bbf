namespace FhirGateway.Tests.Fhir.FhirPath;

public sealed class FhirPathValueTests
{
    [Theory]
    [InlineData("@2012 = @2012", "true")]
    [InlineData("@2012 = @2012-01", "")]
    [InlineData("@2012 = @2013-01", "false")]
    [InlineData("@2012-01 < @2012-02-01", "true")]
    [InlineData("@2012-01 < @2012-01-15", "")]
    [InlineData("@2012-01-01T10 = @2012-01-01T10:00", "")]
    [InlineData("@2012-01-01T10:00:00 = @2012-01-01T10:00:00.000", "true")]
    [InlineData("@2012-01-01T10:00:00Z = @2012-01-01T12:00:00+02:00", "true")]
    [InlineData("@2012-01-01T10:00:00Z < @2012-01-03T10:00:00", "true")]
    [InlineData("@2012-01-01T10:00:00Z < @2012-01-01T20:00:00", "")]
    [InlineData("@2012-01-01 ~ @2012-01", "false")]
    [InlineData("@T10:00 < @T11", "true")]
    [InlineData("@T10:00 = @T10", "")]
    [InlineData("@2012-02-29 + 1 year", "\"2013-02-28\"")]
    [InlineData("@2012-01-31 + 1 month", "\"2012-02-29\"")]
    [InlineData("@2012 + 13 months", "\"2013\"")]
    [InlineData("@2012-03 - 45 days", "\"2012-02\"")]
    [InlineData("@T23:30 + 1 hour", "\"00:30\"")]
    [InlineData("@9999-12-31 + 1 day", "")]
    [InlineData("@2012-01-01 + 1 'a'", "fault")]
    [InlineData("@2012 < 1", "fault")]
    public void Dates_and_times_compare_and_move_as_far_as_they_are_given(string expression, string expected) =>
        Assert.Equal(expected, FhirPathTexts.Evaluate(expression));

    [Theory]
    [InlineData("0.1 + 0.2 = 0.3", "true")]
    [InlineData("1.0 / 3 * 3 = 1", "false")]
    [InlineData("1.10", "1.10")]
    [InlineData("2147483647 + 1", "")]
    [InlineData("79228162514264337593543950335.0 + 1.0", "")]
    [InlineData("7 div 2", "3")]
    [InlineData("-7 div 2", "-3")]
    [InlineData("-7 mod 2", "-1")]
    [InlineData("7.5 mod 2", "1.5")]
    [InlineData("5 / 0", "")]
    [InlineData("1.55.round(1)", "1.6")]
    [InlineData("'1' + 1", "fault")]
    [InlineData("(1 | 2.5).sum()", "3.5")]
    [InlineData("(1 | 2).avg()", "1.5")]
    [InlineData("('b' | 'a').min()", "\"a\"")]
    [InlineData("(1 | 3 | 2).max()", "3")]
    [InlineData("{}.sum()", "")]
    [InlineData("1 ~ 1.04", "true")]
    [InlineData("1.0 ~ 1.04", "true")]
    [InlineData("1.1 ~ 1.14", "true")]
    public void Decimals_are_exact_and_what_is_no_number_is_nothing(string expression, string expected) =>
        Assert.Equal(expected, FhirPathTexts.Evaluate(expression));

    [Theory]
    [InlineData("'a\\u00e9😀b'.length()", "4")]
    [InlineData("'a\\u00e9😀b'.substring(2, 1) = '😀'", "true")]
    [InlineData("'a\\u00e9😀b'.toChars().count()", "4")]
    [InlineData("'a\\u00e9😀b'.indexOf('b')", "3")]
    [InlineData("'abc'.substring(3)", "")]
    [InlineData("'abc'.substring(1, 0)", "\"\"")]
    [InlineData("'a b'.split(' ').join('-')", "\"a-b\"")]
    [InlineData("'(a'.matches('(a')", "fault")]
    [InlineData("'aa'.matches('(a)\\\\1')", "fault")]
    [InlineData("'a' & {} & 'b'", "\"ab\"")]
    [InlineData("'a' + {}", "")]
    public void Characters_of_strings_are_code_points(string expression, string expected) =>
        Assert.Equal(expected, FhirPathTexts.Evaluate(expression));

    [Theory]
    [InlineData("1 month = 1 'mo'", "")]
    [InlineData("1 month ~ 1 'mo'", "true")]
    [InlineData("12 months = 1 year", "true")]
    [InlineData("1 year = 365 days", "")]
    [InlineData("3 'mg' + 4 'mg'", "\"7 'mg'\"")]
    [InlineData("(1 'g' | 500 'mg').sum() = 1.5 'g'", "true")]
    [InlineData("3 'mg' = 3 'm'", "")]
    [InlineData("3 'mg' < 3 'm'", "")]
    [InlineData("2 'm' / 2 'm' = 1", "true")]
    public void Units_of_quantities_decide_whether_they_compare(string expression, string expected) =>
        Assert.Equal(expected, FhirPathTexts.Evaluate(expression));

    [Theory]
    [InlineData("(true | false).not()", "fault")]
    [InlineData("'x' and true", "true")]
    [InlineData("{} or true", "true")]
    [InlineData("false and (1 | 2)", "false")]
    [InlineData("true xor {}", "")]
    [InlineData("{} implies true", "true")]
    [InlineData("(1 | 2) = (2 | 1)", "false")]
    [InlineData("(1 | 2) ~ (2 | 1)", "true")]
    [InlineData("{}.all(false)", "true")]
    [InlineData("{}.allTrue()", "true")]
    [InlineData("{}.anyTrue()", "false")]
    [InlineData("1.combine(1).isDistinct()", "false")]
    public void Logic_has_three_values(string expression, string expected) =>
        Assert.Equal(expected, FhirPathTexts.Evaluate(expression));

    [Fact]
    public void Many_items_are_told_apart_as_few_are()
    {
        var numbers = string.Join(" | ", Enumerable.Range(0, 60).Select(i => $"'{i % 40}'"));
        Assert.Equal("40", FhirPathTexts.Evaluate($"({numbers}).count()"));
        Assert.Equal("20", FhirPathTexts.Evaluate($"({numbers}).exclude({string.Join(" | ", Enumerable.Range(20, 40).Select(i => $"'{i}'"))}).count()"));
    }
}
