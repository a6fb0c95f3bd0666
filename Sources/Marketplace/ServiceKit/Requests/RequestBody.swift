/// The content of a request, read only when a handler asks for it, and never beyond the bytes it allows.
struct RequestBody: Sendable {
  /// Why a body could not be had.
  enum Failure: Error, Sendable {
    case tooLarge
    case broken
  }

  /// What `Content-Length` announced, nil for a chunked body.
  let announcedBytes: Int?

  private let read: @Sendable (_ maximumBytes: Int) async throws(Failure) -> [UInt8]

  init(announcedBytes: Int?, read: @escaping @Sendable (Int) async throws(Failure) -> [UInt8]) {
    self.announcedBytes = announcedBytes
    self.read = read
  }

  init(_ bytes: [UInt8]) {
    self.init(announcedBytes: bytes.count) { (maximum) async throws(Failure) in
      guard bytes.count <= maximum else { throw .tooLarge }
      return bytes
    }
  }

  func collect(upTo maximumBytes: Int) async throws(Failure) -> [UInt8] {
    if let announcedBytes, announcedBytes > maximumBytes { throw .tooLarge }
    return try await read(maximumBytes)
  }
}
