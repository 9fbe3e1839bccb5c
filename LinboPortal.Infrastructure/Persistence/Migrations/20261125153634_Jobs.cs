using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace LinboPortal.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Jobs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "holidays",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    school = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    from = table.Column<DateOnly>(type: "date", nullable: false),
                    to = table.Column<DateOnly>(type: "date", nullable: false),
                    uid = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_holidays", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "host_key_pins",
                columns: table => new
                {
                    host_id = table.Column<Guid>(type: "uuid", nullable: false),
                    algorithm = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<string>(type: "text", nullable: false),
                    pinned_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    other_fingerprint = table.Column<string>(type: "text", nullable: true),
                    other_seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_key_pins", x => x.host_id);
                    table.ForeignKey(
                        name: "fk_host_key_pins_hosts_host_id",
                        column: x => x.host_id,
                        principalTable: "hosts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    school = table.Column<string>(type: "text", nullable: false),
                    target = table.Column<string>(type: "text", nullable: false),
                    commands = table.Column<string>(type: "text", nullable: false),
                    way = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    wake = table.Column<TimeSpan>(type: "interval", nullable: true),
                    between = table.Column<TimeSpan>(type: "interval", nullable: false),
                    broadcast = table.Column<bool>(type: "boolean", nullable: false),
                    no_gui = table.Column<bool>(type: "boolean", nullable: false),
                    no_auto = table.Column<bool>(type: "boolean", nullable: false),
                    waves = table.Column<string>(type: "text", nullable: false),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    note = table.Column<string>(type: "text", nullable: false),
                    created_by = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    cancel_requested = table.Column<bool>(type: "boolean", nullable: false),
                    schedule_id = table.Column<Guid>(type: "uuid", nullable: true),
                    repeat_of = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_jobs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "schedules",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    school = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    target = table.Column<string>(type: "text", nullable: false),
                    commands = table.Column<string>(type: "text", nullable: false),
                    way = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    wake = table.Column<TimeSpan>(type: "interval", nullable: true),
                    between = table.Column<TimeSpan>(type: "interval", nullable: false),
                    broadcast = table.Column<bool>(type: "boolean", nullable: false),
                    no_gui = table.Column<bool>(type: "boolean", nullable: false),
                    no_auto = table.Column<bool>(type: "boolean", nullable: false),
                    waves = table.Column<string>(type: "text", nullable: false),
                    days = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<TimeOnly>(type: "time without time zone", nullable: false),
                    ready_by = table.Column<bool>(type: "boolean", nullable: false),
                    time_zone = table.Column<string>(type: "text", nullable: false),
                    skip_holidays = table.Column<bool>(type: "boolean", nullable: false),
                    catch_up = table.Column<TimeSpan>(type: "interval", nullable: true),
                    mail = table.Column<string>(type: "text", nullable: false),
                    web_hook = table.Column<string>(type: "text", nullable: false),
                    only_failures = table.Column<bool>(type: "boolean", nullable: false),
                    last_due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    saved_by = table.Column<string>(type: "text", nullable: false),
                    saved_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_schedules", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "host_runs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    job_id = table.Column<Guid>(type: "uuid", nullable: false),
                    host_id = table.Column<Guid>(type: "uuid", nullable: true),
                    host = table.Column<string>(type: "text", nullable: false),
                    room_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    wave = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    command = table.Column<int>(type: "integer", nullable: false),
                    boot_id = table.Column<string>(type: "text", nullable: true),
                    offset = table.Column<long>(type: "bigint", nullable: false),
                    percent = table.Column<double>(type: "double precision", nullable: true),
                    speed = table.Column<long>(type: "bigint", nullable: true),
                    left = table.Column<TimeSpan>(type: "interval", nullable: true),
                    last_line = table.Column<string>(type: "text", nullable: false),
                    reason = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    detail = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    deadline = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    cancel_requested = table.Column<bool>(type: "boolean", nullable: false),
                    lease_owner = table.Column<string>(type: "text", nullable: true),
                    lease_until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_host_runs", x => x.id);
                    table.ForeignKey(
                        name: "fk_host_runs_hosts_host_id",
                        column: x => x.host_id,
                        principalTable: "hosts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_host_runs_jobs_job_id",
                        column: x => x.job_id,
                        principalTable: "jobs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "run_outputs",
                columns: table => new
                {
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    command = table.Column<int>(type: "integer", nullable: false),
                    offset = table.Column<long>(type: "bigint", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_run_outputs", x => new { x.run_id, x.command, x.offset });
                    table.ForeignKey(
                        name: "fk_run_outputs_host_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "host_runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_holidays_school_from",
                table: "holidays",
                columns: new[] { "school", "from" });

            migrationBuilder.CreateIndex(
                name: "ix_host_runs_host_id_job_id",
                table: "host_runs",
                columns: new[] { "host_id", "job_id" });

            migrationBuilder.CreateIndex(
                name: "ix_host_runs_job_id_position",
                table: "host_runs",
                columns: new[] { "job_id", "position" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_host_runs_room_id",
                table: "host_runs",
                column: "room_id");

            migrationBuilder.CreateIndex(
                name: "ix_host_runs_state",
                table: "host_runs",
                column: "state",
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_created_at",
                table: "jobs",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_number",
                table: "jobs",
                column: "number",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_jobs_schedule_id_created_at",
                table: "jobs",
                columns: new[] { "schedule_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_state",
                table: "jobs",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "ix_schedules_school_name",
                table: "schedules",
                columns: new[] { "school", "name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "holidays");

            migrationBuilder.DropTable(
                name: "host_key_pins");

            migrationBuilder.DropTable(
                name: "run_outputs");

            migrationBuilder.DropTable(
                name: "schedules");

            migrationBuilder.DropTable(
                name: "host_runs");

            migrationBuilder.DropTable(
                name: "jobs");
        }
    }
}
