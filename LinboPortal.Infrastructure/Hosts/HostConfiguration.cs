using System.Text.Json;
using LinboPortal.Core.Boot;
using LinboPortal.Core.Hosts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace LinboPortal.Infrastructure.Hosts;

internal sealed class HostConfiguration :
    IEntityTypeConfiguration<Host>, IEntityTypeConfiguration<HostMac>, IEntityTypeConfiguration<HostStatus>, IEntityTypeConfiguration<Room>,
    IEntityTypeConfiguration<DevicesFile>, IEntityTypeConfiguration<Subnet>
{
    public void Configure(EntityTypeBuilder<Host> builder)
    {
        builder.ToTable("hosts");
        builder.Property(h => h.School).HasMaxLength(64);
        builder.Property(h => h.Name).HasMaxLength(64);
        builder.Property(h => h.Version).IsRowVersion();
        builder.HasIndex(h => new { h.School, h.Name }).IsUnique();
        builder.Property(h => h.BootsLinbo).HasComputedColumnSql(
            $"pxe_flag IN ('1', '2') AND group_id IS NOT NULL AND role NOT IN ({string.Join(", ", HostRoles.Devices.Select(r => $"'{r}'"))})", stored: true);
        builder.HasIndex(h => h.Address);
        builder.HasIndex(h => h.Name);
        builder.HasOne(h => h.Room).WithMany().HasForeignKey(h => h.RoomId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(h => h.Group).WithMany().HasForeignKey(h => h.GroupId).OnDelete(DeleteBehavior.Restrict);
        builder.HasMany(h => h.Macs).WithOne().HasForeignKey(m => m.HostId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(h => h.Status).WithOne().HasForeignKey<HostStatus>(s => s.HostId).OnDelete(DeleteBehavior.Cascade);
    }

    public void Configure(EntityTypeBuilder<HostMac> builder)
    {
        builder.ToTable("host_macs");
        builder.HasKey(m => m.Mac);
    }

    public void Configure(EntityTypeBuilder<HostStatus> builder)
    {
        builder.ToTable("host_statuses");
        builder.HasKey(s => s.HostId);
        builder.HasIndex(s => s.State);
        builder.HasIndex(s => s.Shown);
        builder.HasIndex(s => s.Address);
        builder.Property(s => s.BootFailure).HasConversion(f => JsonSerializer.Serialize(f, JsonSerializerOptions.Default), text => JsonSerializer.Deserialize<BootFailure>(text, JsonSerializerOptions.Default)!);
        builder.Property(s => s.Shown).HasComputedColumnSql(
            "CASE WHEN boot_failure IS NOT NULL AND state NOT IN ('Booting', 'Linbo', 'Linux', 'Windows') THEN 'Failed' ELSE state END", stored: true);
    }

    public void Configure(EntityTypeBuilder<Room> builder)
    {
        builder.ToTable("rooms");
        builder.Property(r => r.School).HasMaxLength(64);
        builder.Property(r => r.Name).HasMaxLength(64);
        builder.Property(r => r.Version).IsRowVersion();
        builder.HasIndex(r => new { r.School, r.Name }).IsUnique();
    }

    public void Configure(EntityTypeBuilder<DevicesFile> builder)
    {
        builder.ToTable("devices_files");
        builder.HasKey(f => f.School);
    }

    public void Configure(EntityTypeBuilder<Subnet> builder)
    {
        builder.ToTable("subnets");
        builder.HasIndex(s => s.Position).IsUnique();
    }
}
