import Postgres

/// Looks keys up in a PostgreSQL relation, through the index of its key where there is one.
struct SQLKeyTarget: KeyTarget {
  let relation: SQLRelation
  let reader: SQLReader
  let kinds: [ColumnKind]
  /// What tells that an absent key stayed absent.
  let absence: AbsenceVersion

  var plan: String {
    "\(reader.store.name): each key looked up in \(relation.name) by \(relation.columns.joined(separator: ", ")), "
      + "a batch in one statement" + (reader.gate == nil ? "" : ", on a replica that has caught up with its primary")
  }

  var unsettled: String {
    switch absence {
    case .unneeded, .rows: Self.changing
    case .database:
      "\(reader.store.name) was written to each time it was looked at; a concord.basis of \(relation.name) would tell "
        + "whether that matters"
    case .unknown: "\(relation.name) is a foreign table, whose rows may come back unseen"
    }
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
    let (found, position) = try await reader.snapshot { connection in
      guard !wanted.isEmpty else { return (keys: [Key](), versions: [Key: String?]()) }
      let missing = try connection.querySync(relation.absent(wanted, kinds)).rows.map { row in
        wanted[try row[0].decode(Int.self) - 1]
      }
      return (keys: missing, versions: try absence.read(of: missing, on: connection))
    }
    return AbsentKeys(
      keys: absent + found.keys, position: position,
      versions: found.versions.mapValues { $0 ?? absence.version(of: position) })
  }
}
