import Testing

@testable import Audit

@Suite("Fingerprints")
struct FingerprintTests {
  @Test("a fingerprint stays the same between versions: baselines rest on it")
  func stability() {
    #expect(Fingerprint.of(["orders-belong-to-existing-users", "id", "101"]) == "a496e3ef1dda4d2478bf2dc16b55f9a3")
    #expect(Fingerprint.of([]).count == 32)
  }

  @Test("borders between parts count, and NULL is no empty text")
  func borders() {
    let all: [[String?]] = [
      ["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["abc", nil], ["", "abc"], [nil, "abc"],
    ]
    #expect(Set(all.map(Fingerprint.of)).count == all.count)
  }
}
