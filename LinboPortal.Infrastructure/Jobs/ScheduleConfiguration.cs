using LinboPortal.Core.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LinboPortal.Infrastructure.Jobs;

internal sealed class ScheduleConfiguration :
    IEntityTypeConfiguration<Schedule>, IEntityTypeConfiguration<ScheduleState>, IEntityTypeConfiguration<ScheduleNotice>, IEntityTypeConfiguration<Holiday>
{
    public void Configure(EntityTypeBuilder<Schedule> builder)
    {
        builder.ToTable("schedules");
        builder.Property(s => s.Version).IsRowVersion();
        builder.HasIndex(s => new { s.School, s.Name }).IsUnique();
        builder.HasOne(s => s.State).WithOne().HasForeignKey<ScheduleState>(s => s.ScheduleId).OnDelete(DeleteBehavior.Cascade);
        builder.Navigation(s => s.State).IsRequired();
        builder.HasMany<ScheduleNotice>().WithOne().HasForeignKey(n => n.ScheduleId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<ScheduleState> builder)
    {
        builder.ToTable("schedule_states");
        builder.HasKey(s => s.ScheduleId);
    }

    public void Configure(EntityTypeBuilder<ScheduleNotice> builder)
    {
        builder.ToTable("schedule_notices");
        // Two portals that see the same job end write one message.
        builder.HasIndex(n => new { n.JobId, n.Channel }).IsUnique();
        builder.HasIndex(n => n.NextAttemptAt).HasFilter("next_attempt_at IS NOT NULL");
        builder.HasIndex(n => new { n.ScheduleId, n.CreatedAt });
    }

    public void Configure(EntityTypeBuilder<Holiday> builder)
    {
        builder.ToTable("holidays");
        builder.HasIndex(h => new { h.School, h.From });
        builder.HasIndex(h => new { h.School, h.Uid });
    }
}
