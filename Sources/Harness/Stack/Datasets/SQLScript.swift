/// Where the statements of an SQL script start, to tell the line of one that the server refused.
///
/// The server says which statement of a script failed, and only for some errors where. This finds the statements with
/// the lexical rules of PostgreSQL (documentation, section 4.1): strings, quoted names, dollar quotes, comments.
struct SQLScript: Sendable {
  /// Line of the first word of each statement, from 1; empty statements do not count.
  let lines: [Int]

  init(_ text: String) {
    var scanner = Scanner(Array(text.utf8))
    lines = scanner.statementLines()
  }

  /// Line of a statement, from 1; the last one's for a number beyond.
  func line(ofStatement number: Int) -> Int {
    guard let last = lines.last else { return 1 }
    return lines.indices.contains(number - 1) ? lines[number - 1] : last
  }

  private struct Scanner {
    let bytes: [UInt8]
    var index = 0
    var line = 1

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
    }

    mutating func statementLines() -> [Int] {
      var lines: [Int] = []
      var isInside = false
      while let byte = current {
        if byte == UInt8(ascii: ";") {
          isInside = false
          advance()
        } else if byte <= 32 {
          advance()
        } else if starts(with: "--") {
          while let byte = current, byte != 10 { advance() }
        } else if starts(with: "/*") {
          skipComment()
        } else {
          if !isInside { lines.append(line) }
          isInside = true
          skipToken(byte)
        }
      }
      return lines
    }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func advance() {
      if bytes[index] == 10 { line += 1 }
      index += 1
    }

    private func starts(with text: StaticString) -> Bool {
      text.withUTF8Buffer { bytes[index...].starts(with: $0) }
    }

    private mutating func skipToken(_ byte: UInt8) {
      switch byte {
      case UInt8(ascii: "'"):
        // E'…' knows backslashes; so does nothing else by default.
        let isEscaped =
          index > 0 && (bytes[index - 1] | 0x20) == UInt8(ascii: "e") && !(index > 1 && Self.isWord(bytes[index - 2]))
        skipQuoted(UInt8(ascii: "'"), hasBackslashes: isEscaped)
      case UInt8(ascii: "\""): skipQuoted(UInt8(ascii: "\""), hasBackslashes: false)
      case UInt8(ascii: "$"): skipDollarQuoted()
      default:
        // A whole word at once, since `a$b$` is a name and starts no dollar quote.
        if Self.isWord(byte) {
          while let byte = current, Self.isWord(byte) || byte == UInt8(ascii: "$") { advance() }
        } else {
          advance()
        }
      }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
        true
      default: false
      }
    }

    /// Skips to the end quote; a doubled quote ends one piece and starts the next, which comes to the same.
    private mutating func skipQuoted(_ quote: UInt8, hasBackslashes: Bool) {
      advance()
      while let byte = current {
        advance()
        if byte == quote { return }
        if hasBackslashes, byte == UInt8(ascii: "\\"), current != nil { advance() }
      }
    }

    private mutating func skipDollarQuoted() {
      var end = index + 1
      while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
      let isNumber = index + 1 < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index + 1])
      guard end < bytes.count, bytes[end] == UInt8(ascii: "$"), !isNumber else { return advance() }
      let tag = bytes[index...end]
      while index <= end { advance() }
      while index < bytes.count, !bytes[index...].starts(with: tag) { advance() }
      for _ in tag where index < bytes.count { advance() }
    }

    /// Comments nest, other than in C.
    private mutating func skipComment() {
      var depth = 0
      while current != nil {
        if starts(with: "/*") {
          depth += 1
          advance()
        } else if starts(with: "*/") {
          depth -= 1
          advance()
        }
        advance()
        if depth == 0 { return }
      }
    }
  }
}
