using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using LinboPortal.Core.Accounts;
using LinboPortal.Infrastructure.Persistence;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;

namespace LinboPortal.Tests.Architecture;

/// <summary>Rules of the house that a compiler does not know.</summary>
public sealed partial class HouseRulesTests
{
    private static readonly Assembly Core = typeof(Permission).Assembly;
    private static readonly Assembly Infrastructure = typeof(PortalDb).Assembly;
    private static readonly Assembly App = typeof(Program).Assembly;

    [Fact]
    public void Core_references_the_base_class_library_only()
    {
        var others = Core.GetReferencedAssemblies().Select(a => a.Name!).Where(n => !n.StartsWith("System.", StringComparison.Ordinal) && n != "netstandard");

        Assert.True(!others.Any(), $"LinboPortal.Core is words and rules without packages, but references {string.Join(", ", others)}.");
    }

    [Fact]
    public void Infrastructure_does_not_know_the_application() =>
        Assert.DoesNotContain(Infrastructure.GetReferencedAssemblies(), a => a.Name == App.GetName().Name);

    [Fact]
    public void No_component_holds_a_database_context()
    {
        var guilty =
            from type in App.GetTypes()
            where typeof(IComponent).IsAssignableFrom(type)
            from member in type.GetMembers(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            let held = member is FieldInfo field ? field.FieldType : member is PropertyInfo property ? property.PropertyType : null
            where held is not null && (typeof(DbContext).IsAssignableFrom(held)
                || (held.IsGenericType && held.GetGenericTypeDefinition() == typeof(IDbContextFactory<>)))
            select $"{type.Name}.{member.Name}";

        None(guilty, "Pages go through use cases; these hold the database themselves");
    }

    [Fact]
    public void Every_page_names_who_may_open_it()
    {
        var open =
            from type in App.GetTypes()
            where type.IsDefined(typeof(RouteAttribute))
                && !type.IsDefined(typeof(AllowAnonymousAttribute)) && !type.IsDefined(typeof(AuthorizeAttribute))
            select type.FullName;

        None(open, "These pages have neither [Authorize(Policy = Permission.X)] nor [AllowAnonymous]");
    }

    [Fact]
    public void Every_policy_that_is_named_is_a_permission()
    {
        var unknown =
            from type in App.GetTypes()
            from authorize in type.GetCustomAttributes<AuthorizeAttribute>()
            where authorize.Policy is { } policy && !Permission.All.Contains(policy)
            select $"{type.Name}: {authorize.Policy}";

        None(unknown, "These name a policy that does not exist");
    }

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        string[] forbidden = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Common", "Base", "Impl"];
        var vague =
            from assembly in new[] { Core, Infrastructure, App }
            from type in assembly.GetTypes()
            where type.Namespace?.StartsWith("LinboPortal", StringComparison.Ordinal) == true && !type.IsDefined(typeof(CompilerGeneratedAttribute))
            where forbidden.Any(word => type.Name.Split('`')[0].EndsWith(word, StringComparison.Ordinal))
            select type.FullName;

        None(vague, $"Names ending in {string.Join(", ", forbidden)} say nothing");
    }

    [Fact]
    public void German_and_English_have_the_same_texts()
    {
        var root = Root(AppContext.BaseDirectory);
        var problems =
            from english in Directory.EnumerateFiles(Path.Combine(root, "LinboPortal"), "*.resx", SearchOption.AllDirectories)
            where !english.EndsWith(".de.resx", StringComparison.Ordinal)
            let german = english[..^".resx".Length] + ".de.resx"
            let name = Path.GetFileNameWithoutExtension(english)
            from problem in File.Exists(german)
                ? Keys(english).Except(Keys(german)).Select(k => $"{name}: {k} has no German text")
                    .Concat(Keys(german).Except(Keys(english)).Select(k => $"{name}: {k} has no English text"))
                : [$"{name}: {Path.GetFileName(german)} is missing"]
            select problem;

        None(problems, "Every text is there in both languages");
    }

    [Fact]
    public void Actions_of_the_audit_log_are_named_in_one_place()
    {
        var root = Root(AppContext.BaseDirectory);
        var literals =
            from file in new[] { "LinboPortal", "LinboPortal.Core", "LinboPortal.Infrastructure" }
                .SelectMany(project => Directory.EnumerateFiles(Path.Combine(root, project), "*.*", SearchOption.AllDirectories))
            where Path.GetExtension(file) is ".cs" or ".razor" && Path.GetFileName(file) != "AuditActions.cs"
                && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from Match match in AuditLiteral().Matches(File.ReadAllText(file))
            select $"{Path.GetFileName(file)}: {match.Groups[1].Value}";

        None(literals, "An action is a constant of AuditActions, and has a sentence in AuditText");
    }

    private static void None(IEnumerable<string?> guilty, string rule)
    {
        var all = guilty.Distinct().ToList();
        Assert.True(all.Count == 0, $"{rule}:\n{string.Join('\n', all)}");
    }

    private static HashSet<string> Keys(string file) => [.. XDocument.Load(file).Root!.Elements("data").Select(d => d.Attribute("name")!.Value)];

    private static string Root(string directory) =>
        File.Exists(Path.Combine(directory, "LinboPortal.sln")) ? directory : Root(Path.GetDirectoryName(directory)!);

    // The third argument of an audit row, or of a method that passes it on.
    [GeneratedRegex("""\bAudit(?:Async)?\([^;"]*?"([a-z]+(?:\.[a-z]+)+)(?=")""")]
    private static partial Regex AuditLiteral();
}
