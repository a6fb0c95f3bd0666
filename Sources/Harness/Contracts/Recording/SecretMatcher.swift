// Texts are searched for all secrets in one walk over their bytes. A text may have been cut for display, and then a
// secret's beginning is all that is left of it; that is hidden too.

/// Finds the known forms of secrets in texts.
struct SecretMatcher: Sendable {
  /// A way in which a secret can be written, with the variable that stands for exactly these bytes.
  struct Form: Sendable, Hashable {
    let bytes: [UInt8]
    let variable: String
  }

  /// A place where a form, or the beginning of one, was found.
  struct Match: Equatable {
    let range: Range<Int>
    let variable: String
  }

  /// Forms by their first byte, the longest first, so that no shorter one leaves the rest of a longer one behind.
  private var forms: [[Form]] = Array(repeating: [], count: 256)
  private(set) var isEmpty = true

  /// The shortest beginning of a secret that is hidden where a text was cut.
  private static let shortestBeginning = 4
  private static let ellipsis = Array("…".utf8)

  /// Adds a form; one that is already there keeps its variable.
  mutating func add(_ form: Form) {
    guard let first = form.bytes.first else { return }
    let group = forms[Int(first)]
    guard !group.contains(where: { $0.bytes == form.bytes }) else { return }
    let place = group.firstIndex { $0.bytes.count < form.bytes.count } ?? group.endIndex
    forms[Int(first)].insert(form, at: place)
    isEmpty = false
  }

  /// All places in order, none overlapping; the end of a text that was cut counts as an ellipsis.
  func matches(in text: [UInt8], isCut: Bool) -> [Match] {
    var matches: [Match] = []
    var index = 0
    while index < text.count {
      guard let match = match(in: text, at: index, isCut: isCut) else {
        index += 1
        continue
      }
      matches.append(match)
      index = match.range.upperBound
    }
    return matches
  }

  private func match(in text: [UInt8], at start: Int, isCut: Bool) -> Match? {
    for form in forms[Int(text[start])] {
      var end = start
      while end < text.count, end - start < form.bytes.count, text[end] == form.bytes[end - start] { end += 1 }
      if end - start == form.bytes.count { return Match(range: start..<end, variable: form.variable) }
      let endsHere = end == text.count ? isCut : text[end...].starts(with: Self.ellipsis)
      if endsHere, end - start >= Self.shortestBeginning { return Match(range: start..<end, variable: form.variable) }
    }
    return nil
  }
}
