package import JSON
package import RFC3339

// Conversions are strict on purpose: a column of another type is an error, not a guess. Money (`numeric`) never
// becomes a Double, which cannot hold it exactly; it is read as text, or as a type of the caller's own that conforms.

/// A Swift type that can be read from a column.
package protocol PostgresDecodable {
  /// Reads the value, or throws an error made by the cell's `mismatch`.
  init(postgres cell: PostgresCell) throws(PostgresError)
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
  /// The value, or nil for NULL.
  package init(postgres cell: PostgresCell) throws(PostgresError) {
    self = cell.isNull ? nil : .some(try Wrapped(postgres: cell))
  }
}

extension String: PostgresDecodable {
  /// The text form of a value of any type.
  package init(postgres cell: PostgresCell) throws(PostgresError) {
    self = try cell.requiredText(for: String.self)
  }
}

extension PostgresCell {
  /// Reads an integer from an integer column, or from a `numeric` one that holds an integer.
  fileprivate func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws(PostgresError) -> Value {
    let text = try requiredText(for: type)
    guard let typeID = column?.typeID, [.int2, .int4, .int8, .oid, .numeric].contains(typeID) else {
      throw mismatch("is not read as \(type)")
    }
    guard let value = Value(text) else {
      throw mismatch("holds a number that \(type) cannot hold")
    }
    return value
  }

  /// The elements of an array column.
  fileprivate func elements(for type: Any.Type) throws(PostgresError) -> [String?] {
    guard let elements = ArrayLiteral.elements(of: try requiredText(for: type)) else {
      throw mismatch("does not hold a one-dimensional array")
    }
    return elements
  }
}

extension Int: PostgresDecodable {
  /// The value of an integer column.
  package init(postgres cell: PostgresCell) throws(PostgresError) { self = try cell.integer(Int.self) }
}

extension Int64: PostgresDecodable {
  /// The value of an integer column.
  package init(postgres cell: PostgresCell) throws(PostgresError) { self = try cell.integer(Int64.self) }
}

extension Int32: PostgresDecodable {
  /// The value of an integer column, when it fits.
  package init(postgres cell: PostgresCell) throws(PostgresError) { self = try cell.integer(Int32.self) }
}

extension Int16: PostgresDecodable {
  /// The value of an integer column, when it fits.
  package init(postgres cell: PostgresCell) throws(PostgresError) { self = try cell.integer(Int16.self) }
}

extension Double: PostgresDecodable {
  /// The value of a floating-point column; never of a `numeric` one.
  package init(postgres cell: PostgresCell) throws(PostgresError) {
    let text = try cell.requiredText(for: Double.self)
    guard let typeID = cell.column?.typeID, [.float4, .float8].contains(typeID) else {
      throw cell.mismatch("is not read as Double, which would lose digits; read it as String")
    }
    guard let value = Double(text) else {
      throw cell.mismatch("does not hold a number")
    }
    self = value
  }
}

extension Bool: PostgresDecodable {
  /// The value of a boolean column.
  package init(postgres cell: PostgresCell) throws(PostgresError) {
    let text = try cell.requiredText(for: Bool.self)
    guard cell.column?.typeID == .bool else {
      throw cell.mismatch("is not read as Bool")
    }
    self = text == "t"
  }
}

extension Timestamp: PostgresDecodable {
  /// The instant of a timestamp column; one without time zone is taken as UTC.
  ///
  /// Infinite times, and those before the year 1 or after 9999, are refused.
  package init(postgres cell: PostgresCell) throws(PostgresError) {
    let text = try cell.requiredText(for: Timestamp.self)
    guard let typeID = cell.column?.typeID, [.timestamp, .timestamptz].contains(typeID) else {
      throw cell.mismatch("is not read as Timestamp")
    }
    guard let value = Timestamp(postgres: text) else {
      throw cell.mismatch("holds a time outside the years 1 to 9999")
    }
    self = value
  }
}

extension JSONValue: PostgresDecodable {
  /// The value of a `json` or `jsonb` column; a JSON null is `.null`, an SQL NULL is an error.
  package init(postgres cell: PostgresCell) throws(PostgresError) {
    let text = try cell.requiredText(for: JSONValue.self)
    guard let typeID = cell.column?.typeID, [.json, .jsonb].contains(typeID) else {
      throw cell.mismatch("is not read as JSON")
    }
    do {
      self = try JSONValue(parsing: text)
    } catch {
      throw cell.mismatch("holds JSON that cannot be read, such as one nested too deep")
    }
  }
}

extension Array: PostgresDecodable where Element: PostgresArrayDecodable {
  /// The elements of an array column, or the bytes of a `bytea` one.
  package init(postgres cell: PostgresCell) throws(PostgresError) {
    self = try Element.array(postgres: cell)
  }
}

/// A type of elements that can be read from an array column.
package protocol PostgresArrayDecodable {
  /// Reads the whole array.
  static func array(postgres cell: PostgresCell) throws(PostgresError) -> [Self]
}

extension String: PostgresArrayDecodable {
  /// The text forms of the elements of any array without NULLs.
  package static func array(postgres cell: PostgresCell) throws(PostgresError) -> [String] {
    var texts: [String] = []
    for element in try cell.elements(for: [String].self) {
      guard let element else {
        throw cell.mismatch("holds a NULL element; read it as [String?]")
      }
      texts.append(element)
    }
    return texts
  }
}

extension String?: PostgresArrayDecodable {
  /// The text forms of the elements of any array.
  package static func array(postgres cell: PostgresCell) throws(PostgresError) -> [String?] {
    try cell.elements(for: [String?].self)
  }
}

extension Int: PostgresArrayDecodable {
  /// The elements of an integer array without NULLs.
  package static func array(postgres cell: PostgresCell) throws(PostgresError) -> [Int] {
    guard let typeID = cell.column?.typeID, [.int2Array, .int4Array, .int8Array].contains(typeID) else {
      throw cell.mismatch("is not read as [Int]")
    }
    var values: [Int] = []
    for element in try cell.elements(for: [Int].self) {
      guard let element, let value = Int(element) else {
        throw cell.mismatch("holds a NULL element")
      }
      values.append(value)
    }
    return values
  }
}

extension UInt8: PostgresArrayDecodable {
  /// The bytes of a `bytea` column in its hex form (PostgreSQL 15, section 8.4.1), which the session asks for.
  package static func array(postgres cell: PostgresCell) throws(PostgresError) -> [UInt8] {
    let text = try cell.requiredText(for: [UInt8].self)
    guard cell.column?.typeID == .bytea, text.hasPrefix("\\x") else {
      throw cell.mismatch("is not read as bytes")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for character in text.utf8.dropFirst(2) {
      guard let digit = Character(Unicode.Scalar(character)).hexDigitValue else {
        throw cell.mismatch("is not read as bytes")
      }
      if let first = high {
        bytes.append(first << 4 | UInt8(digit))
        high = nil
      } else {
        high = UInt8(digit)
      }
    }
    return bytes
  }
}
