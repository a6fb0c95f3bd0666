import RunModel
import Testing

@testable import Audit

@Suite("Guesses at why a key is missing")
struct KeyGuessTests {
  @Test(
    "the form of a key",
    arguments: [
      ("7", KeyForm.wholeNumber), ("-12", .wholeNumber), ("-", .word(length: 1)), ("", .other), ("a b", .other),
      ("0190163d-8694-739b-aea5-966c26f8ad91", .uuid), ("0190163D-8694-739B-AEA5-966C26F8AD91", .uuid),
      ("0190163d8694739baea5966c26f8ad91", .word(length: 32)), ("ada@example.org", .emailAddress),
      ("@example.org", .word(length: 12)), ("ada@localhost", .word(length: 13)),
      ("uJ3kq9Zx0TfW1aBcD2eF3gH4iJ5k", .word(length: 28)), ("caf\u{E9}", .word(length: 4)),
    ])
  func forms(_ text: String, _ form: KeyForm) {
    #expect(KeyForm(text) == form)
  }

  @Test("a key of another form than all keys that were looked at is of another kind")
  func otherForm() throws {
    let existing = ["abcd1234", "bcde2345", "cdef3456"]
    let guess = try #require(KeyForm.guess(for: "ada@example.org", among: existing))
    #expect(guess.kind == .wrongKind)
    #expect(guess.detail == "it is an e-mail address, and the keys that were looked at are texts of 8 characters")
    #expect(KeyForm.guess(for: "zzzz9999", among: existing) == nil)
    // Nothing can be said when there are too few, or no two alike.
    #expect(KeyForm.guess(for: "7", among: ["abcd1234", "bcde2345"]) == nil)
    #expect(KeyForm.guess(for: "7", among: existing + ["x"]) == nil)
  }

  @Test("a key that exists by now was late, whatever else resembles it")
  func late() async throws {
    let target = MemoryTarget(stores: TwoStores(rows: [:], keys: ["b"]))
    let guesses = try await target.guesses(for: [Key(["a"]), Key(["b"])])
    #expect(guesses.mapValues(\.kind) == [Key(["a"]): .deleted, Key(["b"]): .late])
  }
}
