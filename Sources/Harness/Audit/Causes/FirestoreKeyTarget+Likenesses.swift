// Firestore bills every document, and has no order in which "AbC" and "abc" are neighbours. So only what an index finds
// is asked for: the key in small letters, in capitals and without blanks, and the next key that begins with it.

import Firestore
import FirestoreModel
import RunModel

extension FirestoreKeyTarget {
  /// Shortest key of which it can be said that it is the beginning of another.
  private static let shortestBeginning = 4
  /// Documents that are looked at to learn the form of keys.
  private static let sampleSize = 5

  func likenesses(of keys: [Key]) async throws -> [Key: KeyGuess] {
    guard relation.fields[0].isDocumentID, !keys.isEmpty else { return [:] }
    let place = "\(relation.collection).\(relation.idName)"
    var variants: [String: Key] = [:]
    for key in keys {
      for variant in Self.variants(of: key.parts[0]) where FirestoreRelation.canBeID(variant) {
        variants[variant] = key
      }
    }
    var guesses: [Key: KeyGuess] = [:]
    let paths = try variants.keys.sorted().map { try relation.collection.document($0) }
    for document in try await client.existing(paths, mask: [.documentID]).documents {
      guard let key = variants[document.name.path.id] else { continue }
      guesses[key] = .recased(document.name.path.id, at: place)
    }
    let existing = try await ids(relation.page(after: nil, size: Self.sampleSize))
    for key in keys where guesses[key] == nil {
      guesses[key] = KeyForm.guess(for: key.parts[0], among: existing)
      if let other = try await id(beginningWith: key.parts[0]) { guesses[key] = .truncated(other, at: place) }
    }
    return guesses
  }

  /// Other spellings of a key that happen to it on its way.
  private static func variants(of key: String) -> Set<String> {
    let trimmed = String(key.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    return Set([trimmed, key.lowercased(), key.uppercased(), trimmed.lowercased(), trimmed.uppercased()])
      .subtracting([key])
  }

  private func id(beginningWith key: String) async throws -> String? {
    guard key.count >= Self.shortestBeginning, FirestoreRelation.canBeID(key) else { return nil }
    // Nothing lies between a key that does not exist and the first one that begins with it.
    let path = try relation.collection.document(key)
    let query = relation.page(after: client.name(of: path), size: 1)
    return try await ids(query).first { $0.utf8.starts(with: key.utf8) }
  }

  private func ids(_ query: StructuredQuery) async throws -> [String] {
    try await client.runQuery(query, parent: relation.collection.parent).documents.map(\.name.path.id)
  }
}
