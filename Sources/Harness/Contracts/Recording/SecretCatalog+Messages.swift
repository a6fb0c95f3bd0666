import HTTP
import JSON
import OpenAPI

extension SecretCatalog {
  /// Learns the secrets of a request; to be called before anything about it is shown.
  func learn(_ request: HTTPRequest, body: MessageBody?) {
    learn(url: request.url)
    learn(request.headers)
    guard let body else { return }
    if let json = body.json { return learn(json) }
    if MediaType.essence(request.headers["Content-Type"] ?? "") == "application/x-www-form-urlencoded" {
      learn(pairs: Substring(String(decoding: body.bytes, as: UTF8.self)))
    }
  }

  /// Learns the secrets of an answer.
  func learn(_ response: HTTPResponse, body: MessageBody) {
    learn(response.headers)
    if let json = body.json { learn(json) }
  }

  private func learn(_ headers: HTTPHeaders) {
    for field in headers.fields {
      if field.name.lowercased() == "location" { learn(url: field.value) }
      guard SecretNames.isSecretHeader(field.name) else { continue }
      switch field.name.lowercased() {
      case "cookie": for pair in field.value.split(separator: ";") { learn(cookie: pair) }
      case "set-cookie": if let pair = field.value.split(separator: ";").first { learn(cookie: pair) }
      default: learn(header: field.name, field.value)
      }
    }
  }

  /// The scheme of credentials (`Bearer`) says nothing; only what follows is secret (RFC 9110 section 11.4).
  private func learn(header name: String, _ value: String) {
    let words = value.split(separator: " ", maxSplits: 1)
    guard words.count == 2, let credentials = words.last else { return learn(secret: value, named: name) }
    if words[0].lowercased() == "basic", let text = Base64.decodedText(credentials),
      let colon = text.firstIndex(of: ":")
    {
      learn(secret: String(text[text.index(after: colon)...]), named: "password")
    }
    learn(secret: String(credentials), named: words[0].lowercased() == "basic" ? "credentials" : "token")
  }

  private func learn(cookie pair: Substring) {
    let sides = pair.split(separator: "=", maxSplits: 1)
    guard sides.count == 2 else { return }
    let name = sides[0].drop { $0 == " " }
    learn(secret: String(sides[1]), named: "cookie_\(name)")
  }

  private func learn(url: String) {
    guard let start = url.firstIndex(of: "?") else { return }
    learn(pairs: url[url.index(after: start)...].prefix { $0 != "#" })
  }

  private func learn(pairs text: Substring) {
    for pair in text.split(separator: "&") {
      let sides = pair.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, let name = URLBuilder.decoded(sides[0]), SecretNames.isSecret(name) else { continue }
      learn(secret: URLBuilder.decoded(sides[1]) ?? String(sides[1]), named: name)
      learn(secret: String(sides[1]), named: name)
    }
  }
}

/// Base64 as HTTP's Basic credentials use it (RFC 4648 section 4).
private enum Base64 {
  /// The decoded text; nil when it is no Base64, or its bytes are no UTF-8.
  static func decodedText(_ text: some StringProtocol) -> String? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in text.utf8 where byte != UInt8(ascii: "=") {
      guard let value = value(of: byte) else { return nil }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
