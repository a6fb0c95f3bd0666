import Firestore
import FirestoreModel
import RFC3339

extension FirestoreClient {
  /// Reads that run at the same time for one rule.
  static let readsAtOnce = 4

  /// Reads a list in parts, a few at a time, as a picture of one time; answers in any order.
  ///
  /// The first part goes alone: its answer tells the time that all others are asked for.
  func reading<Part: Sendable, Value: Sendable>(
    _ parts: [Part],
    _ read: @escaping @Sendable (Part, Timestamp?) async throws -> (values: [Value], readTime: Timestamp?)
  ) async throws -> (values: [Value], readTime: Timestamp?) {
    guard let first = parts.first else { return ([], nil) }
    var (values, readTime) = try await read(first, nil)
    let time = readTime
    var waiting = parts.dropFirst()[...]
    try await withThrowingTaskGroup { group in
      for part in waiting.prefix(Self.readsAtOnce) { group.addTask { try await read(part, time).values } }
      waiting = waiting.dropFirst(Self.readsAtOnce)
      while let more = try await group.next() {
        values += more
        if let part = waiting.popFirst() { group.addTask { try await read(part, time).values } }
      }
    }
    readTime = time
    return (values, readTime)
  }

  /// The documents that exist at any of the paths, as of one time.
  func existing(
    _ paths: [DocumentPath], mask: [FieldPath]
  ) async throws -> (documents: [FirestoreDocument], readTime: Timestamp?) {
    let parts = paths.parts(of: Self.batchGetLimit)
    let (documents, readTime) = try await reading(parts) { part, time in
      let result = try await batchGet(Array(part), mask: mask, readTime: time)
      return (result.found, result.readTime)
    }
    return (documents, readTime)
  }
}

extension Array {
  /// Slices of at most `size` elements.
  func parts(of size: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
  }
}
