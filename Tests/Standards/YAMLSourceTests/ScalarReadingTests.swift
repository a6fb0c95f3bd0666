import JSON
import Testing
import YAMLSource

@Suite("Plain scalars are read by the core schema of YAML 1.2")
struct ScalarReadingTests {
  @Test(
    "what YAML 1.1 would turn into something else stays a string",
    arguments: [
      "no", "yes", "on", "off", "y", "n", "017", "-017", "00", "1:20", "2026-11-24", "2026-11-24T02:22:35Z", "1_000",
      "0b11", ".inf", ".nan", "-.INF", "0x", "0o9", "0x+1", "1e", "e5", ".", "+", "-", "--1", "1.2.3", "+017", "nUll",
      "TrUe", "<<", "=", "12e", "0o", "1 2", "٣",
    ])
  func staysString(text: String) {
    #expect(ScalarReading.value(ofPlain: text) == .string(text))
  }

  @Test("null, booleans and empty text are what the core schema says")
  func keywords() {
    for text in ["", "~", "null", "Null", "NULL"] { #expect(ScalarReading.value(ofPlain: text).isNull) }
    for text in ["true", "True", "TRUE"] { #expect(ScalarReading.value(ofPlain: text) == .bool(true)) }
    for text in ["false", "False", "FALSE"] { #expect(ScalarReading.value(ofPlain: text) == .bool(false)) }
  }

  @Test(
    "numbers keep their exact value",
    arguments: [
      ("0", "0"), ("-0", "-0"), ("17", "17"), ("-12", "-12"), ("1.50", "1.50"), ("1e3", "1e3"), ("+1", "1"),
      ("+1.5e-3", "1.5e-3"), (".5", "0.5"), ("-.5", "-0.5"), ("5.", "5"), ("5.e2", "5e2"), ("0x1F", "31"),
      ("0xff", "255"), ("0o17", "15"), ("12345678901234567890", "12345678901234567890"),
      ("9007199254740993", "9007199254740993"), ("3.10", "3.10"), ("0.1", "0.1"),
    ])
  func numbers(text: String, lexeme: String) throws {
    let number = try #require(ScalarReading.value(ofPlain: text).numberValue)
    #expect(number.lexeme == lexeme)
  }
}
