import ECMARegex
import JSON
import Testing

@Suite("Regular expressions of ECMA-262")
struct ECMARegexTests {
  @Test(
    "patterns match as in ECMAScript",
    arguments: [
      // A search, not a full match; anchors are the pattern's own.
      ("b", "abc", true), ("^b", "abc", false), ("^$", "", true), ("", "abc", true), ("a$", "a\n", false),
      ("^a", "b\na", false), ("a|b$", "xb", true),
      // Classes of characters are ASCII for \d and \w and Unicode for \s.
      (#"^\d$"#, "7", true), (#"^\d$"#, "٣", false), (#"^\w$"#, "é", false), (#"^\W$"#, "é", true),
      (#"^\s$"#, "\u{a0}", true), (#"^\s$"#, "\u{feff}", true), (#"^\s$"#, "\u{2029}", true), (#"^\s$"#, "\u{b}", true),
      (#"^\S$"#, "\u{2003}", false), (#"^[\s]$"#, "\u{3000}", true), (#"^[^\s]$"#, "\u{3000}", false),
      (#"^[\S]$"#, "\u{3000}", false), (#"^[\S]$"#, "x", true), (#"^[\s\S]$"#, "\u{1f600}", true),
      (#"^\v$"#, "\u{b}", true), (#"^\v$"#, "\n", false), (#"^[\b]$"#, "\u{8}", true), (#"\bfoo\b"#, "a foo b", true),
      // The dot leaves out line ends, all four of them, and takes one code point.
      ("^.$", "x", true), ("^.$", "\n", false), ("^.$", "\r", false), ("^.$", "\u{2028}", false),
      ("^.$", "\u{85}", true), ("^.$", "\u{1f600}", true), ("^.$", "e\u{301}", false), ("^[^]$", "\n", true),
      ("[]", "a", false), ("^[.]$", "a", false),
      // Escapes.
      (#"^\x41\u0042\u{43}\u{1F600}$"#, "ABC\u{1f600}", true), (#"^\uD83D\uDE00$"#, "\u{1f600}", true),
      (#"^[\uD83D\uDE00-\uD83D\uDE02]$"#, "\u{1f601}", true), (#"^\cA$"#, "\u{1}", true), (#"^\0$"#, "\u{0}", true),
      (#"^\/\.\*\^\$\+\?\(\)\[\]\{\}\|\\$"#, #"/.*^$+?()[]{}|\"#, true), (#"^\-\@\_$"#, "-@_", true),
      (#"^[\-\]a]+$"#, "-]a", true), ("^a{2}$", "aa", true), ("^a{2,}$", "aaa", true), ("^a{1,2}?$", "aa", true),
      ("^a{,2}$", "a{,2}", true), ("^{}$", "{}", true), ("^a]$", "a]", true), ("^[[:alpha:]]$", "a]", true),
      ("^[[:alpha:]]$", "b", false),
      // Groups and references.
      (#"^(a)\1$"#, "aa", true), (#"^(?<x>a)\k<x>$"#, "aa", true), (#"^(?:(a)|b)\1$"#, "b", true),
      (#"^(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\10$"#, "abcdefghijj", true), ("^(?=a)a(?!b)", "ac", true),
      ("(?<=a)b", "ab", true), ("(?<!a)b", "ab", false),
      // Properties by their short and long names.
      (#"^\p{L}$"#, "é", true), (#"^\p{Letter}$"#, "é", true), (#"^\p{Lu}$"#, "É", true), (#"^\P{Lu}$"#, "é", true),
      (#"^\p{General_Category=Decimal_Number}$"#, "٣", true), (#"^\p{Script=Greek}$"#, "α", true),
      (#"^\p{sc=Greek}$"#, "a", false), (#"^\p{Script_Extensions=Latin}$"#, "a", true),
      (#"^[\p{Letter}\p{Nd}]+$"#, "aé٣", true), (#"^\p{ASCII_Hex_Digit}+$"#, "beef", true),
      (#"^\p{Currency_Symbol}$"#, "€", true), (#"^\p{LC}$"#, "a", true),
    ])
  func matching(pattern: String, text: String, isMatch: Bool) throws {
    #expect(try ECMAPatternEngine().compile(pattern).firstMatch(in: text) == isMatch)
  }

  @Test(
    "what is no pattern is refused, with its place",
    arguments: [
      ("a(b", 3), ("a)b", 1), ("[a", 0), ("x[b-a]", nil), ("*a", 0), ("a++", 2), ("a**", 2), ("a{2}{3}", 4),
      ("a|*", 2), ("(*ACCEPT)", 1), ("(?>a)", 2), ("(?i)a", 2), ("(?#c)", 2), ("é(?P<n>a)", 4), (#"\"#, 1),
      (#"a\Z"#, 2), (#"\A"#, 1), (#"\a"#, 1), (#"\h"#, 1), (#"\K"#, 1), (#"\Qa\E"#, 1), (#"\01"#, 2), (#"\u12"#, nil),
      (#"\u{110000}"#, nil), (#"\uD800"#, nil), (#"\x4"#, nil), (#"\c1"#, 2), (#"\p"#, 2), (#"\p{Nope}"#, nil),
      (#"\p{^L}"#, nil), (#"\2(a)"#, nil), (#"\k<x>"#, nil), (#"\k"#, nil), ("(?<1>a)", 3), ("a{2,1}", nil),
      ("é{2,1}", nil),
    ] as [(String, Int?)])
  func refused(pattern: String, offset: Int?) {
    let error = #expect(throws: PatternError.self) { try ECMAPatternEngine().compile(pattern) }
    #expect(error?.pattern == pattern)
    #expect((error?.offset ?? .max) <= pattern.utf8.count)
    if let offset { #expect(error?.offset == offset) }
  }

  @Test("a pattern that would run for ages is stopped, and says why", arguments: ["^(a+)+$", "^(a|aa)+$", "^(a|a?)+$"])
  func hostile(pattern: String) throws {
    let compiled = try ECMAPatternEngine().compile(pattern)
    let error = #expect(throws: PatternError.self) {
      try compiled.firstMatch(in: String(repeating: "a", count: 60) + "!")
    }
    #expect(error?.message.contains("took more steps than allowed") == true)
    #expect(try compiled.firstMatch(in: "aaa"))
  }

  @Test("a long text outgrows the JIT stack and is matched all the same")
  func longText() throws {
    let compiled = try ECMAPatternEngine().compile("^(?:a|b(?=.)|(c))*$")
    #expect(try compiled.firstMatch(in: String(repeating: "abc", count: 10_000) + "a"))
    #expect(try !compiled.firstMatch(in: String(repeating: "abc", count: 10_000) + "x"))
  }

  @Test("groups that nest too deep and patterns that are too long are refused")
  func bounds() {
    let deep = String(repeating: "(", count: 300) + String(repeating: ")", count: 300)
    #expect(throws: PatternError.self) { try ECMAPatternEngine().compile(deep) }
    #expect(throws: PatternError.self) { try ECMAPatternEngine().compile(String(repeating: "a", count: 70_000)) }
  }

  @Test("one compiled pattern serves many tasks at once")
  func concurrency() async throws {
    let compiled = try ECMAPatternEngine().compile(#"^(\w+)-\1$"#)
    let count = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<200 {
        group.addTask { try compiled.firstMatch(in: "key\(number)-key\(number % 2 == 0 ? number : -1)") }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(count == 100)
  }
}
