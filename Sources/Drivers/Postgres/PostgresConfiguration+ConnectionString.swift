import CLibPQ

// libpq's own parser decides what a connection string is, so a string that works in psql works here. Its messages
// quote the string, though, and what it quotes may be a password that was written in the wrong place. So quoted parts
// are replaced by where they are.

extension PostgresConfiguration {
  /// Reads a connection URI (`postgresql://…`) or a list of `key=value` pairs.
  ///
  /// `connect_timeout=0`, which means forever to libpq, keeps the default: nothing here waits without a limit.
  /// Throws an error of code `configuration` that says what is wrong and at which character, without quoting.
  package init(connectionString: String) throws(PostgresError) {
    self.init()
    for (keyword, value) in try Self.options(in: connectionString) {
      try apply(keyword, value)
    }
  }

  private mutating func apply(_ keyword: String, _ value: String) throws(PostgresError) {
    switch keyword {
    case "host": host = value
    case "dbname": database = value
    case "user": user = value
    case "password": password = value
    case "application_name": applicationName = value
    case "client_encoding": break  // always UTF-8: Swift strings are nothing else
    case "port":
      if value.contains(",") {
        additionalOptions[keyword] = value
      } else if let number = Int(value), (1...65535).contains(number) {
        port = number
      } else {
        throw PostgresError(.configuration, "the port in the connection string is not a number from 1 to 65535")
      }
    case "connect_timeout":
      guard let seconds = Int(value) else {
        throw PostgresError(.configuration, "connect_timeout in the connection string is not a number of seconds")
      }
      if seconds > 0 {
        connectTimeout = .seconds(seconds)
      }
    case "sslmode":
      guard let mode = PostgresSSLMode(rawValue: value) else {
        let modes = PostgresSSLMode.allCases.map(\.rawValue).joined(separator: ", ")
        throw PostgresError(.configuration, "sslmode in the connection string must be one of \(modes)")
      }
      sslMode = mode
    default:
      additionalOptions[keyword] = value
    }
  }

  /// The pairs that the string sets, in libpq's order.
  private static func options(in connectionString: String) throws(PostgresError) -> [(String, String)] {
    guard !connectionString.allSatisfy(\.isWhitespace) else {
      throw PostgresError(.configuration, "the connection string is empty; write postgresql://user@host:port/database")
    }
    guard !connectionString.utf8.contains(0) else {
      throw PostgresError(.configuration, "the connection string contains a zero byte")
    }
    if let scheme = foreignScheme(of: connectionString) {
      throw PostgresError(.configuration, "the connection string starts with \(scheme)://; write postgresql://")
    }
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(connectionString, &message) else {
      defer { PQfreemem(message) }
      let text = message.map { String(cString: $0) } ?? "out of memory"
      throw PostgresError(.configuration, "connection string: " + explanation(of: text, in: connectionString))
    }
    defer { PQconninfoFree(options) }
    return pairs(in: options)
  }

  /// Reads libpq's option table up to its end, an option without a keyword.
  private static func pairs(in options: UnsafeMutablePointer<PQconninfoOption>) -> [(String, String)] {
    var pairs: [(String, String)] = []
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        pairs.append((String(cString: keyword), String(cString: value)))
      }
      option += 1
    }
    return pairs
  }

  /// A scheme other than PostgreSQL's, when the string is a URI of another kind.
  private static func foreignScheme(of text: String) -> Substring? {
    let scheme = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    guard !scheme.isEmpty, text.dropFirst(scheme.count).hasPrefix("://") else { return nil }
    return ["postgresql", "postgres"].contains(scheme) ? nil : scheme
  }

  /// libpq's message with each quoted piece of the string replaced by its position.
  static func explanation(of message: String, in source: String) -> String {
    var result = ""
    var rest = Substring(message.split { $0.isNewline }.joined(separator: " "))
    while let open = rest.firstIndex(of: "\"") {
      result += rest[..<open]
      rest = rest[rest.index(after: open)...]
      // The last quote, when what is quoted goes to the end: a URI quoted whole may contain quotes itself.
      let isLast = result.hasSuffix(": ")
      guard let close = isLast ? rest.lastIndex(of: "\"") : rest.firstIndex(of: "\"") else {
        return result + "…"
      }
      let quoted = String(rest[..<close])
      rest = rest[rest.index(after: close)...]
      if quoted.count <= 1 {
        result += "\"\(quoted)\""
      } else if quoted == source {
        result += "the string as it was given"
      } else {
        result += place(of: quoted, in: source)
      }
    }
    return result + rest
  }

  /// Where a piece of the string stands, and which keyword may have been meant.
  private static func place(of piece: String, in source: String) -> String {
    var text = "(withheld)"
    if let offset = source.firstOffset(of: piece) {
      text = "at character \(offset + 1)"
    }
    if let known = nearestKeyword(to: piece) {
      text += " (did you mean \"\(known)\"?)"
    }
    return text
  }

  /// The keyword of libpq that differs from the text by at most two typing mistakes.
  private static func nearestKeyword(to text: String) -> String? {
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse("", &message) else {
      PQfreemem(message)
      return nil
    }
    defer { PQconninfoFree(options) }
    var best: (distance: Int, keyword: String)?
    var option = options
    while let pointer = option.pointee.keyword {
      let keyword = String(cString: pointer)
      let distance = keyword.editDistance(to: text)
      if distance <= 2, distance < best?.distance ?? .max {
        best = (distance, keyword)
      }
      option += 1
    }
    return best?.keyword
  }
}

extension String {
  /// The offset in characters of the first occurrence of a text.
  fileprivate func firstOffset(of piece: String) -> Int? {
    let characters = Array(self)
    let wanted = Array(piece)
    guard !wanted.isEmpty, wanted.count <= characters.count else { return nil }
    return (0...(characters.count - wanted.count)).first { characters[$0..<($0 + wanted.count)].elementsEqual(wanted) }
  }

  /// The number of characters to insert, delete or replace to get from one text to the other (Levenshtein).
  fileprivate func editDistance(to other: String) -> Int {
    let target = Array(other)
    var row = Array(0...target.count)
    for (line, character) in enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for column in target.indices {
        let replaced = diagonal + (character == target[column] ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(replaced, row[column] + 1, diagonal + 1)
      }
    }
    return row[target.count]
  }
}
