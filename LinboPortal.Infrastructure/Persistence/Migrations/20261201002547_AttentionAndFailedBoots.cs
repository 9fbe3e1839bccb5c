using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LinboPortal.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class AttentionAndFailedBoots : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "boot_failure",
                table: "host_statuses",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "verdict",
                table: "boot_runs",
                type: "character varying(16)",
                maxLength: 16,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "boots_linbo",
                table: "hosts",
                type: "boolean",
                nullable: false,
                computedColumnSql: "pxe_flag IN ('1', '2') AND group_id IS NOT NULL AND role NOT IN ('printer', 'switch', 'addc', 'wlan', 'router', 'iponly', 'voip', 'byod')",
                stored: true);

            migrationBuilder.AddColumn<string>(
                name: "shown",
                table: "host_statuses",
                type: "character varying(16)",
                maxLength: 16,
                nullable: false,
                computedColumnSql: "CASE WHEN boot_failure IS NOT NULL AND state NOT IN ('Booting', 'Linbo', 'Linux', 'Windows') THEN 'Failed' ELSE state END",
                stored: true);

            migrationBuilder.CreateTable(
                name: "seen_attention",
                columns: table => new
                {
                    user_name = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    key = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_seen_attention", x => new { x.user_name, x.key });
                });

            migrationBuilder.CreateIndex(
                name: "ix_host_statuses_shown",
                table: "host_statuses",
                column: "shown");

            migrationBuilder.CreateIndex(
                name: "ix_boot_runs_last_step_at",
                table: "boot_runs",
                column: "last_step_at",
                filter: "completed_at IS NULL AND verdict IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "seen_attention");

            migrationBuilder.DropIndex(
                name: "ix_host_statuses_shown",
                table: "host_statuses");

            migrationBuilder.DropIndex(
                name: "ix_boot_runs_last_step_at",
                table: "boot_runs");

            migrationBuilder.DropColumn(
                name: "boots_linbo",
                table: "hosts");

            migrationBuilder.DropColumn(
                name: "shown",
                table: "host_statuses");

            migrationBuilder.DropColumn(
                name: "boot_failure",
                table: "host_statuses");

            migrationBuilder.DropColumn(
                name: "verdict",
                table: "boot_runs");
        }
    }
}
