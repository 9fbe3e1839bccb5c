namespace LinboPortal.Monitoring;

/// <summary>The settings as they are in effect, without what is secret.</summary>
internal sealed class SettingsInEffect(IConfiguration configuration)
{
    private static readonly string[] Sections =
        ["Portal", "Linbo", "Urls", "AllowedHosts", "ConnectionStrings", "Accounts", "Events", "Boot", "Distribution", "Remote", "Jobs", "Schedules", "Notifications", "Monitoring", "Logging"];

    private static readonly string[] Secret = ["password", "secret", "token", "key", "connectionstring"];

    /// <summary>Name and value; a value that may be a secret is only said to be set.</summary>
    public IReadOnlyList<(string Name, string? Value)> All { get; } =
    [
        .. configuration.AsEnumerable()
            .Where(s => !string.IsNullOrEmpty(s.Value) && Sections.Contains(s.Key.Split(':')[0], StringComparer.OrdinalIgnoreCase))
            .OrderBy(s => s.Key, StringComparer.OrdinalIgnoreCase)
            .Select(s => (s.Key, IsSecret(s.Key) ? null : s.Value)),
    ];

    private static bool IsSecret(string name) => Secret.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
}
