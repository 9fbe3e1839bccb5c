using System.Buffers;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace LinboPortal.Benchmarks;

/// <summary>
/// A person who looks at a page, without a browser: opens a Blazor circuit as blazor.web.js does, says of every drawing at once that it was drawn,
/// and counts them.
/// </summary>
internal sealed partial class Circuit : IAsyncDisposable, IInvocationBinder
{
    private const char EndOfRecord = '\u001e';
    private const int ModuleResult = 1;

    /// <summary>Blazor's own messages: the class is the framework's, and nobody else's to be made.</summary>
    private static readonly IHubProtocol Protocol = (IHubProtocol)Activator.CreateInstance(
        Type.GetType("Microsoft.AspNetCore.Components.Server.BlazorPack.BlazorPackHubProtocol, Microsoft.AspNetCore.Components.Server", throwOnError: true)!)!;

    private static readonly Dictionary<string, Type[]> Calls = new()
    {
        ["JS.AttachComponent"] = [typeof(int), typeof(string)],
        ["JS.BeginInvokeJS"] = [typeof(long), typeof(string), typeof(string), typeof(int), typeof(long), typeof(int)],
        ["JS.EndInvokeDotNet"] = [typeof(string)],
        ["JS.RenderBatch"] = [typeof(int), typeof(byte[])],
        ["JS.Error"] = [typeof(string)],
    };

    private readonly ClientWebSocket socket = new();
    private readonly CancellationTokenSource leaving = new();
    private Task reading = Task.CompletedTask;

    private Circuit()
    {
    }

    /// <summary>Drawings so far.</summary>
    public int Drawings { get; private set; }

    /// <summary>Bytes of them.</summary>
    public long Bytes { get; private set; }

    /// <summary>What went wrong.</summary>
    public string? Fault { get; private set; }

    public static async Task<Circuit> OpenAsync(Uri portal, string path, string token)
    {
        using var http = new HttpClient { BaseAddress = portal };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var page = await http.GetStringAsync(new Uri(path, UriKind.Relative));
        var components = $"[{string.Join(',', Marker().Matches(page).Select(m => m.Groups[1].Value))}]";
        var circuit = new Circuit();
        circuit.socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await circuit.socket.ConnectAsync(new Uri($"ws://{portal.Authority}/_blazor"), CancellationToken.None);
        await circuit.socket.SendAsync(Encoding.UTF8.GetBytes($$"""{"protocol":"blazorpack","version":1}{{EndOfRecord}}"""), WebSocketMessageType.Text, true, CancellationToken.None);
        circuit.reading = circuit.ReadAsync(circuit.leaving.Token);
        await circuit.SendAsync(new InvocationMessage("0", "StartCircuit", [portal.ToString(), new Uri(portal, path).ToString(), components, ""]));
        return circuit;
    }

    public IReadOnlyList<Type> GetParameterTypes(string methodName) => Calls.TryGetValue(methodName, out var types) ? types : [];

    public Type GetReturnType(string invocationId) => typeof(string);

    public Type GetStreamItemType(string streamId) => typeof(byte[]);

    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        await reading;
        socket.Dispose();
        leaving.Dispose();
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        var pending = new ArrayBufferWriter<byte>();
        var handshake = true;
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(pending.GetMemory(65536), ct);
                if (got.MessageType == WebSocketMessageType.Close)
                    throw new InvalidOperationException("the portal closed the circuit");
                pending.Advance(got.Count);
                var rest = new ReadOnlySequence<byte>(pending.WrittenMemory.ToArray());
                if (handshake && rest.PositionOf((byte)EndOfRecord) is { } end)
                    (rest, handshake) = (rest.Slice(rest.GetPosition(1, end)), false);
                while (!handshake && Protocol.TryParseMessage(ref rest, this, out var message))
                    await TakeAsync(message!);
                pending.ResetWrittenCount();
                pending.Write(rest.ToArray());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or InvalidOperationException)
        {
            Fault ??= ct.IsCancellationRequested ? null : e.Message;
        }
    }

    private async Task TakeAsync(HubMessage message)
    {
        switch (message)
        {
            case InvocationMessage { Target: "JS.RenderBatch", Arguments: [int number, byte[] batch] }:
                (Drawings, Bytes) = (Drawings + 1, Bytes + batch.Length);
                await SendAsync(new InvocationMessage("OnRenderCompleted", [(long)number, null]));
                break;
            case InvocationMessage { Target: "JS.BeginInvokeJS", Arguments: [long call, string what, _, int kind, ..] } when call != 0:
                await SendAsync(new InvocationMessage("EndInvokeJSFromDotNet", [call, true, JsonSerializer.Serialize(new object?[] { call, true, ResultOf(what, kind) })]));
                break;
            case InvocationMessage { Target: "JS.Error", Arguments: [string fault] }:
                Fault = fault;
                break;
            case CompletionMessage { Error: { } error }:
                Fault = error;
                break;
            case InvocationBindingFailureMessage failure:
                Fault = $"{failure.Target}: {failure.BindingFailure.SourceException.Message}";
                break;
        }
    }

    private static object? ResultOf(string what, int kind) => kind == ModuleResult ? new Dictionary<string, int> { ["__jsObjectId"] = 1 } : what == "zone" ? "Europe/Berlin" : null;

    private async Task SendAsync(HubMessage message) =>
        await socket.SendAsync(Protocol.GetMessageBytes(message), WebSocketMessageType.Binary, true, leaving.Token);

    [GeneratedRegex("<!--Blazor:(\\{.*?\\})-->")]
    private static partial Regex Marker();
}
