package import RFC3339

/// An element of arrays that can be parameters.
package protocol PostgresArrayElement: Sendable {
  /// The whole array in the form in which it goes to the server.
  static func postgresParameter(for array: [Self]) -> PostgresParameter
}

extension Int: PostgresArrayElement {
  /// A binary `bigint[]`.
  package static func postgresParameter(for array: [Int]) -> PostgresParameter {
    BinaryArray.parameter(array.map(Int64.init), element: .int8, array: .int8Array)
  }
}

extension Int64: PostgresArrayElement {
  /// A binary `bigint[]`.
  package static func postgresParameter(for array: [Int64]) -> PostgresParameter {
    BinaryArray.parameter(array, element: .int8, array: .int8Array)
  }
}

extension Int32: PostgresArrayElement {
  /// A binary `integer[]`.
  package static func postgresParameter(for array: [Int32]) -> PostgresParameter {
    BinaryArray.parameter(array, element: .int4, array: .int4Array)
  }
}

extension UInt8: PostgresArrayElement {
  /// A binary `bytea`.
  package static func postgresParameter(for array: [UInt8]) -> PostgresParameter {
    PostgresParameter(typeID: .bytea, format: .binary, bytes: array)
  }
}

extension String: PostgresArrayElement {
  /// An array literal whose element type the server infers, so it fits `text[]`, `varchar[]` and `uuid[]` alike.
  package static func postgresParameter(for array: [String]) -> PostgresParameter {
    PostgresParameter(text: ArrayLiteral.text(of: array))
  }
}

extension Double: PostgresArrayElement {
  /// An array literal whose element type the server infers.
  package static func postgresParameter(for array: [Double]) -> PostgresParameter {
    PostgresParameter(text: ArrayLiteral.text(of: array.map(\.postgresText)))
  }
}

extension Bool: PostgresArrayElement {
  /// An array literal whose element type the server infers.
  package static func postgresParameter(for array: [Bool]) -> PostgresParameter {
    PostgresParameter(text: ArrayLiteral.text(of: array.map { $0 ? "true" : "false" }))
  }
}

extension Timestamp: PostgresArrayElement {
  /// An array literal whose element type the server infers.
  package static func postgresParameter(for array: [Timestamp]) -> PostgresParameter {
    PostgresParameter(text: ArrayLiteral.text(of: array.map(\.postgres)))
  }
}

extension String?: PostgresArrayElement {
  /// An array literal with NULLs whose element type the server infers.
  package static func postgresParameter(for array: [String?]) -> PostgresParameter {
    PostgresParameter(text: ArrayLiteral.text(of: array))
  }
}

/// The binary form of one-dimensional arrays without NULLs (`array_recv` in PostgreSQL's arrayfuncs.c).
enum BinaryArray {
  static func parameter<Element: FixedWidthInteger>(
    _ array: [Element],
    element: PostgresTypeID,
    array type: PostgresTypeID
  ) -> PostgresParameter {
    let size = MemoryLayout<Element>.size
    var bytes: [UInt8] = []
    bytes.reserveCapacity(20 + array.count * (4 + size))
    func append(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
    append(Int32(array.isEmpty ? 0 : 1))  // dimensions
    append(Int32(0))  // no NULLs
    append(element.rawValue)
    if !array.isEmpty {
      append(Int32(array.count))
      append(Int32(1))  // lower bound
      for value in array {
        append(Int32(size))
        append(value)
      }
    }
    return PostgresParameter(typeID: type, format: .binary, bytes: bytes)
  }
}
