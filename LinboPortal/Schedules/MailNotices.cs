using System.Globalization;
using System.Net.Sockets;
using System.Text;
using LinboPortal.Core.Jobs;
using LinboPortal.Jobs;
using LinboPortal.Shell;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using MimeKit;

namespace LinboPortal.Schedules;

/// <summary>Mails results by the school's mail server.</summary>
internal sealed class MailNotices(IOptions<NotificationsOptions> options, IStringLocalizer<SchedulesText> text, IStringLocalizer<JobsText> jobs, TimeProvider time) : INoticeSender
{
    /// <inheritdoc/>
    public NoticeChannel Channel => NoticeChannel.Mail;

    /// <inheritdoc/>
    public async Task<NoticeProblem?> SendAsync(Schedule schedule, NoticeMessage message, CancellationToken ct)
    {
        var smtp = options.Value.Smtp;
        if (smtp.Host.Length == 0)
            return new NoticeProblem("Notifications:Smtp:Host is not set.", IsFinal: true);
        if (!MailboxAddress.TryParse(smtp.From, out var from))
            return new NoticeProblem("Notifications:Smtp:From is no mail address.", IsFinal: true);
        using var mail = Write(schedule, message, from);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(smtp.TimeoutSeconds));
        try
        {
            using var client = new SmtpClient { CheckCertificateRevocation = false };
            await client.ConnectAsync(smtp.Host, smtp.Port, SecurityOf(smtp), patience.Token);
            if (smtp.User.Length > 0)
                await client.AuthenticateAsync(smtp.User, smtp.Password, patience.Token);
            await client.SendAsync(mail, patience.Token);
            await client.DisconnectAsync(quit: true, patience.Token);
            return null;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new NoticeProblem($"{smtp.Host}:{smtp.Port} did not answer within {smtp.TimeoutSeconds} s.");
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or System.Security.Authentication.AuthenticationException or ProtocolException or CommandException
            or SslHandshakeException or ServiceNotConnectedException or ServiceNotAuthenticatedException or NotSupportedException or FormatException or ArgumentException)
        {
            return new NoticeProblem($"{smtp.Host}:{smtp.Port}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private MimeMessage Write(Schedule schedule, NoticeMessage message, MailboxAddress from)
    {
        var (before, beforeUi) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(options.Value.Language);
        try
        {
            var mail = new MimeMessage { Subject = Subject(message), Date = time.GetUtcNow(), Body = new TextPart("plain") { Text = Body(schedule, message) } };
            mail.From.Add(from);
            mail.To.AddRange(ScheduleRules.Addresses(schedule.Mail).Select(a => new MailboxAddress("", a)));
            // Says to programs that answer by themselves that nobody reads the answer.
            mail.Headers.Add("Auto-Submitted", "auto-generated");
            return mail;
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);
        }
    }

    private string Subject(NoticeMessage message) => message.Job is { } job
        ? text[$"Mail.Subject.{job.State}", message.Schedule, job.Counts.Done, job.Counts.Total, job.Counts.Failed]
        : text["Mail.Subject.NotRun", message.Schedule];

    private string Body(Schedule schedule, NoticeMessage message)
    {
        var body = new StringBuilder();
        if (message.Job is { } job)
            Describe(schedule, job, body);
        else
            body.AppendLine(text["Mail.NotRun", message.Schedule, message.DueAt is { } due ? Local(schedule, due) : "", text[$"Result.{message.Result}"].Value]);
        if (options.Value.PortalUrl.TrimEnd('/') is { Length: > 0 } url)
            body.AppendLine().AppendLine(message.Job is { } ended ? $"{url}/jobs/{ended.Number}" : $"{url}/schedules/{message.ScheduleId}");
        return body.AppendLine().AppendLine("-- ").AppendLine("LinboPortal").ToString();
    }

    private void Describe(Schedule schedule, NoticeJob job, StringBuilder body)
    {
        body.AppendLine(text["Mail.Job", job.Number, job.Target, job.Commands]);
        if (job is { StartedAt: { } started, EndedAt: { } ended })
            body.AppendLine(text["Mail.Times", Local(schedule, started), Local(schedule, ended), Sizes.Duration(ended - started)]);
        body.AppendLine(text["Mail.Counts", job.Counts.Done, job.Counts.Total, job.Counts.Failed, job.Counts.Skipped, job.Counts.Cancelled]);
        if (job.Failed.Count == 0)
            return;
        body.AppendLine().AppendLine(text["Mail.Failed"]);
        foreach (var failure in job.Failed)
            body.AppendLine(CultureInfo.CurrentCulture, $"  {failure.Host}: {(failure.Reason is { } reason ? jobs[$"RunReason.{reason}"].Value : failure.Detail)}");
        if (job.Counts.Failed > job.Failed.Count)
            body.AppendLine(text["Mail.More", job.Counts.Failed - job.Failed.Count]);
    }

    private static string Local(Schedule schedule, DateTimeOffset at) =>
        Times.Exact(at, TimeZoneInfo.TryFindSystemTimeZoneById(schedule.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc);

    internal static SecureSocketOptions SecurityOf(SmtpOptions smtp) => smtp.Security switch
    {
        SmtpSecurity.None => SecureSocketOptions.None,
        SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        _ when smtp.Port == 465 => SecureSocketOptions.SslOnConnect,
        // An attacker on the way can take the offer of encryption out of the server's greeting: no password is sent then.
        _ when smtp.User.Length > 0 && !smtp.IsOwnMachine => SecureSocketOptions.StartTls,
        _ => SecureSocketOptions.StartTlsWhenAvailable,
    };
}
