/// Texts to look for in what clients send through a relay, and what happens when they come.
package struct Trap: Sendable {
  /// What a sprung trap does.
  package enum Effect: Sendable {
    /// Answers the HTTP request with this status instead of passing it on.
    case answer(status: Int)
    /// Passes nothing on any more, for all connections, until the relay is released.
    case hang
    /// Does something, usually fatal, instead of passing the bytes on; then ends the connection.
    case before(@Sendable () -> Void)
    /// Passes the bytes on, and does something when the reply arrives, which is dropped; then ends the connection.
    case after(@Sendable () -> Void)
  }

  let texts: [[UInt8]]
  let effect: Effect
  let springsOnce: Bool

  /// Springs when the texts have come on one connection, in this order.
  package init(_ texts: [String], _ effect: Effect, springsOnce: Bool = true) {
    precondition(!texts.isEmpty && !texts.contains(""), "a trap without a text never springs")
    self.texts = texts.map { Array($0.utf8) }
    self.effect = effect
    self.springsOnce = springsOnce
  }
}

/// How much of a trap's texts a connection has sent.
struct TrapProgress: Sendable {
  private var matched = 0
  /// The end of what was sent, in which the next text may have begun.
  private var tail: [UInt8] = []

  /// Takes in what came next; true when that completes the texts, which then begin anew.
  mutating func advance(_ texts: [[UInt8]], _ bytes: [UInt8]) -> Bool {
    var rest = (tail + bytes)[...]
    while let end = rest.end(of: texts[matched]) {
      rest = rest[end...]
      matched += 1
      if matched == texts.count {
        self = TrapProgress()
        return true
      }
    }
    tail = Array(rest.suffix(texts[matched].count - 1))
    return false
  }
}

extension ArraySlice<UInt8> {
  /// The index behind the first occurrence of a text.
  fileprivate func end(of text: [UInt8]) -> Int? {
    guard count >= text.count else { return nil }
    for start in startIndex...(endIndex - text.count)
    where self[start] == text[0] && self[start..<(start + text.count)].elementsEqual(text) {
      return start + text.count
    }
    return nil
  }
}
