using LinboPortal.Core.Boot;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LinboPortal.Infrastructure.Boot;

internal sealed class BootConfiguration : IEntityTypeConfiguration<BootRun>, IEntityTypeConfiguration<BootStep>, IEntityTypeConfiguration<NewPc>
{
    public void Configure(EntityTypeBuilder<BootRun> builder)
    {
        builder.ToTable("boot_runs");
        builder.HasIndex(b => new { b.HostId, b.StartedAt });
        builder.HasIndex(b => b.StartedAt);
        builder.Property(b => b.Verdict).HasConversion<string>().HasMaxLength(16);
        builder.HasIndex(b => b.LastStepAt).HasFilter("completed_at IS NULL AND verdict IS NULL");
        builder.HasOne<Host>().WithMany().HasForeignKey(b => b.HostId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(b => b.Steps).WithOne().HasForeignKey(s => s.BootRunId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<BootStep> builder)
    {
        builder.ToTable("boot_steps");
        builder.Property(s => s.Path).HasMaxLength(1024);
    }

    public void Configure(EntityTypeBuilder<NewPc> builder)
    {
        builder.ToTable("new_pcs");
        builder.HasKey(p => p.Mac);
        builder.Property(p => p.WantedName).HasMaxLength(64);
        builder.Property(p => p.WantedRoom).HasMaxLength(64);
        builder.Property(p => p.WantedGroup).HasMaxLength(64);
        builder.Property(p => p.WantedRole).HasMaxLength(64);
    }
}
