import Testing

@testable import Postgres

@Suite("Binary COPY")
struct CopyBinaryTests {
  private static let header: [UInt8] = [
    0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0,
  ]
  private static let row: [UInt8] = [
    0, 3, 0, 0, 0, 4, 0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1, 0x41,
  ]

  @Test("the header is taken off, rows are passed on, the trailer ends")
  func frame() throws {
    var framing = CopyBinaryFraming()
    let rows = try [Self.header + Self.row, Self.row, [0xFF, 0xFF]].map { message in
      try message.withUnsafeBytes { bytes in try framing.tuple(in: bytes).map { Array($0) } }
    }
    #expect(rows == [Self.row, Self.row, nil])
    #expect(throws: Never.self) { try framing.finish() }
  }

  @Test("a copy without trailer is an error, because rows may be missing")
  func cutShort() throws {
    var framing = CopyBinaryFraming()
    _ = try (Self.header + Self.row).withUnsafeBytes { bytes in try framing.tuple(in: bytes) != nil }
    #expect(throws: PostgresError.self) { try framing.finish() }
  }

  @Test("a wrong signature, a critical flag and data after the end are errors")
  func wrongFrames() {
    var flagged = Self.header
    flagged[12] = 1
    for messages in [[Self.row], [flagged + Self.row], [Self.header + [0xFF, 0xFF], Self.row]] {
      #expect(throws: PostgresError.self) {
        var framing = CopyBinaryFraming()
        for message in messages {
          _ = try message.withUnsafeBytes { bytes in try framing.tuple(in: bytes) != nil }
        }
      }
    }
  }

  @Test("fields are read by number")
  func fields() throws {
    try Self.row.withUnsafeBytes { bytes in
      let row = PostgresCopyRow(bytes)
      let count = row.count
      let numbers = [try row.int64(0), try row.int64(1)]
      let nulls = [try row.isNull(0), try row.isNull(1)]
      let text = try row.text(2)
      let size = try row.withBytes(2) { $0?.count }
      #expect(count == 3)
      #expect(numbers == [-2, nil])
      #expect(nulls == [false, true])
      #expect(text == "A")
      #expect(size == 1)
    }
  }

  @Test("every cut of a row is an error or an earlier field, never a read past the end")
  func cutRows() {
    for length in 0..<Self.row.count {
      #expect(throws: PostgresError.self) {
        try Array(Self.row[..<length]).withUnsafeBytes { bytes in
          let row = PostgresCopyRow(bytes)
          _ = try row.text(2)
        }
      }
    }
  }

  @Test("a field that is no integer and a field that does not exist are errors")
  func wrongFields() {
    for field in [2, 3, -1] {
      #expect(throws: PostgresError.self) {
        try Self.row.withUnsafeBytes { bytes in
          let row = PostgresCopyRow(bytes)
          _ = try row.int64(field)
        }
      }
    }
  }
}
