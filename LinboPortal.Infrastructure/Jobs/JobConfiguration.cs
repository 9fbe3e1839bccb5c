using LinboPortal.Core.Jobs;
using LinboPortal.Core.Remote;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LinboPortal.Infrastructure.Jobs;

internal sealed class JobConfiguration :
    IEntityTypeConfiguration<Job>, IEntityTypeConfiguration<HostRun>, IEntityTypeConfiguration<RunOutput>, IEntityTypeConfiguration<HostKeyPin>,
    IEntityTypeConfiguration<SystemKeyPin>, IEntityTypeConfiguration<ConfirmedHostKey>, IEntityTypeConfiguration<RefusedHostKey>
{
    public void Configure(EntityTypeBuilder<Job> builder)
    {
        builder.ToTable("jobs");
        builder.Property(j => j.Number).UseIdentityAlwaysColumn();
        builder.HasIndex(j => j.Number).IsUnique();
        builder.HasIndex(j => j.State);
        builder.HasIndex(j => j.CreatedAt);
        builder.HasIndex(j => new { j.ScheduleId, j.CreatedAt });
        builder.HasMany(j => j.Runs).WithOne().HasForeignKey(r => r.JobId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<HostRun> builder)
    {
        builder.ToTable("host_runs");
        builder.HasIndex(r => new { r.JobId, r.Position }).IsUnique();
        builder.HasIndex(r => new { r.HostId, r.JobId });
        builder.HasIndex(r => r.RoomId);
        // Few of millions are not at their end: what recovery and the limits ask for.
        builder.HasIndex(r => r.State).HasFilter("ended_at IS NULL");
        builder.HasOne<Host>().WithMany().HasForeignKey(r => r.HostId).OnDelete(DeleteBehavior.SetNull);
        builder.HasMany<RunOutput>().WithOne().HasForeignKey(o => o.RunId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<RunOutput> builder)
    {
        builder.ToTable("run_outputs");
        builder.HasKey(o => new { o.RunId, o.Command, o.Offset });
    }

    public void Configure(EntityTypeBuilder<HostKeyPin> builder)
    {
        builder.ToTable("host_key_pins");
        builder.HasKey(p => p.HostId);
        builder.HasOne<Host>().WithOne().HasForeignKey<HostKeyPin>(p => p.HostId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ConfirmedHostKey> builder)
    {
        builder.ToTable("confirmed_host_keys");
        builder.HasKey(k => k.Fingerprint);
    }

    public void Configure(EntityTypeBuilder<RefusedHostKey> builder)
    {
        builder.ToTable("refused_host_keys");
        builder.HasKey(k => k.HostId);
        builder.HasOne<Host>().WithOne().HasForeignKey<RefusedHostKey>(k => k.HostId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<SystemKeyPin> builder)
    {
        builder.ToTable("system_key_pins");
        builder.HasKey(p => new { p.HostId, p.System });
        builder.HasOne<Host>().WithMany().HasForeignKey(p => p.HostId).OnDelete(DeleteBehavior.Cascade);
    }
}
