using LinboPortal.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LinboPortal.Infrastructure.Hosts;

internal sealed class SavedSearchConfiguration : IEntityTypeConfiguration<SavedSearch>
{
    public void Configure(EntityTypeBuilder<SavedSearch> builder)
    {
        builder.ToTable("saved_searches");
        builder.Property(s => s.Name).HasMaxLength(SavedSearch.LongestName);
        builder.Property(s => s.Key).HasMaxLength(SavedSearch.LongestName);
        builder.Property(s => s.Query).HasMaxLength(SavedSearch.LongestQuery);
        builder.Property(s => s.Owner).HasMaxLength(256);
        builder.Property(s => s.Version).IsRowVersion();
        // A name leads to one search: the person's own, or else the one that all have.
        builder.HasIndex(s => new { s.Owner, s.Key }).IsUnique().HasFilter("NOT is_shared");
        builder.HasIndex(s => s.Key).IsUnique().HasFilter("is_shared");
    }
}
