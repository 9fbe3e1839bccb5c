using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LinboPortal.Infrastructure.Accounts;

/// <summary>A line of what needs attention that a person has put aside.</summary>
public sealed class SeenAttention
{
    /// <summary>Who.</summary>
    public required string UserName { get; init; }

    /// <summary>Key of the line.</summary>
    public required string Key { get; init; }

    /// <summary>When (UTC).</summary>
    public required DateTimeOffset SeenAt { get; init; }
}

internal sealed class SeenAttentionConfiguration : IEntityTypeConfiguration<SeenAttention>
{
    public void Configure(EntityTypeBuilder<SeenAttention> builder)
    {
        builder.ToTable("seen_attention");
        builder.HasKey(s => new { s.UserName, s.Key });
        builder.Property(s => s.UserName).HasMaxLength(256);
        builder.Property(s => s.Key).HasMaxLength(200);
    }
}
