import CLibPQ

/// A column of a result.
package struct PostgresColumn: Sendable, Hashable {
  /// The name or alias.
  package let name: String
  /// The type; a domain is reported as the type it stands on.
  package let typeID: PostgresTypeID
}

/// What a statement gave: rows, or the number of rows it changed.
package struct PostgresResult: Sendable {
  /// The rows, all in memory; large results are for `stream` and `copyOut`.
  package let rows: [PostgresRow]

  /// The columns of the rows.
  package let columns: [PostgresColumn]

  /// How many rows were inserted, updated, deleted or selected.
  package let affected: Int

  /// The command's name as the server reports it, such as `INSERT 0 1`.
  package let command: String

  init(_ storage: ResultStorage) {
    columns = storage.columns
    affected = storage.affected
    command = storage.command
    rows = (0..<storage.rowCount).map { PostgresRow(storage: storage, row: $0) }
  }
}

/// A row of a result.
package struct PostgresRow: Sendable {
  let storage: ResultStorage
  let row: Int32

  /// How many columns there are.
  package var count: Int { storage.columns.count }

  /// The value in a column, from 0; it must exist.
  package subscript(column: Int) -> PostgresCell {
    precondition(storage.columns.indices.contains(column), "the result has no column number \(column)")
    return PostgresCell(storage: storage, row: row, place: .column(Int32(column)))
  }

  /// The value in the first column of that name.
  ///
  /// A name that the result does not have shows when the value is decoded: as an error that lists the names.
  package subscript(name: String) -> PostgresCell {
    let place = storage.column(named: name).map { PostgresCell.Place.column($0) } ?? .unknown(name)
    return PostgresCell(storage: storage, row: row, place: place)
  }
}

/// A result that libpq keeps in memory.
///
/// `@unchecked Sendable` is protected by immutability: libpq allows a result to be read from any thread as long as
/// nobody changes it (libpq, "Behavior in Threaded Programs"), and nothing here does before `deinit` frees it.
final class ResultStorage: @unchecked Sendable {
  let result: OpaquePointer
  let columns: [PostgresColumn]

  /// Takes over the result; the rows of one stream share their columns.
  init(_ result: OpaquePointer, columns known: [PostgresColumn]? = nil) {
    self.result = result
    columns =
      known
      ?? (0..<PQnfields(result)).map { column in
        PostgresColumn(
          name: PQfname(result, column).map { String(cString: $0) } ?? "",
          typeID: PostgresTypeID(rawValue: PQftype(result, column))
        )
      }
  }

  deinit {
    PQclear(result)
  }

  var rowCount: Int32 { PQntuples(result) }

  var affected: Int { PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }

  var command: String { PQcmdStatus(result).map { String(cString: $0) } ?? "" }

  func column(named name: String) -> Int32? {
    columns.firstIndex { $0.name == name }.map(Int32.init)
  }

  /// The bytes of a value, nil for NULL; valid as long as this object lives.
  func bytes(row: Int32, column: Int32) -> UnsafeRawBufferPointer? {
    guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else { return nil }
    return UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column)))
  }
}
