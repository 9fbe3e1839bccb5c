using System;
using System.Net;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LinboPortal.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class ProvenAddressesAndHostKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "address_proof",
                table: "host_statuses",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "address_proven_at",
                table: "host_statuses",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<IPAddress>(
                name: "claimed_address",
                table: "host_statuses",
                type: "inet",
                nullable: true);

            // What releases before wrote there was what requests said.
            migrationBuilder.Sql("UPDATE host_statuses SET claimed_address = address, address = NULL WHERE address IS NOT NULL");

            migrationBuilder.AddColumn<bool>(
                name: "is_first_use",
                table: "host_key_pins",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "confirmed_host_keys",
                columns: table => new
                {
                    fingerprint = table.Column<string>(type: "text", nullable: false),
                    algorithm = table.Column<string>(type: "text", nullable: false),
                    confirmed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    confirmed_by = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_confirmed_host_keys", x => x.fingerprint);
                });

            migrationBuilder.CreateTable(
                name: "refused_host_keys",
                columns: table => new
                {
                    host_id = table.Column<Guid>(type: "uuid", nullable: false),
                    algorithm = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<string>(type: "text", nullable: false),
                    address = table.Column<IPAddress>(type: "inet", nullable: false),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_refused_host_keys", x => x.host_id);
                    table.ForeignKey(
                        name: "fk_refused_host_keys_hosts_host_id",
                        column: x => x.host_id,
                        principalTable: "hosts",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_host_statuses_address",
                table: "host_statuses",
                column: "address");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "confirmed_host_keys");

            migrationBuilder.DropTable(
                name: "refused_host_keys");

            migrationBuilder.DropIndex(
                name: "ix_host_statuses_address",
                table: "host_statuses");

            migrationBuilder.DropColumn(
                name: "address_proof",
                table: "host_statuses");

            migrationBuilder.DropColumn(
                name: "address_proven_at",
                table: "host_statuses");

            migrationBuilder.DropColumn(
                name: "claimed_address",
                table: "host_statuses");

            migrationBuilder.DropColumn(
                name: "is_first_use",
                table: "host_key_pins");
        }
    }
}
