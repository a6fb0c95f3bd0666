/// Reads status line and header fields, line by line as libcurl hands them over, into one response head.
///
/// It sees every head of an exchange: interim responses, redirects, the final one, and the trailer fields behind a
/// chunked body. The last head wins.
struct ResponseHead {
  /// Why a line cannot belong to a response head.
  struct Fault: Error {
    let message: String
  }

  private(set) var status = 0
  private(set) var reason = ""
  private(set) var httpVersion = ""
  private(set) var headers = HTTPHeaders()
  private(set) var trailers = HTTPHeaders()
  /// Whether the head ended; lines after that are trailer fields.
  private(set) var isComplete = false
  /// How many heads began, so that an answered request can be told from one that got no answer.
  private(set) var count = 0

  private var receivedBytes = 0
  private let maximumBytes: Int

  init(maximumBytes: Int) {
    self.maximumBytes = maximumBytes
  }

  /// Whether the head belongs to an interim response (1xx), behind which another one follows.
  var isInterim: Bool { (100..<200).contains(status) }

  /// The body's announced length, nil when absent or not a number.
  var contentLength: Int? { headers["Content-Length"].flatMap { Int($0) } }

  /// Takes one line with its line break.
  mutating func consume(_ line: UnsafeRawBufferPointer) throws(Fault) {
    receivedBytes += line.count
    guard receivedBytes <= maximumBytes else {
      throw Fault(message: "The response headers are larger than \(maximumBytes) bytes.")
    }
    var line = line[...]
    if line.last == UInt8(ascii: "\n") { line.removeLast() }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    if (isComplete || count == 0), line.starts(with: "HTTP/".utf8) {
      try begin(line)
    } else if line.isEmpty {
      if !isComplete { try checkLength() }
      isComplete = true
    } else {
      try addField(line)
    }
  }

  /// Reads "HTTP/1.1 200 OK" (RFC 9112 section 4); the reason phrase and its space may be missing.
  private mutating func begin(_ line: Slice<UnsafeRawBufferPointer>) throws(Fault) {
    let parts = line.dropFirst(5).split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[1].count == 3, let status = Int(text(parts[1])), (100...999).contains(status) else {
      throw Fault(message: "The response's status line is malformed.")
    }
    self.status = status
    httpVersion = text(parts[0])
    reason = parts.count > 2 ? text(parts[2]) : ""
    headers = HTTPHeaders()
    trailers = HTTPHeaders()
    isComplete = false
    count += 1
  }

  /// Refuses a length that is no number, or two that differ (RFC 9112 section 6.3), which libcurl lets pass.
  private func checkLength() throws(Fault) {
    var length: Substring?
    for field in headers.values("Content-Length") {
      for item in field.split(separator: ",", omittingEmptySubsequences: false) {
        let digits = item.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), length == nil || length == digits
        else {
          throw Fault(message: "The response's Content-Length is not one number.")
        }
        length = digits
      }
    }
  }

  private mutating func addField(_ line: Slice<UnsafeRawBufferPointer>) throws(Fault) {
    if let first = line.first, isBlank(first) {
      let continuation = text(trimmed(line))
      guard isComplete ? trailers.fold(continuation) : headers.fold(continuation) else {
        throw Fault(message: "The response's first header line starts with a space.")
      }
      return
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else {
      throw Fault(message: "A line of the response's header has no name or no colon.")
    }
    let name = text(line[..<colon])
    let value = text(trimmed(line[(colon + 1)...]))
    if isComplete {
      trailers.add(name, value)
    } else {
      headers.add(name, value)
    }
  }

  private func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    var bytes = bytes.drop(while: isBlank)
    while let last = bytes.last, isBlank(last) { bytes.removeLast() }
    return bytes
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  /// The bytes as UTF-8, or as Latin-1 when they are not: header fields may hold either (RFC 9110 section 5.5).
  private func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    let bytes = UnsafeRawBufferPointer(rebasing: bytes)
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }
}
