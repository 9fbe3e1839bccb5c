using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LinboPortal.Infrastructure.Distribution;

/// <summary>Lets <see cref="LinboFileEndpoint"/> send large files from the page cache (sendfile(2)), which Kestrel cannot do itself.</summary>
public static class StraightOutput
{
    /// <summary>Stands between Kestrel and the sockets of an endpoint. Without it files are copied through Kestrel.</summary>
    public static void UseStraightOutput(this ListenOptions listen) => listen.Use(next => connection => RunAsync(connection, next));

    /// <summary>The output that may take files for this answer: HTTP/1 in the clear. Null where they have to be copied.</summary>
    internal static SocketOutput? Of(HttpContext context) =>
        context.Features.Get<ITlsHandshakeFeature>() is null && (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
            ? context.Features.Get<SocketOutput>()
            : null;

    private static async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (!OperatingSystem.IsLinux() || connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            await next(connection);
            return;
        }

        var kestrels = connection.Transport;
        var output = new SocketOutput(kestrels.Output, socket);
        connection.Features.Set(output);
        connection.Transport = new Straight(kestrels.Input, output);
        try
        {
            await next(connection);
        }
        finally
        {
            await output.EndAsync();
            connection.Transport = kestrels;
        }
    }

    private sealed record Straight(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
