import Postgres
import SecureHash

/// Makes digests of keys; two keys have one only if they are equal.
struct KeyDigester: Sendable {
  private let hash: SipHash128

  /// Uses a key that nobody knows.
  init() {
    var random = SystemRandomNumberGenerator()
    hash = SipHash128(using: &random)
  }

  /// The digest of a key with one part, by the bytes of its text.
  func digest(ofOnly part: UnsafeRawBufferPointer) -> UInt128 { hash.hash(part) }

  /// The digest of a key with one part.
  func digest(of key: Key) -> UInt128 {
    var text = key.parts[0]
    return text.withUTF8 { hash.hash(UnsafeRawBufferPointer($0)) }
  }

  /// The digest of a key with any number of parts; `buffer` is for putting them together.
  func digest(of key: Key, _ buffer: inout [UInt8]) -> UInt128 {
    guard key.parts.count > 1 else { return digest(of: key) }
    buffer.removeAll(keepingCapacity: true)
    for part in key.parts {
      var part = part
      part.withUTF8 { Self.append(UnsafeRawBufferPointer($0), to: &buffer) }
    }
    return buffer.withUnsafeBytes(hash.hash)
  }

  /// The digest of the key in a copied row, whose first fields are the texts of its parts, none of them null.
  ///
  /// `buffer` is for parts that must be put together, so that there is one for many rows.
  func digest(of row: borrowing PostgresCopyRow, parts: Int, _ buffer: inout [UInt8]) throws -> UInt128 {
    guard parts > 1 else { return try row.withBytes(0) { try hash.hash(Self.present($0)) } }
    buffer.removeAll(keepingCapacity: true)
    for part in 0..<parts {
      try row.withBytes(part) { part in
        Self.append(try Self.present(part), to: &buffer)
      }
    }
    return buffer.withUnsafeBytes(hash.hash)
  }

  /// Its length first, so that ("ab", "c") is not ("a", "bc").
  private static func append(_ part: UnsafeRawBufferPointer, to buffer: inout [UInt8]) {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: part.count)) { buffer.append(contentsOf: $0) }
    buffer.append(contentsOf: part)
  }

  private static func present(_ part: UnsafeRawBufferPointer?) throws -> UnsafeRawBufferPointer {
    guard let part else { throw RuleError(message: "a key that was asked for without nulls has one") }
    return part
  }
}
