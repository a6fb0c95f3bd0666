import CLibPQ

/// A statement checked and laid out as libpq takes it.
struct WireStatement {
  /// The protocol counts parameters in 16 bits.
  static let maximumParameters = 65535

  let text: String
  let types: [PostgresTypeID]
  private let formats: [Int32]
  private let lengths: [Int32]
  private let offsets: [Int?]
  private let bytes: [UInt8]

  /// Lays the values out one behind the other, each with the zero byte that ends a C string.
  init(_ sql: SQL) throws(PostgresError) {
    text = sql.text
    try Self.refuseZeroBytes(in: text)
    guard sql.parameters.count <= Self.maximumParameters else {
      throw PostgresError(
        .invalidRequest, "a statement has at most \(Self.maximumParameters) values; send an array instead")
    }
    types = sql.parameters.map(\.typeID)
    formats = sql.parameters.map(\.format.rawValue)
    lengths = sql.parameters.map { Int32(clamping: $0.bytes?.count ?? 0) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(sql.parameters.reduce(0) { $0 + ($1.bytes?.count ?? 0) + 1 })
    var offsets: [Int?] = []
    for (index, parameter) in sql.parameters.enumerated() {
      guard let value = parameter.bytes else {
        offsets.append(nil)
        continue
      }
      guard value.count <= Int(Int32.max) else {
        throw PostgresError(.invalidRequest, "the value of $\(index + 1) is larger than 2 GiB")
      }
      // libpq would take a zero byte for the end of the value and store the rest of it nowhere.
      guard parameter.format == .binary || !value.contains(0) else {
        throw PostgresError(
          .invalidRequest, "the value of $\(index + 1) contains a zero character, which PostgreSQL cannot store")
      }
      offsets.append(bytes.count)
      bytes += value
      bytes.append(0)
    }
    self.offsets = offsets
    self.bytes = bytes
  }

  var key: StatementCache.Key { StatementCache.Key(text: text, types: types) }

  /// Sends the statement as it is.
  func send(on connection: OpaquePointer) -> Int32 {
    withPointers { count, values in
      PQsendQueryParams(connection, text, count, types.map(\.rawValue), values, lengths, formats, 0)
    }
  }

  /// Sends the values for a statement that is prepared under a name.
  func send(on connection: OpaquePointer, prepared name: String) -> Int32 {
    withPointers { count, values in
      PQsendQueryPrepared(connection, name, count, values, lengths, formats, 0)
    }
  }

  /// Asks the server to prepare the statement under a name.
  func prepare(on connection: OpaquePointer, as name: String) -> Int32 {
    PQsendPrepare(connection, name, text, Int32(types.count), types.map(\.rawValue))
  }

  /// Refuses text that libpq would cut off.
  static func refuseZeroBytes(in text: String) throws(PostgresError) {
    guard !text.utf8.contains(0) else {
      throw PostgresError(.invalidRequest, "the statement contains a zero character")
    }
  }

  private func withPointers(_ body: (Int32, [UnsafePointer<CChar>?]) -> Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      let base = buffer.assumingMemoryBound(to: CChar.self).baseAddress
      let values = offsets.map { offset in offset.flatMap { base?.advanced(by: $0) } }
      return body(Int32(values.count), values)
    }
  }
}
