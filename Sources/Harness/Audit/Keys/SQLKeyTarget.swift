import Postgres

/// Looks keys up in a PostgreSQL relation, through the index of its key where there is one.
struct SQLKeyTarget: KeyTarget {
  let relation: SQLRelation
  let reader: SQLReader
  let kinds: [ColumnKind]

  var plan: String {
    "\(reader.store.name): each key looked up in \(relation.name) by \(relation.columns.joined(separator: ", ")), "
      + "a batch in one statement" + (reader.gate == nil ? "" : ", on a replica that has caught up with its primary")
  }

  func catchUp() async throws { try await reader.catchUp() }

  func absent(among keys: [Key]) async throws -> AbsentKeys {
    try await catchUp()
    return try await absentAsShown(among: keys)
  }

  func absentAsShown(among keys: [Key]) async throws -> AbsentKeys {
    var possible: [Key] = []
    var absent: [Key] = []
    possible.reserveCapacity(keys.count)
    for key in keys {
      if zip(key.parts, kinds).allSatisfy({ $1.admits($0) }) { possible.append(key) } else { absent.append(key) }
    }
    let wanted = possible
    let (missing, position) = try await reader.snapshot { connection in
      guard !wanted.isEmpty else { return [(key: Key, version: String?)]() }
      return try connection.querySync(relation.absent(wanted, kinds)).rows.map { row in
        (wanted[try row[0].decode(Int.self) - 1], row[1].text)
      }
    }
    let versions = missing.compactMap { key, version in version.map { (key, $0) } }
    return AbsentKeys(
      keys: absent + missing.map(\.key), position: position,
      versions: Dictionary(versions, uniquingKeysWith: { first, _ in first }))
  }
}
