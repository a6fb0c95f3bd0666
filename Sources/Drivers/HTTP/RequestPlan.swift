/// A request that was found sound, in the form in which libcurl takes it.
///
/// Everything that can be refused is refused here, on the caller's task, and everything that can be prepared is
/// prepared here too, because the client's one thread serves all requests.
struct RequestPlan: Sendable {
  /// How libcurl is told what to send.
  enum Content: Sendable {
    /// No content.
    case none
    /// No content, and none expected back, whatever `Content-Length` says: HEAD.
    case head
    /// Content short enough to be copied into the handle and sent together with the header.
    case copied([UInt8])
    /// Content that is read from its array piece by piece, so that nothing large is copied twice.
    case read([UInt8])
  }

  /// Content up to this size goes out in one packet with its header.
  static let largestCopiedContent = 64 << 10

  let url: String
  let method: String
  let headerList: HeaderList?
  let content: Content
  /// Whether the method may be repeated without the caller's consent (RFC 9110 section 9.2.2).
  let isIdempotent: Bool
  let timeoutMilliseconds: Int
  let connectTimeoutMilliseconds: Int
  let maximumBodyBytes: Int
  let bodyOverflow: HTTPRequest.BodyOverflow
  let followRedirects: Bool

  init(_ request: HTTPRequest) throws(HTTPError) {
    func refuse(_ code: HTTPError.Code, _ message: String) -> HTTPError {
      HTTPError(code: code, message: message, url: request.url)
    }
    if let fault = URLText.fault(in: request.url) { throw refuse(.invalidURL, fault) }
    guard isToken(request.method) else { throw refuse(.invalidRequest, "The method is not a token (RFC 9110, 5.6.2).") }
    url = request.url
    method = request.method
    isIdempotent = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].contains(request.method)
    content =
      switch (request.body, request.method) {
      case (nil, "HEAD"): .head
      // Methods that usually carry content say so when there is none (RFC 9110 section 8.6).
      case (nil, "POST"), (nil, "PUT"), (nil, "PATCH"): .copied([])
      case (nil, _): .none
      case (let body?, _): body.count <= Self.largestCopiedContent ? .copied(body) : .read(body)
      }
    timeoutMilliseconds = milliseconds(request.timeout)
    connectTimeoutMilliseconds = milliseconds(request.connectTimeout)
    maximumBodyBytes = max(0, request.maximumBodyBytes)
    bodyOverflow = request.bodyOverflow
    followRedirects = request.followRedirects
    headerList = try Self.headerList(for: request, hasContent: content.count != nil)
  }

  private static func headerList(for request: HTTPRequest, hasContent: Bool) throws(HTTPError) -> HeaderList? {
    func refuse(_ message: String) -> HTTPError {
      HTTPError(code: .invalidRequest, message: message, url: request.url)
    }
    let list = HeaderList()
    var namesContentType = false
    for (name, value) in request.headers.fields {
      guard isToken(name) else { throw refuse("A header name is not a token (RFC 9110, 5.6.2).") }
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        throw refuse("The value of header '\(name)' holds a control character.")
      }
      if equalIgnoringCase(name, "Transfer-Encoding") {
        throw refuse("The header 'Transfer-Encoding' is the client's own to set.")
      }
      if equalIgnoringCase(name, "Content-Length") {
        guard Int(value) == request.body?.count ?? 0 else {
          throw refuse("The header 'Content-Length' contradicts the body, which has \(request.body?.count ?? 0) bytes.")
        }
        continue
      }
      if equalIgnoringCase(name, "Expect") { continue }
      namesContentType = namesContentType || equalIgnoringCase(name, "Content-Type")
      // libcurl reads "Name:" as the wish to remove a header and "Name;" as one without a value.
      list.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    if hasContent {
      // Without it libcurl waits up to a second for "100 Continue" before it sends larger content.
      list.append("Expect:")
      if !namesContentType { list.append("Content-Type:") }
    }
    return list.isEmpty ? nil : list
  }
}

extension RequestPlan.Content {
  /// The number of bytes to send, nil when the request has no content.
  var count: Int? {
    switch self {
    case .none, .head: nil
    case .copied(let bytes), .read(let bytes): bytes.count
    }
  }
}

/// Whole milliseconds of a duration for libcurl, where 0 would mean "for ever": at least 1, at most 24 days.
private func milliseconds(_ duration: Duration) -> Int {
  let (seconds, attoseconds) = duration.components
  guard seconds < 2_000_000 else { return 2_000_000_000 }
  return max(1, Int(seconds) * 1_000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
}

/// Whether a text is a token: one or more visible characters that delimit nothing (RFC 9110 section 5.6.2).
private func isToken(_ text: String) -> Bool {
  !text.isEmpty
    && text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default:
        "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
    }
}
