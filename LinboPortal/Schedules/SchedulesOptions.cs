using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace LinboPortal.Schedules;

/// <summary>Settings of schedules.</summary>
internal sealed class SchedulesOptions : IValidatableObject
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Schedules";

    /// <summary>The zone of new schedules, and the one in which days of a calendar are meant.</summary>
    public string TimeZone { get; set; } = "Europe/Berlin";

    /// <summary>That zone; UTC on a machine that knows no zones at all.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // A machine without tzdata knows none: that is no fault of the setting.
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _) && TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out _))
            yield return new ValidationResult($"Schedules:TimeZone: there is no time zone {TimeZone}.", [nameof(TimeZone)]);
    }
}

/// <summary>How results go out.</summary>
internal sealed class NotificationsOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Notifications";

    /// <summary>Language of mails: <c>de</c> or <c>en</c>.</summary>
    [RegularExpression("de|en", ErrorMessage = "Notifications:Language must be de or en.")]
    public string Language { get; set; } = "de";

    /// <summary>Address of the portal for links in messages, for instance <c>https://linbo.example.org</c>; empty for no links.</summary>
    public string PortalUrl { get; set; } = "";

    /// <summary>The mail server.</summary>
    [ValidateObjectMembers]
    public SmtpOptions Smtp { get; set; } = new();

    /// <summary>Web-hooks.</summary>
    [ValidateObjectMembers]
    public WebHookOptions WebHook { get; set; } = new();
}

/// <summary>The mail server that results are handed to.</summary>
internal sealed class SmtpOptions : IValidatableObject
{
    /// <summary>Name or address; empty = no mail is sent.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port.</summary>
    [Range(1, 65535, ErrorMessage = "Notifications:Smtp:Port must lie between 1 and 65535.")]
    public int Port { get; set; } = 25;

    /// <summary><c>Auto</c> = encrypted where the server offers it, and always where a user is named; <c>StartTls</c>, <c>Tls</c> = else not at all; <c>None</c> = never.</summary>
    public SmtpSecurity Security { get; set; } = SmtpSecurity.Auto;

    /// <summary>Name to sign in with; empty for a server that asks for none.</summary>
    public string User { get; set; } = "";

    /// <summary>Its password.</summary>
    public string Password { get; set; } = "";

    /// <summary>Sender.</summary>
    public string From { get; set; } = "LinboPortal <linboportal@localhost>";

    /// <summary>Seconds that the server may take.</summary>
    [Range(1, 120, ErrorMessage = "Notifications:Smtp:TimeoutSeconds must lie between 1 and 120.")]
    public int TimeoutSeconds { get; set; } = 20;

    /// <summary>True where the way to the server leaves no wire.</summary>
    public bool IsOwnMachine => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (System.Net.IPAddress.TryParse(Host, out var address) && System.Net.IPAddress.IsLoopback(address));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Security == SmtpSecurity.None && User.Length > 0 && !IsOwnMachine)
            yield return new ValidationResult(
                "Notifications:Smtp:Security is None, and Notifications:Smtp:User is set: the password would cross the network readable. Set Security to StartTls or Tls, or remove the user.",
                [nameof(Security)]);
    }
}

/// <summary>Encryption on the way to the mail server.</summary>
internal enum SmtpSecurity
{
    Auto,
    None,
    StartTls,
    Tls,
}

/// <summary>How web-hooks are called.</summary>
internal sealed class WebHookOptions
{
    /// <summary>Signs what is posted: <c>X-LinboPortal-Signature: sha256=…</c>, the HMAC of the body in hex; empty for no signature.</summary>
    public string Secret { get; set; } = "";

    /// <summary>Seconds that the receiver may take.</summary>
    [Range(1, 60, ErrorMessage = "Notifications:WebHook:TimeoutSeconds must lie between 1 and 60.")]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>
    /// Hosts that are never posted to, as names or addresses with or without a port, separated by commas; the portal's own database, cache and ports are
    /// always among them. For services that trust whoever reaches them.
    /// </summary>
    public string RefusedHosts { get; set; } = "";
}
