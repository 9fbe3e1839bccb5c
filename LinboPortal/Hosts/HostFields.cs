using LinboPortal.Core.Hosts;

namespace LinboPortal.Hosts;

/// <summary>Names of fields on the wire.</summary>
internal static class HostFields
{
    /// <summary>As in the API: <c>address</c>, <c>pxeFlag</c>; issues of a whole row stand under <c>host</c>.</summary>
    public static string WireName(HostField field) => field switch
    {
        HostField.Row => "host",
        _ => char.ToLowerInvariant(field.ToString()[0]) + field.ToString()[1..],
    };
}
