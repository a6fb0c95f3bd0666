// Guesses are a courtesy: no statement of theirs takes a server more than two seconds, and whatever goes wrong with them
// changes no finding. All keys are compared in one pass over the referent, because a lower-cased key is found by no index.

import Postgres
import RunModel

extension SQLKeyTarget {
  /// Milliseconds that a statement may take.
  private static let patience = 2000
  /// Shortest key of which it can be said that it is the beginning of another.
  private static let shortestBeginning = 4
  /// Existing keys that are looked at to learn their form.
  private static let sampleSize = 20

  func likenesses(of keys: [Key]) async throws -> [Key: KeyGuess] {
    // Parts of a key may all exist, and only their combination be missing; nothing here would explain that.
    guard relation.columns.count == 1, let kind = kinds.first, !keys.isEmpty else { return [:] }
    if kind == .integer { return try await numberGuesses(for: keys) }
    let (existing, similar) = try await resembling(keys.map { $0.parts[0] })
    return keys.reduce(into: [:]) { guesses, key in
      guesses[key] = similar[key.parts[0]] ?? KeyForm.guess(for: key.parts[0], among: existing)
    }
  }

  // MARK: Whole numbers

  /// Which numbers were given out once, and which never were; the column must be of an integer type.
  private func numberGuesses(for keys: [Key]) async throws -> [Key: KeyGuess] {
    let given = try await given(within: Self.patience)
    return keys.reduce(into: [:]) { guesses, key in guesses[key] = guess(for: key, given) }
  }

  /// The keys among those given that were certainly never given out.
  ///
  /// Only a sequence knows that: the highest number that is there may have been given out before one that was deleted.
  func neverGivenOut(_ keys: [Key]) async throws -> [Key] {
    let given = try await given(within: nil)
    let keys = keys.filter { guess(for: $0, given)?.kind != .deleted }
    guard given.isFromSequence || keys.isEmpty else {
      throw RuleError(
        message:
          "whether \(keys[0]) was ever given out for \(place) only its sequence could tell, which the column does not "
          + "have, or this role may not read; grant SELECT on it, or say concord.delete: soft")
    }
    return keys
  }

  /// The numbers that were given out, as far as they can be known.
  private struct Given {
    let lowest: Int64?
    let highest: Int64?
    /// Whether the highest comes from the sequence, which knows of deleted rows as well.
    let isFromSequence: Bool
  }

  private func given(within milliseconds: Int?) async throws -> Given {
    let column = relation.column(relation.columns[0])
    return try await reader.snapshot { connection in
      if let milliseconds { try Self.limit(connection, to: milliseconds) }
      let bounds = try connection.querySync(
        "SELECT min(\(column))::bigint, max(\(column))::bigint FROM \(relation.from) WHERE \(relation.condition)"
      ).rows[0]
      let (lowest, highest) = (try bounds[0].decode(Int64?.self), try bounds[1].decode(Int64?.self))
      guard case .table(let name) = relation.source else {
        return Given(lowest: lowest, highest: highest, isFromSequence: false)
      }
      // The value is null when nothing was given out yet, and unless this role may read the sequence ("pg_sequences").
      let sequence = try connection.querySync(
        """
        SELECT s.last_value, pg_catalog.has_sequence_privilege(pg_catalog.pg_get_serial_sequence( \
        \(name.within(reader.store.schema).quoted), \(relation.columns[0])), 'SELECT, USAGE') FROM pg_catalog.pg_sequences AS s WHERE pg_catalog.to_regclass( \
        pg_catalog.quote_ident(s.schemaname) || '.' || pg_catalog.quote_ident(s.sequencename)) = \
        pg_catalog.to_regclass(pg_catalog.pg_get_serial_sequence( \
        \(name.within(reader.store.schema).quoted), \(relation.columns[0])))
        """)
      let last = try sequence.rows.first?[0].decode(Int64?.self)
      return Given(
        lowest: lowest, highest: last.map { max($0, highest ?? $0) } ?? highest,
        isFromSequence: try sequence.rows.first?[1].decode(Bool.self) ?? false)
    }.value
  }

  private func guess(for key: Key, _ given: Given) -> KeyGuess? {
    guard let number = Int64(key.parts[0]), String(number) == key.parts[0] else {
      return KeyGuess(kind: .wrongKind, detail: "\(place) holds whole numbers, and it is none")
    }
    guard let highest = given.highest else { return KeyGuess(kind: .neverExisted, detail: "\(place) is empty") }
    if number > highest {
      return given.isFromSequence
        ? KeyGuess(kind: .neverExisted, detail: "\(highest) was the last number given out for \(place)")
        : KeyGuess(kind: .neverExisted, detail: "the highest number in \(place) is \(highest)")
    }
    if number <= 0, let lowest = given.lowest, lowest > 0 {
      return KeyGuess(kind: .neverExisted, detail: "the lowest number in \(place) is \(lowest)")
    }
    return KeyGuess(kind: .deleted, detail: "it lies below \(highest), which was given out for \(place)")
  }

  private var place: String { "\(relation.name).\(relation.columns[0])" }

  /// Ends statements of the transaction that take longer.
  private static func limit(_ connection: isolated PostgresConnection, to milliseconds: Int) throws {
    _ = try connection.querySync("SELECT pg_catalog.set_config('statement_timeout', \("\(milliseconds)"), true)")
  }

  // MARK: Texts

  /// Some existing keys, and what resembles the missing ones.
  private func resembling(_ keys: [String]) async throws -> (existing: [String], similar: [String: KeyGuess]) {
    let text: SQL = "\(relation.column(relation.columns[0]))::text"
    let admitted = keys.filter { !$0.utf8.contains(0) }
    let folded = admitted.map(Self.folded)
    let beginnings = Dictionary(grouping: admitted.filter { $0.count >= Self.shortestBeginning }, by: \.count)
    var conditions: [SQL] = ["lower(btrim(\(text))) = ANY(\(folded))"]
    for (length, group) in beginnings.sorted(by: { $0.key < $1.key }) {
      conditions.append("left(\(text), \(length)) = ANY(\(group))")
    }
    let wanted = SQL.joined(conditions, separator: " OR ")
    let limit = 4 * keys.count
    let (found, existing) = try await reader.snapshot { connection in
      try Self.limit(connection, to: Self.patience)
      let sample = try connection.querySync(
        "SELECT \(text) FROM \(relation.from) WHERE \(relation.condition) AND \(text) IS NOT NULL LIMIT \(Self.sampleSize)"
      )
      let found = try connection.querySync(
        "SELECT \(text) FROM \(relation.from) WHERE \(relation.condition) AND (\(wanted)) ORDER BY 1 LIMIT \(limit)")
      return (
        try found.rows.map { try $0[0].decode(String.self) }, try sample.rows.map { try $0[0].decode(String.self) }
      )
    }.value
    var similar: [String: KeyGuess] = [:]
    for key in admitted {
      if let other = found.first(where: { Self.folded($0) == Self.folded(key) }) {
        similar[key] = .recased(other, at: place)
      } else if key.count >= Self.shortestBeginning, let other = found.first(where: { $0.hasPrefix(key) }) {
        similar[key] = .truncated(other, at: place)
      }
    }
    return (existing, similar)
  }

  /// As the statement folds: small letters, no blanks around.
  private static func folded(_ text: String) -> String {
    let trimmed = text.drop { $0 == " " }
    let end = trimmed.lastIndex { $0 != " " }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
    return trimmed[..<end].lowercased()
  }
}

extension KeyGuess {
  /// An existing key that differs in the case of letters, or in blanks around it.
  static func recased(_ other: String, at place: String) -> KeyGuess {
    KeyGuess(
      kind: .recased, detail: "\(place) has one that differs only in case, or in blanks around it", resembling: other)
  }

  /// An existing key that goes on where the missing one ends.
  static func truncated(_ other: String, at place: String) -> KeyGuess {
    KeyGuess(kind: .truncated, detail: "\(place) has one that begins with it", resembling: other)
  }
}
