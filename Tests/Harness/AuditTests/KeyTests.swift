import Testing

@testable import Audit

@Suite("Keys")
struct KeyTests {
  static let keys: [Key] = [
    Key(["a"]), Key(["a", ""]), Key(["", "a"]), Key(["ab", "c"]), Key(["a", "bc"]), Key([""]), Key(["", ""]),
    Key(["caf\u{E9}"]), Key(["cafe\u{301}"]), Key(["A"]), Key(["1"]), Key(["01"]), Key(["\u{0}"]),
  ]

  @Test("keys are equal when their parts are the same bytes, and only then", arguments: keys, keys)
  func identity(left: Key, right: Key) {
    let isSame = left.parts.map { Array($0.utf8) } == right.parts.map { Array($0.utf8) }
    #expect((left == right) == isSame)
    if isSame { #expect(left.hashValue == right.hashValue) }
  }

  @Test("a set keeps every different key")
  func distinct() {
    #expect(Set(Self.keys + Self.keys).count == Self.keys.count)
  }

  @Test("the two spellings of an accent are two keys, although Swift holds the strings for equal")
  func spellings() {
    #expect("caf\u{E9}" == "cafe\u{301}")
    #expect(Key(["caf\u{E9}"]) != Key(["cafe\u{301}"]))
  }
}
