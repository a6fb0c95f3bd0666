import FirestoreModel
import JSON
import RFC3339
import SeededRandomness
import Testing

@testable import Audit

@Suite("Lists of ids")
struct IDListTests {
  @Test("ids are found, sliced, joined and read back, however odd they are")
  func lists() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<60 {
      let letters = ["a", "b", "\u{0}", "\n", "é", "e\u{301}", "𝄞", "~"]
      let ids = Set(
        (0..<Int(random.next() % 40)).map { _ in
          Array((0..<Int(1 + random.next() % 4)).map { _ in letters[Int(random.next() % 8)] }.joined().utf8)
        }
      ).map { String(decoding: $0, as: UTF8.self) }.sorted { UTF8Order.compare($0, $1) < 0 }
      var list = SortedKeys()
      for id in ids {
        let isAppended = list.append(id)
        #expect(isAppended)
      }
      #expect((0..<list.count).map(list.text).elementsEqual(ids) { UTF8Order.equal($0, $1) })
      for (index, id) in ids.enumerated() { #expect(list.index(of: id) == index) }
      #expect(list.index(of: "nothing") == nil)
      var encoded: [UInt8] = []
      list.encode(into: &encoded)
      #expect(SortedKeys(encoded[...]) == list)
      let cut = ids.isEmpty ? 0 : Int(random.next() % UInt64(ids.count))
      let some = ids.filter { _ in random.next() % 3 != 0 }
      var other = SortedKeys()
      for id in some { _ = other.append(id) }
      #expect(
        list.indices(missingIn: other).map(list.text) == ids.filter { id in !some.contains { UTF8Order.equal($0, id) } }
      )
      #expect(other.indices(missingIn: list).isEmpty && SortedKeys().indices(missingIn: list).isEmpty)
      var joined = list.slice(0..<cut)
      let isJoined = joined.append(list.slice(cut..<list.count))
      #expect(isJoined)
      #expect(joined == list)
      if ids.count > 1 {
        // What comes before does not follow, nor does what is there already.
        let areRefused = [!joined.append(ids[0]), !joined.append(ids[ids.count - 1]), !joined.append(list)]
        #expect(areRefused == [true, true, true])
        #expect(joined == list)
      }
    }
  }

  @Test(
    "bytes that hold no list are none",
    arguments: [
      [], [1, 0, 0], [1, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [1, 0, 0, 0, 2, 0, 0, 0, 65],
      [2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 65], [0, 0, 0, 0, 65],
    ] as [[UInt8]])
  func broken(bytes: [UInt8]) {
    #expect(SortedKeys(bytes[...]) == nil)
  }
}

@Suite("Kept states")
struct ReferenceStateTests {
  private func mark(_ inserted: Int64 = 10, updated: Int64 = 5, hot: Int64 = 2, identity: String = "t") throws
    -> TableMark
  {
    try #require(
      TableMark([
        "identity": .string(identity), "inserted": .number(.init(Int(inserted))),
        "updated": .number(.init(Int(updated))),
        "heapOnlyUpdated": .number(.init(Int(hot))), "deleted": 3, "highest": 10,
      ]))
  }

  @Test("a state is read back as it was, and only for what it is about")
  func coding() throws {
    var ids = SortedKeys()
    for id in ["a", "b\n", "é"] { _ = ids.append(id) }
    let state = ReferenceState(
      identity: "x", sweptAt: Timestamp(seconds: 5), readTime: Timestamp(seconds: 9, nanoseconds: 1000),
      mark: try mark(), referent: try mark(4).counts,
      dangling: [Key(["gho\nst"])], ids: ids)
    #expect(ReferenceState(state.encoded, of: "x") == state)
    #expect(ReferenceState(state.encoded, of: "y") == nil)
    let unmarked = ReferenceState(
      identity: "x", sweptAt: Timestamp(seconds: 5), readTime: Timestamp(seconds: 9), mark: nil, dangling: [], ids: ids)
    #expect(ReferenceState(unmarked.encoded, of: "x") == unmarked)
    for length in stride(from: 0, to: state.encoded.count, by: 3) {
      #expect(ReferenceState(Array(state.encoded.prefix(length)), of: "x") == nil)
    }
  }

  @Test("what is recorded is kept when it is whole: ids of one reading, not too many, and keys that none of them is")
  func recording() throws {
    var ids = SortedKeys()
    for id in ["a", "b"] { _ = ids.append(id) }
    let listing = (ids: ids, readTime: Timestamp(seconds: 9))
    func recorder(memory: Int = 1000) -> StateRecorder {
      let recorder = StateRecorder(identity: "x", codec: KeyCodec(), memory: memory)
      recorder.begin(sweptAt: Timestamp(seconds: 5), mark: nil)
      recorder.add([Key(["b"]), Key(["ghost"])])
      return recorder
    }
    let whole = recorder()
    #expect(whole.state == nil, "nothing was listed")
    whole.list(listing)
    #expect(whole.state?.dangling == [Key(["ghost"])])
    #expect(whole.state?.sweptAt == Timestamp(seconds: 5))
    whole.list(listing)
    #expect(whole.state == nil, "two readings are two pictures")
    whole.begin(sweptAt: Timestamp(seconds: 6), mark: nil)
    #expect(whole.state == nil)
    whole.list(listing)
    #expect(whole.state?.dangling == [])
    whole.list(nil)
    #expect(whole.state == nil)
    let small = recorder(memory: 5)
    small.list(listing)
    #expect(small.state == nil, "two ids take ten bytes")
    let many = recorder()
    many.add((0...ReferenceState.mostDangling).map { Key(["\($0)"]) })
    many.list(listing)
    #expect(many.state == nil)
  }

  @Test("a table is certified only when nothing that matters was updated and all that is new is above")
  func doubts() throws {
    let old = try mark()
    #expect(try mark(13).doubt(since: old, newRows: 3, isReferenceIndexed: true) == nil)
    #expect(try mark(updated: 9, hot: 6).doubt(since: old, newRows: 0, isReferenceIndexed: true) == nil)
    #expect(
      try mark(updated: 9, hot: 6).doubt(since: old, newRows: 0, isReferenceIndexed: false) == "4 rows were updated")
    #expect(
      try mark(updated: 9, hot: 5).doubt(since: old, newRows: 0, isReferenceIndexed: true) == "1 rows were updated")
    #expect(
      try mark(13).doubt(since: old, newRows: 2, isReferenceIndexed: true)
        == "3 rows were inserted, and 2 have a higher number than all before")
    #expect(try mark(12).doubt(since: old, newRows: 3, isReferenceIndexed: true) != nil)
    #expect(try mark(identity: "u").doubt(since: old, newRows: 0, isReferenceIndexed: true) != nil)
  }
}
