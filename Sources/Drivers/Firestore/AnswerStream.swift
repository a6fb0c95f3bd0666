internal import HTTP
internal import JSON

/// The elements of one streamed answer, parsed one by one as they are asked for.
///
/// Holds at most one network buffer and one element, however long the answer is.
struct AnswerStream {
  /// Documents have at most 1 MiB, which escapes can make six times as long in JSON; the rest is reserve.
  private static let maximumElementBytes = 16 << 20

  private let response: HTTPIncomingResponse
  private var scanner = ArrayElementScanner(maximumElementBytes: Self.maximumElementBytes)
  /// Elements that arrived and were not asked for yet, the next one last.
  private var pending: [[UInt8]] = []
  private var isAtEnd = false
  private let meter: ReadMeter?

  init(_ response: HTTPIncomingResponse, _ meter: ReadMeter?) {
    self.response = response
    self.meter = meter
  }

  /// The next element; nil at the end of an answer that is whole.
  ///
  /// Throws when the answer is cut, malformed, or turns into an error in its middle.
  mutating func next() async throws(FirestoreError) -> JSONValue? {
    guard let bytes = try await nextBytes() else { return nil }
    return try parsed(bytes)
  }

  /// The bytes of the next element, for whoever can tell from them what it needs; the others go on with ``parsed(_:)``.
  mutating func nextBytes() async throws(FirestoreError) -> [UInt8]? {
    while pending.isEmpty {
      guard !isAtEnd else { return nil }
      try await read()
    }
    return pending.removeLast()
  }

  /// An element; throws when it is malformed, or an error.
  func parsed(_ bytes: [UInt8]) throws(FirestoreError) -> JSONValue {
    let element: JSONValue
    do throws(JSONParseError) {
      element = try JSONValue(parsing: bytes)
    } catch {
      throw .malformedAnswer("\(error.message) at byte \(error.offset) of an element.")
    }
    if let error = FirestoreError(element: element, httpStatus: response.head.status) { throw error }
    guard scanner.isArray else { throw .malformedAnswer("a JSON array was expected.") }
    return element
  }

  private mutating func read() async throws(FirestoreError) {
    let bytes: [UInt8]?
    do throws(HTTPError) {
      bytes = try await response.next()
    } catch {
      throw FirestoreError(error)
    }
    var arrived: [[UInt8]] = []
    do throws(ArrayElementScanner.Fault) {
      if let bytes {
        try scanner.feed(bytes) { arrived.append($0) }
      } else {
        isAtEnd = true
        try scanner.finish { arrived.append($0) }
      }
    } catch {
      switch error {
      case .unexpected(let byte): throw .malformedAnswer("unexpected byte \(byte) between the elements of an array.")
      case .elementTooLarge: throw .malformedAnswer("an element has more than \(Self.maximumElementBytes) bytes.")
      case .incomplete: throw .cutAnswer("the array has no end.")
      }
    }
    pending = arrived.reversed()
    // Every element is a document, or stands for the one read that a query costs at least.
    if !arrived.isEmpty { try meter?.add(arrived.count) }
  }
}
