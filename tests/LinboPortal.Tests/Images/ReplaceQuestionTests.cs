using System.Globalization;
using LinboPortal.Images.Work;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Tests.Images;

/// <summary>What is asked before an upload replaces an image that groups use.</summary>
public sealed class ReplaceQuestionTests
{
    private static readonly IStringLocalizer<ImageWorkText> Text =
        new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider().GetRequiredService<IStringLocalizer<ImageWorkText>>();

    [Theory]
    [InlineData("en", "Replace “win10”, the image of 68 PCs?", "2 groups use it", "stays as a version")]
    [InlineData("de", "„win10“ ersetzen, das Image von 68 PCs?", "2 Gruppen verwenden es", "bleibt als Version erhalten")]
    public void It_says_how_many_PCs_and_groups_and_what_becomes_of_the_image(string language, string title, string use, string version)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);

        var question = ImageUploadPanel.Replacing(Text, "win10", [new(Guid.CreateVersion7(), "lab", 40), new(Guid.CreateVersion7(), "library", 28)]);

        Assert.Equal(title, question.Title);
        Assert.Contains(use, question.Consequence, StringComparison.Ordinal);
        Assert.Contains(version, question.Consequence, StringComparison.Ordinal);
        Assert.Equal(["lab", "library"], question.Names);
    }

    [Theory]
    [InlineData("en", "Replace “win10”, the image of one PC?", "The group lab uses it")]
    [InlineData("de", "„win10“ ersetzen, das Image von einem PC?", "Die Gruppe lab verwendet es")]
    public void One_group_with_one_PC_is_said_as_one(string language, string title, string use)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);

        var question = ImageUploadPanel.Replacing(Text, "win10", [new(Guid.CreateVersion7(), "lab", 1)]);

        Assert.Equal(title, question.Title);
        Assert.Contains(use, question.Consequence, StringComparison.Ordinal);
    }
}
