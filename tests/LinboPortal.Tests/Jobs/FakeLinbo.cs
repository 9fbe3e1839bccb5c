using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using LinboPortal.Core.Remote;

namespace LinboPortal.Tests.Jobs;

/// <summary>LINBO on PCs that exist in memory alone, and can fail in all the ways that real ones do.</summary>
internal sealed class FakeLinbo : ILinboClient
{
    private readonly ConcurrentDictionary<string, FakePc> pcs = new();

    public FakePc this[string host] => pcs.GetOrAdd(host, name => new FakePc(name));

    /// <summary>All commands that PCs began, as <c>host command</c>.</summary>
    public IReadOnlyList<string> Begun => [.. pcs.Values.SelectMany(p => p.Begun.Select(c => $"{p.Name} {c}")).Order(StringComparer.Ordinal)];

    /// <summary>What is asked before a connection is made: the key that is known of the PC.</summary>
    public Func<LinboAddress, CancellationToken, Task> OnConnect { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<ILinboSession> ConnectAsync(LinboAddress client, CancellationToken ct)
    {
        var pc = this[client.Host];
        pc.Knocks++;
        await OnConnect(client, ct);
        if (pc.Refusal is { } failure)
            throw new LinboClientException(failure, pc.Name, "as told");
        return new FakeSession(pc);
    }
}

/// <summary>A PC in memory.</summary>
internal sealed class FakePc(string name)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, FakeTask> tasks = [];

    public string Name => name;

    public string BootId { get; private set; } = "boot-1";

    /// <summary>Why nobody gets in.</summary>
    public LinboClientFailure? Refusal { get; set; }

    public int Knocks { get; set; }

    /// <summary>What a command prints and how it ends; null for a command that never ends.</summary>
    public Func<LinboCommand, (string Output, int? Exit)> Script { get; set; } = command => ($"{command} ok\n", 0);

    /// <summary>The line breaks before so many bytes of a command's output, each once.</summary>
    public Queue<long> Breaks { get; } = new();

    /// <summary>What happens when a command is begun.</summary>
    public Action<LinboCommand> OnBegin { get; set; } = _ => { };

    public ConcurrentQueue<string> Begun { get; } = new();

    public ConcurrentQueue<string> Stopped { get; } = new();

    /// <summary>What was done to it beside commands: gui off, gui on, password, password back.</summary>
    public ConcurrentQueue<string> Acts { get; } = new();

    /// <summary>Set while a command that never ends runs.</summary>
    public TaskCompletionSource Hangs { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Restart(bool intoLinbo = true)
    {
        lock (gate)
        {
            tasks.Clear();
            BootId = $"boot-{int.Parse(BootId[5..], System.Globalization.CultureInfo.InvariantCulture) + 1}";
            Refusal = intoLinbo ? null : LinboClientFailure.Unreachable;
        }
    }

    /// <summary>A command that never ended has ended by now.</summary>
    public void End(string task)
    {
        lock (gate)
            tasks[task] = tasks[task] with { Exit = 0 };
    }

    public bool Knows(string task)
    {
        lock (gate)
            return tasks.ContainsKey(task);
    }

    public FakeTask Begin(string task, LinboCommand command)
    {
        lock (gate)
        {
            if (tasks.TryGetValue(task, out var known))
                return known;
            var (output, exit) = Script(command);
            Begun.Enqueue(command.ToString());
            var begun = tasks[task] = new FakeTask(Encoding.UTF8.GetBytes(output), exit);
            OnBegin(command);
            return begun;
        }
    }
}

internal sealed record FakeTask(byte[] Output, int? Exit);

internal sealed class FakeSession(FakePc pc) : ILinboSession
{
    private const int Piece = 4096;

    public string BootId { get; } = pc.BootId;

    public Task<bool> KnowsAsync(string task, CancellationToken ct) => Task.FromResult(pc.Knows(task));

    public async IAsyncEnumerable<TaskOutput> RunAsync(string task, LinboCommand command, long from, [EnumeratorCancellation] CancellationToken ct)
    {
        Check();
        var begun = pc.Begin(task, command);
        await Task.Yield();
        for (var at = from; at < begun.Output.Length;)
        {
            Check();
            var end = Math.Min(begun.Output.Length, at + Piece);
            if (pc.Breaks.TryPeek(out var breaks) && breaks < end)
            {
                pc.Breaks.Dequeue();
                if (breaks > at)
                    yield return new TaskOutput.Piece(at, begun.Output.AsMemory((int)at, (int)(breaks - at)));
                throw new LinboClientException(LinboClientFailure.Lost, pc.Name, "broken");
            }

            yield return new TaskOutput.Piece(at, begun.Output.AsMemory((int)at, (int)(end - at)));
            at = end;
        }

        if (begun.Exit is not { } exit)
        {
            pc.Hangs.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
            yield break;
        }

        Check();
        yield return new TaskOutput.Ended(exit);
    }

    public Task StopAsync(string task, CancellationToken ct)
    {
        pc.Stopped.Enqueue(task);
        return Task.CompletedTask;
    }

    public Task LendPasswordAsync(bool lend, CancellationToken ct) => Act(lend ? "password" : "password back");

    public Task ShowGuiAsync(bool show, CancellationToken ct) => Act(show ? "gui on" : "gui off");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task Act(string what)
    {
        Check();
        pc.Acts.Enqueue(what);
        return Task.CompletedTask;
    }

    private void Check()
    {
        if (pc.Refusal is not null || pc.BootId != BootId)
            throw new LinboClientException(LinboClientFailure.Lost, pc.Name, "gone");
    }
}
