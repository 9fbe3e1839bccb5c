using System.Globalization;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using LinboPortal.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Tests.Jobs;

/// <summary>Whatever can happen has a sentence, in both languages.</summary>
public sealed class JobTextsTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
    private static readonly IStringLocalizer<JobsText> Jobs = Services.GetRequiredService<IStringLocalizer<JobsText>>();
    private static readonly IStringLocalizer<CommandsText> Commands = Services.GetRequiredService<IStringLocalizer<CommandsText>>();

    [Theory]
    [InlineData("de")]
    [InlineData("en")]
    public void Every_state_reason_problem_and_loss_has_its_words(string language)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        IEnumerable<LocalizedString> texts =
        [
            .. Enum.GetNames<RunState>().Select(n => Jobs[$"RunState.{n}"]), .. Enum.GetNames<JobState>().Select(n => Jobs[$"JobState.{n}"]),
            .. Enum.GetNames<RunReason>().SelectMany(n => new[] { Jobs[$"RunReason.{n}"], Jobs[$"RunReason.{n}.Remedy"] }),
            .. Enum.GetNames<JobProblem>().Select(n => Commands[$"Problem.{n}"]), .. Enum.GetNames<CommandErrorCode>().Select(n => Commands[$"Error.{n}"]),
            .. Enum.GetNames<LostThing>().Select(n => Commands[$"Loss.{n}"]), .. Enum.GetNames<JobPriority>().Select(n => Commands[$"Priority.{n}"]),
            .. Enum.GetNames<CommandWay>().SelectMany(n => new[] { Commands[$"Way.{n}"], Commands[$"Way.{n}.Why"] }),
            .. CommandChoice.All.Select(c => Commands[$"Choice.{c.Key}"]),
        ];
        Assert.Empty(texts.Where(t => t.ResourceNotFound).Select(t => t.Name));
    }

    [Theory]
    [InlineData("de", "sync:1,start:1", "Windows 11 synchronisieren und starten")]
    [InlineData("en", "sync:1,start:1", "Synchronise and start Windows 11")]
    [InlineData("de", "format:2,new:2,halt", "Partition 2 formatieren, dann System 2 neu installieren, dann ausschalten")]
    [InlineData("en", "create_image:1:\"x\",upload_image:1", "Make and upload an image of Windows 11")]
    [InlineData("en", "sync:1,start:2", "Synchronise Windows 11, then start system 2")]
    public void Commands_are_said_in_plain_words(string language, string commands, string title)
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(language);
        Assert.Equal(title, Jobs.Title(CommandLine.Parse(commands).Commands, os => os == 1 ? "Windows 11" : null));
    }

    [Fact]
    public void Every_command_of_the_grammar_has_its_words()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo("de");
        foreach (var command in CommandLine.Parse("partition,label,format,initcache,sync:1,new:1,postsync:1,prestart:1,create_image:1,create_qdiff:1,upload_image:1,upload_qdiff:1,update,reboot,halt,start:1").Commands)
            Assert.DoesNotContain("Do.", Jobs.Phrase(command), StringComparison.Ordinal);
    }
}
