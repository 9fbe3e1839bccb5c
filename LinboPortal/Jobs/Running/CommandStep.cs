using System.Globalization;
using LinboPortal.Api;
using LinboPortal.Core.Hosts;
using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;

namespace LinboPortal.Jobs.Running;

/// <summary>
/// One command on one PC: begun once, followed from the offset that is kept, across broken lines and restarted portals. Its number and the PC's
/// boot are written down before it is sent.
/// </summary>
internal sealed class CommandStep(RunWork work, ClientLine line, int number)
{
    // As shells say it of a program that is not there.
    private const int UnknownCode = 127;
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(10);
    private readonly RunKit kit = work.Kit;
    private readonly LinboCommand command = work.Commands[number - 1];
    private DateTimeOffset heardAt;
    private DateTimeOffset attachedAt;
    private bool tellsProgress;

    private HostRun Row => work.Row;

    private string TaskName => work.TaskOf(number);

    public async Task RunAsync(CancellationToken ct)
    {
        using var place = command.MovesImages ? await kit.Limits.Storage.TakeAsync(work.Job.Priority, ct) : null;
        if (Row.Command != number || Row.BootId is null)
            await BeginAsync(ct);
        using var watch = command.MovesImages ? kit.Transfers.Follow(work.Sheet, line.Address.Address, () => !tellsProgress) : null;
        if (command is LinboCommand.UploadImage or LinboCommand.UploadQdiff)
            await UploadAsync(ct);
        else
            await FollowAsync(ct);
    }

    private async Task BeginAsync(CancellationToken ct)
    {
        var session = await Connecting.AgainAsync(kit, line, ct);
        await work.WriteAsync(r =>
        {
            (r.State, r.Command, r.BootId, r.Offset) = (RunState.Running, number, session.BootId, 0);
            (r.Percent, r.Speed, r.Left, r.LastLine) = (null, null, null, "");
            r.Deadline = kit.Now + kit.LimitOf(command);
        });
    }

    private async Task UploadAsync(CancellationToken ct)
    {
        var since = Row.Deadline!.Value - kit.LimitOf(command);
        await LendAsync(ct);
        try
        {
            await FollowAsync(ct);
        }
        finally
        {
            await line.TryAsync((s, stop) => s.LendPasswordAsync(lend: false, stop), RunKit.Courtesy, kit.Time);
        }

        // The client says that all is well even where the server refused it.
        var image = work.Host.ImageOf(command) ?? throw new RunFailure(RunReason.UploadMissing, "start.conf names no image");
        for (var until = kit.Now + kit.Options.UploadSettle; !await HasUploadAsync(image, since, ct);)
        {
            if (kit.Now >= until)
                throw new RunFailure(RunReason.UploadMissing, image);
            await kit.PauseAsync(tries: 1, ct);
        }
    }

    private async Task LendAsync(CancellationToken ct)
    {
        var until = kit.Now + kit.Options.Lost;
        for (var tries = 0; ; tries++)
        {
            var session = await Connecting.AgainAsync(kit, line, ct);
            try
            {
                await session.LendPasswordAsync(lend: true, ct);
                return;
            }
            catch (LinboClientException e) when (e.Failure is LinboClientFailure.Unreachable or LinboClientFailure.Lost && kit.Now < until)
            {
                await line.DropAsync();
                await kit.PauseAsync(tries, ct);
            }
        }
    }

    private Task<bool> HasUploadAsync(string image, DateTimeOffset since, CancellationToken ct) =>
        DatabaseGone.WaitAsync(stop => kit.Tools.HasUploadAsync(work.Host, image, since, stop), kit.Time, ct);

    private async Task FollowAsync(CancellationToken ct)
    {
        var rest = Row.Deadline!.Value - kit.Now;
        using var deadline = new CancellationTokenSource(rest > TimeSpan.Zero ? rest : TimeSpan.FromMilliseconds(1), kit.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        DateTimeOffset? lostAt = null;
        var detail = "";
        for (var tries = 0; ; tries++)
        {
            try
            {
                if (await AttachAsync(both.Token) is { } code)
                {
                    if (code == UnknownCode)
                        throw new RunFailure(RunReason.CommandUnknown, Row.LastLine);
                    if (code != 0)
                        throw new RunFailure(RunReason.CommandFailed, code.ToString(CultureInfo.InvariantCulture));
                    return;
                }

                (lostAt, tries) = (heardAt, 0);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                await line.TryAsync((s, stop) => s.StopAsync(TaskName, stop), RunKit.Courtesy, kit.Time);
                throw new RunFailure(RunReason.TookTooLong);
            }
            catch (LinboClientException e)
            {
                // Another loss, not the same one still, where the connection had been there for a while.
                if (lostAt is null || (heardAt > lostAt && kit.Now - attachedAt > Lasting))
                    (lostAt, tries) = (kit.Now, 0);
                detail = e.Detail;
                if (IsAnother(e))
                    return;
            }

            await line.DropAsync();
            if (await IsOverAsync(lostAt.Value, detail, ct))
                return;
            await kit.PauseAsync(tries, ct);
        }
    }

    /// <summary>Reads on where reading ended.</summary>
    /// <returns>The exit code; null where the line fell silent.</returns>
    private async Task<int?> AttachAsync(CancellationToken ct)
    {
        var session = await line.GetAsync(ct);
        if (session.BootId != Row.BootId)
            return command.LeavesLinbo ? 0 : throw new RunFailure(RunReason.Restarted);
        heardAt = attachedAt = kit.Now;
        // A PC that jumps into another kernel says no farewell.
        using var silence = new CancellationTokenSource(command.LeavesLinbo ? kit.Options.Leave : Timeout.InfiniteTimeSpan, kit.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token);
        var text = new PrintedText(Row.Offset, kit.Tools.Secret());
        try
        {
            await foreach (var output in session.RunAsync(TaskName, command, Row.Offset, both.Token))
            {
                heardAt = kit.Now;
                if (command.LeavesLinbo)
                    silence.CancelAfter(kit.Options.Leave);
                if (output is TaskOutput.Ended(var code))
                {
                    Keep(text, text.End());
                    return code;
                }

                Keep(text, text.Add(((TaskOutput.Piece)output).Bytes.Span));
            }
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            // Whether it left is seen by knocking again.
        }

        return null;
    }

    private void Keep(PrintedText text, PrintedPiece? piece)
    {
        tellsProgress |= text.Progress is not null;
        if (piece is { Text.Length: > 0 })
            work.Sheet.Print(piece.Text, piece.Offset, piece.Next, kit.Now, kit.Writer.Kept);
        work.Sheet.Change(r =>
        {
            r.LastLine = text.LastLine;
            if (text.Progress is { } progress)
                (r.Percent, r.Speed, r.Left) = (progress.Percent, progress.BytesPerSecond, progress.Left);
        });
        kit.Writer.SendLater(work.Sheet);
    }

    /// <summary>True where another system answers, and that is what the command is for.</summary>
    private bool IsAnother(LinboClientException e) => e.Failure switch
    {
        LinboClientFailure.NotLinbo or LinboClientFailure.HostKeyChanged or LinboClientFailure.HostKeyUnknown or LinboClientFailure.KeyRefused when command.LeavesLinbo => true,
        LinboClientFailure.NotLinbo => throw new RunFailure(RunReason.Restarted, e.Detail),
        LinboClientFailure.HostKeyChanged or LinboClientFailure.HostKeyUnknown or LinboClientFailure.KeyRefused => throw RunFailure.Of(e),
        _ => false,
    };

    private async Task<bool> IsOverAsync(DateTimeOffset lostAt, string detail, CancellationToken ct)
    {
        var silent = kit.Now - lostAt;
        if (!command.LeavesLinbo)
            return silent < kit.Options.Lost ? false : throw new RunFailure(RunReason.ConnectionLost, detail);
        return await kit.Tools.LookAsync(line.Address.Address, ct) switch
        {
            HostState.Linux or HostState.Windows or HostState.On => true,
            HostState.Linbo => false,
            _ => silent >= kit.Options.Leave,
        };
    }
}
