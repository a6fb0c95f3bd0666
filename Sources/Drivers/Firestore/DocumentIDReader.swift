import FirestoreModel

/// Finds the id of a document in the bytes of an answer that holds nothing else of it.
///
/// Millions of documents are asked for by name only. Each answer is 230 bytes of JSON, and all that matters are the 28
/// behind the collection's name, so they are found by comparing bytes. What looks in any way unusual (an escape, another
/// collection) is left to the JSON parser.
struct DocumentIDReader {
  private static let key = Array("\"name\"".utf8)

  /// What the name of every document begins with, up to the slash before the id.
  private let prefix: [UInt8]

  init(collection: CollectionPath, client: FirestoreClient) throws(FirestoreFormatError) {
    prefix = Array(client.name(of: try collection.document("x")).description.utf8.dropLast())
  }

  /// The full name of the document with an id.
  func name(ofID id: [UInt8]) -> String { String(decoding: prefix + id, as: UTF8.self) }

  /// The id in an element of an answer; nil when the parser must look.
  func id(in element: [UInt8]) -> ArraySlice<UInt8>? {
    element.withUnsafeBufferPointer { bytes -> Range<Int>? in
      guard let start = Self.endOfKey(in: bytes) else { return nil }
      var index = start
      // Between the key and its value stand a colon, a quote and any blanks.
      for expected in [UInt8(ascii: ":"), UInt8(ascii: "\"")] {
        while index < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[index]) { index += 1 }
        guard index < bytes.count, bytes[index] == expected else { return nil }
        index += 1
      }
      guard bytes.count - index > prefix.count else { return nil }
      for offset in prefix.indices where bytes[index + offset] != prefix[offset] { return nil }
      let first = index + prefix.count
      var end = first
      while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
        guard bytes[end] != UInt8(ascii: "\\"), bytes[end] != UInt8(ascii: "/") else { return nil }
        end += 1
      }
      return end > first && end < bytes.count ? first..<end : nil
    }.map { element[$0] }
  }

  /// Behind the first key `"name"`: quotes inside of strings are escaped, so it cannot be a part of a text.
  private static func endOfKey(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard bytes.count >= key.count else { return nil }
    for start in 0...(bytes.count - key.count) where bytes[start] == UInt8(ascii: "\"") {
      var length = 1
      while length < key.count, bytes[start + length] == key[length] { length += 1 }
      if length == key.count { return start + length }
    }
    return nil
  }
}
