package import RFC3339

/// One request and what came back, recorded for reports; secrets are redacted before they get here.
package struct Exchange: Sendable, Hashable {
  /// A header field as sent, redacted.
  package struct Field: Sendable, Hashable {
    package let name: String
    package let value: String

    /// Records a field.
    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A message body for display, bounded in size.
  package struct Body: Sendable, Hashable {
    /// The text, or nil for bytes that are not UTF-8.
    package let text: String?
    /// Size of the whole body in bytes.
    package let byteCount: Int
    /// Whether `text` is only its beginning.
    package let isTruncated: Bool

    /// Records a body.
    package init(text: String?, byteCount: Int, isTruncated: Bool) {
      self.text = text
      self.byteCount = byteCount
      self.isTruncated = isTruncated
    }
  }

  /// What was sent.
  package struct Request: Sendable, Hashable {
    package let method: String
    package let url: String
    package let headers: [Field]
    package let body: Body?

    /// Records a request.
    package init(method: String, url: String, headers: [Field], body: Body?) {
      self.method = method
      self.url = url
      self.headers = headers
      self.body = body
    }
  }

  /// What was answered.
  package struct Response: Sendable, Hashable {
    package let status: Int
    package let headers: [Field]
    package let body: Body

    /// Records a response.
    package init(status: Int, headers: [Field], body: Body) {
      self.status = status
      self.headers = headers
      self.body = body
    }
  }

  /// Durations since the start of the exchange, as libcurl measures them.
  package struct Timings: Sendable, Hashable {
    package let nameLookup: Duration
    package let connect: Duration
    package let tls: Duration
    package let firstByte: Duration
    package let total: Duration

    /// Records the phases of an exchange.
    package init(nameLookup: Duration, connect: Duration, tls: Duration, firstByte: Duration, total: Duration) {
      self.nameLookup = nameLookup
      self.connect = connect
      self.tls = tls
      self.firstByte = firstByte
      self.total = total
    }
  }

  package let request: Request
  /// Nil when no answer came; then `error` says why.
  package let response: Response?
  package let error: String?
  package let startedAt: Timestamp
  package let timings: Timings?
  /// A shell line that repeats the request; secrets appear as `$VARIABLES`.
  ///
  /// Empty where it is left out.
  package let curl: String

  /// Records an exchange.
  package init(
    request: Request, response: Response?, error: String?, startedAt: Timestamp, timings: Timings?, curl: String
  ) {
    self.request = request
    self.response = response
    self.error = error
    self.startedAt = startedAt
    self.timings = timings
    self.curl = curl
  }
}
