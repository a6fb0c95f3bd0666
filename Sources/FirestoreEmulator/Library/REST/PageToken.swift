import FirestoreModel
import RFC3339

/// The opaque text that continues a listing: when it was begun, and after what.
struct PageToken: Equatable {
  let readTime: Timestamp
  let last: String

  var text: String { Base64.encodeURL(Array((readTime.rfc3339 + "|" + last).utf8)) }

  init(readTime: Timestamp, last: String) {
    self.readTime = readTime
    self.last = last
  }

  /// Reads a token that this type wrote.
  init(parsing text: String) throws(EmulatorError) {
    guard let bytes = Base64.decode(text), let plain = String(validating: bytes, as: UTF8.self) else {
      throw Self.invalid
    }
    let parts = plain.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let time = Timestamp(rfc3339: String(parts[0])) else { throw Self.invalid }
    readTime = time
    last = String(parts[1])
  }

  private static let invalid = EmulatorError.invalid("Invalid page token.")
}
