using LinboPortal.Core.Hosts;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace LinboPortal.Infrastructure.Persistence;

/// <summary>Stores a MAC address as its text, so that people can search for a part of it.</summary>
internal sealed class MacAddressConverter() : ValueConverter<MacAddress, string>(mac => mac.ToString(), text => MacAddress.Parse(text));
