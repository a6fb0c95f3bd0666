import ConformanceSuites
import JSON
import Testing

/// The texts of "Parsing JSON is a Minefield": `y_` must parse, `n_` must be refused, `i_` is up to the parser.
@Suite("The public JSON parsing suite")
struct ParsingSuiteTests {
  private static let folder = "json-parsing"

  @Test(
    "every text is parsed or refused as the suite says",
    .needsConformanceSuite(folder))
  func verdicts() throws {
    var passed = 0
    var total = 0
    for file in try ConformanceSuites.files(in: Self.folder) where file.hasPrefix("y_") || file.hasPrefix("n_") {
      total += 1
      let isAccepted = Self.accepts(try ConformanceSuites.bytes(of: "\(Self.folder)/\(file)"))
      if isAccepted == file.hasPrefix("y_") { passed += 1 } else { Issue.record("\(file): accepted \(isAccepted)") }
    }
    print("JSON parsing: \(passed) of \(total)")
    #expect(passed == total)
    #expect(total == 283)
  }

  @Test(
    "texts that are up to the parser end in a value or an error",
    .needsConformanceSuite(folder))
  func undecided() throws {
    var accepted: [String] = []
    for file in try ConformanceSuites.files(in: Self.folder) where file.hasPrefix("i_") {
      if Self.accepts(try ConformanceSuites.bytes(of: "\(Self.folder)/\(file)")) { accepted.append(file) }
    }
    // Big numbers are exact here and 500 levels are within the bounds; bad text and absurd exponents are refused.
    #expect(
      accepted == [
        "i_number_double_huge_neg_exp.json", "i_number_neg_int_huge_exp.json", "i_number_pos_double_huge_exp.json",
        "i_number_real_neg_overflow.json", "i_number_real_pos_overflow.json", "i_number_real_underflow.json",
        "i_number_too_big_neg_int.json", "i_number_too_big_pos_int.json", "i_number_very_big_negative_int.json",
        "i_structure_500_nested_arrays.json",
      ])
  }

  private static func accepts(_ bytes: [UInt8]) -> Bool { (try? JSONValue(parsing: bytes)) != nil }
}
