// The binary form needs no unescaping and no parsing of digits. A row is a view on libpq's buffer that cannot be
// copied, so it cannot outlive the call that lends it.

/// One row of a binary COPY, readable during the call that lends it.
package struct PostgresCopyRow: ~Copyable {
  private let tuple: UnsafeRawBufferPointer

  init(_ tuple: UnsafeRawBufferPointer) {
    self.tuple = tuple
  }

  /// How many fields there are.
  package var count: Int {
    tuple.count >= 2 ? Int(Int16(bigEndian: tuple.loadUnaligned(as: Int16.self))) : 0
  }

  /// Reads a `smallint`, `integer` or `bigint` field, from 0; nil for NULL.
  package func int64(_ field: Int) throws(PostgresError) -> Int64? {
    guard let bytes = try bytes(of: field) else { return nil }
    switch bytes.count {
    case 8: return Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
    case 4: return Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
    case 2: return Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
    default: throw PostgresError(.decoding, "field \(field) of the copied rows is not an integer")
    }
  }

  /// Reads a field of a text type, from 0; nil for NULL.
  package func text(_ field: Int) throws(PostgresError) -> String? {
    try bytes(of: field).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether a field is NULL.
  package func isNull(_ field: Int) throws(PostgresError) -> Bool {
    try bytes(of: field) == nil
  }

  /// Lends the bytes of a field, from 0, for the duration of the call; nil for NULL.
  package func withBytes<Value>(
    _ field: Int,
    _ body: (UnsafeRawBufferPointer?) throws -> Value
  ) throws -> Value {
    try body(try bytes(of: field))
  }

  /// Walks to a field; every length is checked against the end of the row.
  private func bytes(of field: Int) throws(PostgresError) -> UnsafeRawBufferPointer? {
    guard field >= 0, field < count else {
      throw PostgresError(.decoding, "the copied rows have \(count) fields, none numbered \(field)")
    }
    var offset = 2
    var index = 0
    while offset + 4 <= tuple.count {
      let length = Int(Int32(bigEndian: tuple.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
      offset += 4
      guard length <= tuple.count - offset, length >= -1 else { break }
      if index == field {
        return length < 0 ? nil : UnsafeRawBufferPointer(rebasing: tuple[offset..<(offset + length)])
      }
      offset += max(0, length)
      index += 1
    }
    throw PostgresError(.decoding, "a row of a binary COPY is cut short")
  }
}

/// The frame of a binary COPY: a header before the first row and a trailer after the last.
struct CopyBinaryFraming {
  private enum State {
    case header, rows, trailer
  }

  private static let signature: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]

  private var state = State.header

  /// The row in a message; nil when there is none.
  ///
  /// The server sends one row per message, the first one behind the header.
  mutating func tuple(in message: UnsafeRawBufferPointer) throws(PostgresError) -> UnsafeRawBufferPointer? {
    var rest = message
    if state == .header {
      rest = try Self.skipHeader(of: message)
      state = .rows
    }
    guard !rest.isEmpty else { return nil }
    guard state == .rows, rest.count >= 2 else {
      throw PostgresError(.decoding, "the server sent data after the end of a binary COPY")
    }
    if rest.loadUnaligned(as: Int16.self) == -1 {
      state = .trailer
      return nil
    }
    return rest
  }

  /// Throws when the trailer has not come: rows may be missing.
  func finish() throws(PostgresError) {
    guard state == .trailer else {
      throw PostgresError(.decoding, "a binary COPY ended without its trailer")
    }
  }

  private static func skipHeader(of message: UnsafeRawBufferPointer) throws(PostgresError) -> UnsafeRawBufferPointer {
    let fixed = signature.count + 8
    guard message.count >= fixed, message.prefix(signature.count).elementsEqual(signature) else {
      throw PostgresError(.decoding, "the server did not start a binary COPY with its signature")
    }
    let flags = UInt32(bigEndian: message.loadUnaligned(fromByteOffset: signature.count, as: UInt32.self))
    let extra = Int(UInt32(bigEndian: message.loadUnaligned(fromByteOffset: signature.count + 4, as: UInt32.self)))
    // The upper half of the flags is for changes that a reader must know.
    guard flags >> 16 == 0, extra <= message.count - fixed else {
      throw PostgresError(.decoding, "the server sent a binary COPY of an unknown version")
    }
    return UnsafeRawBufferPointer(rebasing: message[(fixed + extra)...])
  }
}
