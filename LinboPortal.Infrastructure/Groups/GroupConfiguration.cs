using LinboPortal.Core.Groups;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LinboPortal.Infrastructure.Groups;

internal sealed class GroupConfiguration : IEntityTypeConfiguration<HostGroup>, IEntityTypeConfiguration<StartConfRevision>, IEntityTypeConfiguration<SystemAccess>
{
    public void Configure(EntityTypeBuilder<HostGroup> builder)
    {
        builder.ToTable("groups");
        builder.Property(g => g.School).HasMaxLength(64);
        builder.Property(g => g.Name).HasMaxLength(64);
        builder.Property(g => g.Version).IsRowVersion();
        builder.HasIndex(g => g.Name).IsUnique();
        builder.HasMany(g => g.Systems).WithOne().HasForeignKey(s => s.GroupId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SystemAccess> builder)
    {
        builder.ToTable("group_systems");
        builder.HasKey(s => new { s.GroupId, s.System });
    }

    public void Configure(EntityTypeBuilder<StartConfRevision> builder)
    {
        builder.ToTable("start_conf_revisions");
        builder.HasIndex(r => new { r.GroupId, r.Number }).IsUnique();
        builder.HasOne<HostGroup>().WithMany().HasForeignKey(r => r.GroupId).OnDelete(DeleteBehavior.Cascade);
    }
}
