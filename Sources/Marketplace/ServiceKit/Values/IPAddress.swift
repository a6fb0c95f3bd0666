#if canImport(Glibc)
  private import Glibc
#else
  private import Musl
#endif

/// A numeric IPv4 or IPv6 address in its canonical text form, as the INET columns take it.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
  /// The canonical text (RFC 5952 for IPv6), without zone and brackets.
  package let description: String

  /// Parses a numeric address; nil for names, ports, zones and anything else.
  package init?(_ text: String) {
    guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
    let family = text.utf8.contains(UInt8(ascii: ":")) ? AF_INET6 : AF_INET
    var binary = in6_addr()  // 16 bytes: room for either family
    var canonical = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_pton(family, text, &binary) == 1,
      inet_ntop(family, &binary, &canonical, socklen_t(canonical.count)) != nil
    else { return nil }
    description = String(decoding: canonical.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
