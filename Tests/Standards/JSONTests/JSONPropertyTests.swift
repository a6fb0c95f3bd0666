import JSON
import Testing

/// Laws that hold for every value, tried on arbitrary ones; a failure names the seed that repeats it.
@Suite("Laws of JSON")
struct JSONPropertyTests {
  @Test("what is written is read back, in every style", arguments: 0..<200 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var generator = RandomJSON(seed: seed)
    let value = generator.value()
    #expect(try JSONValue(parsing: value.utf8()) == value)
    #expect(try JSONValue(parsing: value.serialized()).serialized() == value.serialized())
    #expect(try JSONValue(parsing: value.serialized(.pretty)).serialized() == value.serialized())
    let canonical = value.serialized(.canonical)
    #expect(try JSONValue(parsing: canonical) == value)
    #expect(try JSONValue(parsing: canonical).serialized(.canonical) == canonical)
  }

  @Test("a cut text is refused and never read as something else", arguments: 0..<100 as Range<UInt64>)
  func truncation(seed: UInt64) throws {
    var generator = RandomJSON(seed: seed)
    let bytes = (["x": generator.value()] as JSONValue).utf8()
    let cut = Int.random(in: 0..<bytes.count, using: &generator.random)
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: Array(bytes[..<cut])) }
  }

  @Test("a damaged text ends in a value or an error", arguments: 0..<200 as Range<UInt64>)
  func damage(seed: UInt64) {
    var generator = RandomJSON(seed: seed)
    var bytes = generator.value().utf8(.pretty)
    for _ in 0..<3 {
      let position = Int.random(in: 0..<bytes.count, using: &generator.random)
      bytes[position] = UInt8.random(in: .min ... .max, using: &generator.random)
    }
    do {
      let value = try JSONValue(parsing: bytes)
      #expect(throws: Never.self) { try JSONValue(parsing: value.utf8()) }
    } catch {
      #expect(error.offset <= bytes.count)
      #expect(error.line >= 1 && error.column >= 1)
    }
  }

  @Test("numbers keep the laws of equality and order", arguments: 0..<200 as Range<UInt64>)
  func numbers(seed: UInt64) throws {
    var generator = RandomJSON(seed: seed)
    let numbers = [generator.number(), generator.number()]
    let left = try #require(numbers[0])
    let right = try #require(numbers[1])
    let spelling = generator.respelled(left)
    let same = try #require(spelling)
    #expect(same == left, "\(left) respelled \(same)")
    #expect(same.hashValue == left.hashValue)
    #expect(same.canonicalLexeme == left.canonicalLexeme)
    #expect((left == right) == (left.canonicalLexeme == right.canonicalLexeme))
    #expect([left < right, left == right, left > right].filter { $0 }.count == 1)
    #expect((same < right) == (left < right))
    #expect(same.isInteger == left.isInteger)
    #expect(same.int64 == left.int64)
    #expect(left.double == same.double)
    if left < right { #expect(left.double <= right.double) }
    if left.int64 != 0 { #expect(left.isMultiple(of: left)) }
  }

  @Test("pointers are read back from their text, and lead to every value", arguments: 0..<100 as Range<UInt64>)
  func pointers(seed: UInt64) throws {
    var generator = RandomJSON(seed: seed)
    let document = generator.value()
    var pending: [(JSONPointer, JSONValue)] = [(JSONPointer(), document)]
    while let (pointer, value) = pending.popLast() {
      #expect(try JSONPointer(parsing: pointer.description) == pointer)
      #expect(document.value(at: pointer) == value)
      for (index, element) in (value.arrayValue ?? []).enumerated() {
        pending.append((pointer.appending(index), element))
      }
      for member in value.objectValue ?? [:] { pending.append((pointer.appending(member.key), member.value)) }
    }
  }
}
