namespace LinboPortal.Distribution;

/// <summary>Files for clients: the LINBO tree, HTTP, rsync.</summary>
internal static class DistributionFeature
{
    public static WebApplicationBuilder AddDistribution(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapDistribution(this WebApplication app) => app;
}
