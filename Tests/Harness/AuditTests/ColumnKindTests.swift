import Postgres
import Testing

@testable import Audit

@Suite("Kinds of key columns")
struct ColumnKindTests {
  @Test("a key is admitted only as the column itself would write it")
  func admission() {
    let admitted: [(ColumnKind, [String])] = [
      (.integer, ["0", "-1", "9223372036854775807", "-9223372036854775808"]),
      (.uuid, ["00000000-0000-0000-0000-00000000abcd"]),
      (.numeric, ["0", "-1.5", "0.01", "123456789012345678901234567890", "NaN", "Infinity", "-Infinity"]),
      (.text, ["", " ", "007", "é"]), (.other, ["anything"]),
    ]
    for (kind, texts) in admitted {
      for text in texts { #expect(kind.admits(text), "\(kind) \(text)") }
    }
    let refused: [(ColumnKind, [String])] = [
      (.integer, ["", "007", "+5", "5.0", " 5", "-0", "9223372036854775808", "five", "٥"]),
      (
        .uuid,
        [
          "00000000-0000-0000-0000-00000000ABCD", "0000000000000000000000000000abcd", "", "0000-",
          "zzzzzzzz-0000-0000-0000-00000000abcd",
        ]
      ),
      (.numeric, ["", "1.50", "01", "1e3", ".5", "5.", "-0", "0.0", "nan", "1 "]),
      (.text, ["a\u{0}b"]), (.padded, ["\u{0}"]), (.other, ["\u{0}"]), (.looseText, ["\u{0}"]),
    ]
    for (kind, texts) in refused {
      for text in texts { #expect(!kind.admits(text), "\(kind) \(text)") }
    }
  }

  @Test("types choose their kind, and a loose collation theirs")
  func choice() {
    #expect(ColumnKind(.int4) == .integer)
    #expect(ColumnKind(.varchar) == .text)
    #expect(ColumnKind(.text, isLoose: true) == .looseText)
    #expect(ColumnKind(.bpchar) == .padded)
    #expect(ColumnKind(.numeric) == .numeric)
    #expect(ColumnKind(.uuid) == .uuid)
    #expect(ColumnKind(.float8) == .other)
    #expect(ColumnKind(.timestamptz) == .other)
  }

  @Test("columns that an index can serve are compared and grouped as they are")
  func indexable() {
    for kind in [ColumnKind.integer, .text, .uuid, .numeric] {
      #expect(kind.equals("t.c", "k.v").text == "t.c = k.v")
      #expect(kind.grouping("t.c").text == "t.c")
    }
    #expect(ColumnKind.padded.equals("t.c", "k.v").text == "t.c = k.v::bpchar AND t.c::text = k.v")
    #expect(ColumnKind.looseText.equals("t.c", "k.v").text == "t.c = k.v AND t.c COLLATE \"C\" = k.v")
    #expect(ColumnKind.looseText.grouping("t.c").text == "t.c COLLATE \"C\"")
    #expect(ColumnKind.other.grouping("t.c").text == "t.c::text")
    #expect(ColumnKind.numeric.keyText("t.c").text == "pg_catalog.trim_scale(t.c)::text")
  }
}
