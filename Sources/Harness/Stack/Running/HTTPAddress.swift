/// Where a service or an emulator listens: the parts of a URL that a variable can ask for.
struct HTTPAddress: Sendable, Hashable {
  /// Scheme, host and port, and a path if there is one; without a slash at its end.
  let url: String
  /// Without the brackets of an IPv6 address.
  let host: String
  let port: Int

  /// `host:port`, an IPv6 address in brackets.
  var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  private init(url: String, host: String, port: Int) {
    self.url = url
    self.host = host
    self.port = port
  }

  /// A server of ours.
  init(localPort port: Int) { self.init(url: "http://127.0.0.1:\(port)", host: "127.0.0.1", port: port) }

  /// Reads `http(s)://host[:port][/path]`; nil for anything else, also for a URL with a name or password in it.
  init?(url text: String) {
    var url = Substring(text)
    while url.hasSuffix("/") { url = url.dropLast() }
    let defaultPort: Int
    var rest: Substring
    if url.hasPrefix("http://") {
      (defaultPort, rest) = (80, url.dropFirst(7))
    } else if url.hasPrefix("https://") {
      (defaultPort, rest) = (443, url.dropFirst(8))
    } else {
      return nil
    }
    rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let (host, port) = Self.split(rest) else { return nil }
    self.init(url: String(url), host: host, port: port ?? defaultPort)
  }

  /// Reads `host:port`, or an `http` URL as emulators print it.
  init?(address text: String) {
    if text.hasPrefix("http://") {
      self.init(url: text)
      return
    }
    guard let (host, port) = Self.split(text[...]), let port else { return nil }
    self.init(url: "http://\(text)", host: host, port: port)
  }

  private static func split(_ authority: Substring) -> (host: String, port: Int?)? {
    var host = authority
    var port: Int?
    if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
      guard let number = Int(authority[authority.index(after: colon)...]), (1...65535).contains(number) else {
        return nil
      }
      port = number
      host = authority[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    let isPlain = host.unicodeScalars.allSatisfy {
      $0.isASCII && $0.value > 32 && !"@/?#[]".unicodeScalars.contains($0)
    }
    return host.isEmpty || !isPlain ? nil : (String(host), port)
  }
}
