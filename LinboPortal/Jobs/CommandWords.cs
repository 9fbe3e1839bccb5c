using System.Globalization;
using LinboPortal.Core.Remote;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Jobs;

/// <summary>Commands in plain words: <c>sync:1,start:1</c> is "Synchronise and start Windows 11".</summary>
internal static class CommandWords
{
    private static readonly HashSet<string> Pairs =
        ["sync+start", "new+start", "sync+halt", "create_image+upload_image", "create_qdiff+upload_qdiff"];

    extension(IStringLocalizer<JobsText> text)
    {
        /// <summary>What is done, as a sentence without its end. <paramref name="system"/> names the system at a position; "system 1" where it is null.</summary>
        public string Title(IReadOnlyList<LinboCommand> commands, Func<int, string?>? system = null, bool wakes = false)
        {
            if (commands.Count == 0)
                return Capital(text[wakes ? "Do.wake" : "Do.flags"]);
            var sentence = "";
            for (var i = 0; i < commands.Count; i++)
            {
                var part = i + 1 < commands.Count && text.Pair(commands[i], commands[i + 1], system) is { } pair ? (pair, i++).pair : text.Phrase(commands[i], system);
                sentence = sentence.Length == 0 ? part : sentence + text["Then", part];
            }

            return Capital(sentence);
        }

        /// <summary>One command in words.</summary>
        public string Phrase(LinboCommand command, Func<int, string?>? system = null) => command switch
        {
            LinboCommand.Format { Number: { } number } => text["Do.format.N", number],
            _ when OsOf(command) is { } os => text[$"Do.{command.Word}", system?.Invoke(os) ?? text["System", os]],
            _ => text[$"Do.{command.Word}"],
        };

        /// <summary>What a reason is about: an exit code by its name, anything else as it is.</summary>
        public string Detail(string detail) => int.TryParse(detail, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) ? text["ExitCode", code] : detail;

        /// <summary>"28 PCs".</summary>
        public string Pcs(int count) => count == 1 ? text["For.One"] : text["For.Many", Shell.Sizes.Count(count)];

        private string? Pair(LinboCommand first, LinboCommand second, Func<int, string?>? system)
        {
            var key = $"{first.Word}+{second.Word}";
            if (!Pairs.Contains(key) || OsOf(first) is not { } os || (OsOf(second) ?? os) != os)
                return null;
            return text[$"Do.{key}", system?.Invoke(os) ?? text["System", os]];
        }
    }

    /// <summary>The position of the system that a command is about; null where it is about none.</summary>
    public static int? OsOf(LinboCommand command) => command switch
    {
        LinboCommand.Sync(var os) => os,
        LinboCommand.New(var os) => os,
        LinboCommand.Start(var os) => os,
        LinboCommand.PostSync(var os) => os,
        LinboCommand.PreStart(var os) => os,
        LinboCommand.CreateImage(var os, _) => os,
        LinboCommand.CreateQdiff(var os, _) => os,
        LinboCommand.UploadImage(var os) => os,
        LinboCommand.UploadQdiff(var os) => os,
        _ => null,
    };

    /// <summary>With a capital letter, as a sentence begins.</summary>
    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpper(text[0], CultureInfo.CurrentCulture) + text[1..];
}
