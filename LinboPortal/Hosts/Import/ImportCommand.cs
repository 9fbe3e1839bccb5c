using System.CommandLine;
using LinboPortal.Cli;
using LinboPortal.Core.Accounts;
using LinboPortal.Core.Events;
using LinboPortal.Infrastructure;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.Extensions.Localization;

namespace LinboPortal.Hosts.Import;

/// <summary><c>LinboPortal import DIRECTORY|FILES…</c>: the same import as the page, whether the portal runs or not.</summary>
internal static class ImportCommand
{
    private const int Refused = 1;

    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Arity = ArgumentArity.OneOrMore, Description = "devices.csv, subnets.csv, start.conf.*, or directories that hold them" };
        var school = new Option<string?>("--school") { Description = "School of devices.csv (default: default-school)" };
        var apply = new Option<bool>("--apply") { Description = "Imports; without it, only says what would change" };
        var deleteMissing = new Option<bool>("--delete-missing") { Description = "Deletes hosts and networks that the files do not have" };
        var confirmed = new Option<int?>("--confirm-deletes") { Description = "How many PCs are to be deleted; asked for where they are more than a fifth of all, or all of a school" };
        // What is left over are settings of the portal: --Portal:DataDirectory=/srv/portal.
        var command = new Command("import", "Takes over hosts, networks and start.conf of a linuxmuster.net server") { TreatUnmatchedTokensAsErrors = false };
        command.Arguments.Add(paths);
        command.Options.Add(school);
        command.Options.Add(apply);
        command.Options.Add(deleteMissing);
        command.Options.Add(confirmed);
        command.SetAction((parsed, ct) => RunAsync(
            [.. parsed.GetValue(paths)!.Where(p => !p.StartsWith('-'))],
            new ImportWishes(parsed.GetValue(school), parsed.GetValue(deleteMissing), parsed.GetValue(confirmed)), parsed.GetValue(apply),
            [.. parsed.UnmatchedTokens, .. parsed.GetValue(paths)!.Where(p => p.StartsWith('-'))], ct));
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, ImportWishes wishes, bool apply, string[] settings, CancellationToken ct)
    {
        List<ImportFile> files = [];
        if (PortalCommands.WrongSetting(settings) is { } wrong)
        {
            await Console.Error.WriteLineAsync($"'{wrong}' is neither an option of this command nor a setting (--A:B=value).");
            return PortalCommands.NotUnderstood;
        }

        foreach (var path in paths)
        {
            if (!File.Exists(path) && !Directory.Exists(path))
            {
                await Console.Error.WriteLineAsync($"{path}: no such file or directory");
                return Refused;
            }

            foreach (var file in ImportFolder.Files(path, wishes.School))
                files.Add(new ImportFile(Path.GetFileName(file), await File.ReadAllBytesAsync(file, ct)));
        }

        using var host = Build(settings);
        try
        {
            await host.StartAsync(ct);
            var report = host.Services.GetRequiredService<ImportReport>();
            var import = host.Services.GetRequiredService<HostImport>();
            if (!apply)
                return report.Write(await import.PreviewAsync(files, wishes, ct)) ? 0 : Refused;
            var outcome = await import.ApplyAsync(Person.Portal with { UserName = Environment.UserName }, files, wishes, fingerprint: null, progress: null, ct);
            return outcome switch
            {
                ImportOutcome.Done(var plan) => report.Write(plan, "Applied"),
                ImportOutcome.NumberNeeded(var plan) => report.Write(plan, "NumberNeeded") && false,
                ImportOutcome.Refused(var plan) => report.Write(plan),
                _ => throw new InvalidOperationException($"Unexpected {outcome}."),
            } ? 0 : Refused;
        }
        finally
        {
            await host.StopAsync(CancellationToken.None); // PostgreSQL must come down, cancelled or not
        }
    }

    private static IHost Build(string[] settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { Args = settings, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<PortalEvents>();
        builder.Services.AddPortalSettings();
        builder.Services.AddPortalDatabase();
        builder.Services.AddLocalization();
        builder.Services.AddSingleton<HostImport>();
        builder.Services.AddSingleton<ImportSentences>();
        builder.Services.AddSingleton<ImportReport>();
        return builder.Build();
    }
}

/// <summary>Finds the files of an import in a directory.</summary>
internal static class ImportFolder
{
    private const int Depth = 3;

    /// <summary>The file itself, or what a directory holds under names that the import knows, or nearly; links are left out.</summary>
    public static IEnumerable<string> Files(string path, string? school) => File.Exists(path)
        ? [path]
        : Directory.EnumerateFiles(path, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = Depth,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
        }).Where(f => ImportFile.KindOf(Path.GetFileName(f), school) is not null || IsNearly(Path.GetFileName(f))).Order(StringComparer.Ordinal);

    // devices(1).csv, start.conf.lab 1: named as left out, because it may be meant.
    private static bool IsNearly(string name) => name.StartsWith("start.conf.", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
            && (name.Contains("devices", StringComparison.OrdinalIgnoreCase) || name.Contains("subnets", StringComparison.OrdinalIgnoreCase));
}

/// <summary>Says on the console what an import would do or did.</summary>
internal sealed class ImportReport(ImportSentences sentences, IStringLocalizer<ImportText> text, IStringLocalizer<HostIssueText> hosts)
{
    private const int MaxListed = 50;

    /// <summary>Writes the report.</summary>
    /// <param name="plan">What would be done or was.</param>
    /// <param name="end">The key of the last sentence, for files without errors that change something.</param>
    /// <returns>True where nothing stands in the way.</returns>
    public bool Write(ImportPlan plan, string end = "OnlyPreview")
    {
        foreach (var issue in plan.Issues)
            Console.Error.WriteLine($"{issue.File}:{issue.Line}:{issue.Column}: {(issue.IsWarning ? "warning" : "error")}: {sentences.Of(issue)}");
        if (plan.Ignored.Count > 0)
            Console.WriteLine(text["Ignored", string.Join(", ", plan.Ignored)]);
        foreach (var host in plan.Changed.Take(MaxListed))
            Console.WriteLine($"{host.Name}: {string.Join("; ", host.Changes.Select(c => $"{hosts.Field(c.Field)} {c.From} → {c.To}"))}");
        foreach (var group in plan.Groups)
            Console.WriteLine($"start.conf.{group.Group}: {text[group.IsNew ? "GroupNew" : "GroupChanged"]}");
        Console.WriteLine($"{text["New"]}: {plan.New.Count}, {text["Changed"]}: {plan.Changed.Count}, {text["Unchanged"]}: {plan.Unchanged}, "
            + $"{text[plan.DeleteMissing ? "ToDelete" : "Missing"]}: {plan.Missing.Count}, {text["Groups"]}: {plan.Groups.Count}, {text["Networks"]}: {plan.Subnets.Count}");
        if (plan.HasErrors)
            Console.Error.WriteLine(text["ErrorsWhy"]);
        else
            Console.WriteLine(plan.IsEmpty ? text["NothingToDo"] : text[end, plan.Deleted]);
        if (end == "OnlyPreview" && plan is { HasErrors: false, NeedsNumber: true })
            Console.WriteLine(text["NumberNeeded", plan.Deleted]);
        return !plan.HasErrors;
    }
}
