import HTTP

/// A shell line that repeats a request to the byte; secrets stand in it as variables for the reader to set.
struct CurlCommand {
  let request: HTTPRequest
  let secrets: SecretCatalog

  /// Bodies that a line can hold; longer ones are left for the reader to provide.
  private static let longestBody = 96 * 1024

  /// The line for a POSIX shell.
  var line: String {
    var input = ""
    var words = ["curl", "-sS", "-i"]
    if request.method == "HEAD", request.body == nil {
      // `-X HEAD` would make curl wait for a body.
      words.append("-I")
    } else if request.method != "GET" || request.body != nil {
      words += ["-X", quoted(request.method)]
    }
    if request.url.contains(where: { $0 == "[" || $0 == "]" }) { words.append("-g") }
    if request.url.contains("/.") { words.append("--path-as-is") }
    words += headers
    if let content {
      if let text = Self.argument(content) {
        // Not `--data-binary`, for which a body that begins with `@` names a file.
        words += ["--data-raw", quoted(text)]
      } else if let text = printable(content) {
        input = "printf \(text) | "
        words += ["--data-binary", "@-"]
      } else {
        words += ["--data-binary", "@body"]
        return (words + [quoted(request.url)]).joined(separator: " ") + "  # body: a file of \(content.count) bytes"
      }
    }
    return input + (words + [quoted(request.url)]).joined(separator: " ")
  }

  /// What is sent as the body: methods that usually carry one say so when there is none (RFC 9110 section 8.6).
  private var content: [UInt8]? {
    request.body ?? (["POST", "PUT", "PATCH"].contains(request.method) ? [] : nil)
  }

  private var headers: [String] {
    var words: [String] = []
    for field in request.headers.fields {
      // curl reads `Name:` as the wish to remove a header and `Name;` as one without a value.
      words += ["-H", quoted(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")]
    }
    // What curl would add on its own.
    if request.headers["User-Agent"] == nil { words += ["-H", "User-Agent:"] }
    if content != nil, request.headers["Content-Type"] == nil { words += ["-H", "Content-Type:"] }
    return words
  }

  /// The body as one argument; nil when it is no text, or too long for one.
  private static func argument(_ body: [UInt8]) -> String? {
    guard body.count <= longestBody, !body.contains(0) else { return nil }
    return String(validating: body, as: UTF8.self)
  }

  /// The body as a format of `printf`; nil when it is too long, or holds a secret, which no variable could stand for.
  private func printable(_ body: [UInt8]) -> String? {
    guard body.count <= Self.longestBody / 4 else { return nil }
    let text = String(decoding: body, as: UTF8.self)
    guard secrets.parts(of: text) == [.text(text)] else { return nil }
    let escaped = body.map { byte in
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\\"), UInt8(ascii: "%"), 0..<0x20, 0x7F...0xFF:
        let digits = String(byte, radix: 8)
        return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      default: return String(UnicodeScalar(byte))
      }
    }
    return "'\(escaped.joined())'"
  }

  /// Text as one shell word: everything literal but the variables of secrets.
  private func quoted(_ text: String) -> String {
    let parts = secrets.parts(of: text)
    if parts.isEmpty { return "''" }
    if case .text(let plain)? = parts.first, parts.count == 1, Self.isPlain(plain) { return plain }
    return parts.map { part in
      switch part {
      case .text(let text): text.utf8.contains(UInt8(ascii: "'")) ? Self.escaped(text) : "'\(text)'"
      case .secret(let variable): "\"$\(variable)\""
      }
    }.joined()
  }

  /// A text with quotation marks in quotation marks.
  private static func escaped(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
      default: "-._/:@%+,".utf8.contains(byte)
      }
    }
  }
}
