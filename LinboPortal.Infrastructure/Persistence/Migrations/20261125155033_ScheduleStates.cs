using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LinboPortal.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class ScheduleStates : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "last_due_at",
                table: "schedules");

            migrationBuilder.AddColumn<Guid>(
                name: "saved_by_account",
                table: "schedules",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "schedule_notices",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    schedule_id = table.Column<Guid>(type: "uuid", nullable: false),
                    job_id = table.Column<Guid>(type: "uuid", nullable: true),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    result = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    channel = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    next_attempt_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    problem = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_schedule_notices", x => x.id);
                    table.ForeignKey(
                        name: "fk_schedule_notices_schedules_schedule_id",
                        column: x => x.schedule_id,
                        principalTable: "schedules",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "schedule_states",
                columns: table => new
                {
                    schedule_id = table.Column<Guid>(type: "uuid", nullable: false),
                    last_due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    result = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    result_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    detail = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_schedule_states", x => x.schedule_id);
                    table.ForeignKey(
                        name: "fk_schedule_states_schedules_schedule_id",
                        column: x => x.schedule_id,
                        principalTable: "schedules",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_holidays_school_uid",
                table: "holidays",
                columns: new[] { "school", "uid" });

            migrationBuilder.CreateIndex(
                name: "ix_schedule_notices_job_id_channel",
                table: "schedule_notices",
                columns: new[] { "job_id", "channel" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_schedule_notices_next_attempt_at",
                table: "schedule_notices",
                column: "next_attempt_at",
                filter: "next_attempt_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_schedule_notices_schedule_id_created_at",
                table: "schedule_notices",
                columns: new[] { "schedule_id", "created_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "schedule_notices");

            migrationBuilder.DropTable(
                name: "schedule_states");

            migrationBuilder.DropIndex(
                name: "ix_holidays_school_uid",
                table: "holidays");

            migrationBuilder.DropColumn(
                name: "saved_by_account",
                table: "schedules");

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "last_due_at",
                table: "schedules",
                type: "timestamp with time zone",
                nullable: true);
        }
    }
}
