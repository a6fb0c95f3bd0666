// Keys are mostly integers, and there are mostly many. A closure per row, a check of every field and a walk over one
// column would cost more than the server's side of it, so here the loop reads the one shape that such a row has and
// hands numbers over in batches.

extension PostgresConnection {
  /// Most numbers in one batch.
  package static let integersPerBatch = 4096

  /// Copies the single integer column of a SELECT out, for code that is on the connection already; returns the number
  /// of rows.
  ///
  /// The column is `smallint`, `integer` or `bigint` and never null; anything else is an error of code `decoding`. The
  /// batch is valid during the call only. An error that the function throws cancels the copy and is passed on.
  @discardableResult
  package func copyIntegersSync(
    _ sql: SQL,
    receiving batch: (UnsafeBufferPointer<Int64>) throws -> Void
  ) throws -> Int {
    let link = try openLink()
    let statement = try copyStatement(for: sql, format: .binary, on: link)
    let numbers = UnsafeMutableBufferPointer<Int64>.allocate(capacity: Self.integersPerBatch)
    defer { numbers.deallocate() }
    var filled = 0
    var framing = CopyBinaryFraming()
    let count = try link.copyOut(statement) { message in
      if let number = IntegerTuple.number(of: message) {
        numbers[filled] = number
      } else if let tuple = try framing.tuple(in: message) {
        guard let number = IntegerTuple.number(of: tuple) else {
          throw PostgresError(.decoding, "the copied rows are not one integer each")
        }
        numbers[filled] = number
      } else {
        return
      }
      filled += 1
      if filled == Self.integersPerBatch {
        filled = 0
        try batch(UnsafeBufferPointer(numbers))
      }
    }
    try framing.finish()
    if filled > 0 { try batch(UnsafeBufferPointer(rebasing: numbers[..<filled])) }
    return count
  }
}

/// A row of a binary COPY with one integer in it: two bytes of field count, four of length, then the number.
enum IntegerTuple {
  /// The number; nil when the bytes are anything else, such as the header or the trailer of the copy.
  @inline(__always)
  static func number(of bytes: UnsafeRawBufferPointer) -> Int64? {
    guard bytes.count >= 8, bytes.loadUnaligned(as: UInt16.self) == UInt16(1).bigEndian else { return nil }
    let length = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
    guard bytes.count == 6 + Int(length) else { return nil }
    switch length {
    case 4: return Int64(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 6, as: Int32.self)))
    case 8: return Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: 6, as: Int64.self))
    case 2: return Int64(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: 6, as: Int16.self)))
    default: return nil
    }
  }
}
