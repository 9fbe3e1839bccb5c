using System.Globalization;
using System.Resources;
using LinboPortal.Core.StartConf;
using LinboPortal.Groups;

namespace LinboPortal.Tests.Groups;

public sealed class StartConfTextsTests
{
    private static readonly ResourceManager Texts = new("LinboPortal.Groups.StartConfText", typeof(StartConfText).Assembly);

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    public void Every_problem_has_a_message_and_a_remedy(string language)
    {
        var set = Texts.GetResourceSet(CultureInfo.GetCultureInfo(language == "en" ? "" : language), createIfNotExists: true, tryParents: false)!;
        foreach (var code in Enum.GetNames<StartConfProblemCode>())
        {
            Assert.False(string.IsNullOrEmpty(set.GetString(code)), $"{language}: {code}");
            Assert.False(string.IsNullOrEmpty(set.GetString(code + ".Remedy")), $"{language}: {code}.Remedy");
        }
    }
}
