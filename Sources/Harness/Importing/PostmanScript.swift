// Scripts are programs, and only their common sentences are understood: what is asserted of the status and of values of
// the answer, and which of them are kept as variables. Everything else is handed back as it is, so that nobody believes
// it to be tested.

import JSON

/// What a script that looks at an answer says, as far as it is understood.
struct PostmanScript {
  /// Simple conditions of Arazzo.
  private(set) var criteria: [String] = []
  /// Names of variables with the expressions of their values.
  private(set) var outputs: [(name: String, expression: String)] = []
  /// Lines that are not understood.
  private(set) var rest: [String] = []
  /// Variables of the script that hold the body.
  private var bodies: Set<String> = []

  /// Reads a script.
  init(_ lines: [String]) {
    for line in lines.map({ $0.drop(while: \.isWhitespace) }).map({ Self.trimmed(String($0)) }) { read(line) }
  }

  private mutating func read(_ line: String) {
    if line.isEmpty || line.hasPrefix("//") || Self.isFrame(line) { return }
    if let match = line.firstMatch(
      of: /^(?:const|let|var)\s+(\w+)\s*=\s*(?:pm\.response\.json\(\)|JSON\.parse\(responseBody\))/)
    {
      bodies.insert(String(match.1))
      return
    }
    // Several sentences may stand on one line, within the function of a test.
    let sentence = Self.sentence(of: line)
    if let status = Self.status(in: sentence) {
      criteria.append("$statusCode == \(status)")
    } else if let match = sentence.firstMatch(
      of:
        /pm\.(?:environment|collectionVariables|globals|variables)\.set\(\s*["']([^"']+)["']\s*,\s*(.+?)\s*\)\s*;?\s*\}?\)?;?$/
    ),
      let expression = expression(String(match.2))
    {
      outputs.append((Identifier.camel(String(match.1)), expression))
    } else if let condition = condition(sentence) {
      criteria.append(condition)
    } else {
      rest.append(line)
    }
  }

  private static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }

  /// Whether a line only opens or closes a test.
  private static func isFrame(_ line: String) -> Bool {
    line.wholeMatch(of: /pm\.test\(.*(?:\{|=>)\s*/) != nil || line.wholeMatch(of: /[\s{}();]*/) != nil
  }

  /// The sentence within `pm.test("…", function () { … });` on one line.
  private static func sentence(of line: String) -> String {
    guard line.hasPrefix("pm.test("),
      let match = line.firstMatch(of: /(?:\{|=>)\s*(pm\..*?)\s*;?\s*\}?\s*\)\s*;?$/)
    else { return line }
    return String(match.1)
  }

  private static func status(in sentence: String) -> Int? {
    if let match = sentence.firstMatch(of: /pm\.response\.to\.have\.status\(\s*(\d{3})\s*\)/) { return Int(match.1) }
    if let match = sentence.firstMatch(
      of: /pm\.expect\(\s*pm\.response\.code\s*\)\.to\.(?:equal|eql|eq|be\.equal)\(\s*(\d{3})\s*\)/)
    {
      return Int(match.1)
    }
    if let match = sentence.firstMatch(of: /responseCode\.code\s*={2,3}\s*(\d{3})/) { return Int(match.1) }
    if sentence.contains("pm.response.to.be.ok") { return 200 }
    return nil
  }

  /// `pm.expect(body.a.b).to.eql("x")` and its relatives.
  private func condition(_ sentence: String) -> String? {
    guard
      let match = sentence.firstMatch(
        of: /^pm\.expect\(\s*(.+?)\s*\)\.to\.(?:equal|eql|eq|be\.eql|be\.equal|deep\.equal)\(\s*(.+?)\s*\)\s*;?$/),
      let subject = expression(String(match.1)), let value = Self.literal(String(match.2))
    else { return nil }
    return "\(subject) == \(value)"
  }

  /// The expression of Arazzo for `body.items[0].id`.
  private func expression(_ text: String) -> String? {
    if let match = text.wholeMatch(of: /pm\.response\.headers\.get\(\s*["']([A-Za-z0-9-]+)["']\s*\)/) {
      return "$response.header.\(match.1)"
    }
    let path: Substring
    if text.hasPrefix("pm.response.json()") {
      path = text.dropFirst("pm.response.json()".count)
    } else {
      let word = text.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      guard bodies.contains(String(word)) else { return nil }
      path = text.dropFirst(word.count)
    }
    var tokens: [String] = []
    var rest = path
    while !rest.isEmpty {
      if let match = rest.prefixMatch(of: /\.(\w+)/) {
        tokens.append(String(match.1))
        rest = rest[match.range.upperBound...]
      } else if let match = rest.prefixMatch(of: /\[(?:(\d+)|["']([^"']+)["'])\]/) {
        tokens.append(String(match.1 ?? match.2 ?? ""))
        rest = rest[match.range.upperBound...]
      } else {
        return nil
      }
    }
    return tokens.isEmpty ? "$response.body" : "$response.body#\(JSONPointer(tokens: tokens))"
  }

  private static func literal(_ text: String) -> String? {
    if text.wholeMatch(of: /-?\d+(?:\.\d+)?|true|false|null/) != nil { return text }
    guard let match = text.wholeMatch(of: /"([^"'\\]*)"|'([^"'\\]*)'/) else { return nil }
    return "'\(match.1 ?? match.2 ?? "")'"
  }
}
