import FirestoreModel
import RFC3339
import Testing

@testable import FirestoreEmulator

@Suite("Storage in memory")
struct StorageTests {
  let database = DatabaseName(project: "p")

  private func put(_ store: MemoryStore, _ id: String, _ n: Int64?, in collection: CollectionPath) {
    store.commit(to: database) { view in
      let before = view.document(id, in: collection)
      let after = n.map {
        StoredDocument(
          collection: collection, id: id, fields: ["n": .integer($0)], createTime: before?.createTime ?? view.time,
          updateTime: view.time, size: 100)
      }
      let change = DocumentChange(collection: collection, id: id, before: before, after: after)
      return CommitPlan(changes: before == nil && after == nil ? [] : [change], outcome: ())
    }
  }

  private func ids(
    _ snapshot: any StoreSnapshot, _ collection: CollectionPath, _ range: IDRange = .all, descending: Bool = false
  ) -> [String] {
    var cursor = snapshot.documents(in: collection, within: range, descending: descending)
    var ids: [String] = []
    while let document = cursor.next() { ids.append(document.id) }
    return ids
  }

  @Test("chunks stay sorted and complete through random inserts and removals", arguments: [1, 2, 3] as [UInt64])
  func sortedChunks(seed: UInt64) {
    let random = SeededRandom(seed)
    var chunks = SortedChunks<Int>()
    var model: [Int] = []
    for _ in 0..<4_000 {
      let value = random.below(3_000)
      let position = chunks.position { $0 < value }
      let isPresent = position < chunks.end && chunks[position] == value
      #expect(isPresent == model.contains(value))
      if isPresent, random.below(3) > 0 {
        chunks.remove(at: position)
        model.removeAll { $0 == value }
      } else if !isPresent {
        chunks.insert(value, at: position)
        model.append(value)
      }
    }
    model.sort()
    #expect(chunks.count == model.count)
    var forward: [Int] = []
    var position = chunks.start
    while position < chunks.end {
      forward.append(chunks[position])
      position = chunks.position(after: position)
    }
    #expect(forward == model)
    var backward: [Int] = []
    while position > chunks.start {
      position = chunks.position(before: position)
      backward.append(chunks[position])
    }
    #expect(backward == model.reversed())
  }

  @Test("scans run over ranges in both directions and are not disturbed by commits")
  func scans() throws {
    let store = MemoryStore(clock: ManualClock())
    let collection = try CollectionPath("c")
    for index in (0..<2_000).shuffled() { put(store, "d\(1_000 + index)", 1, in: collection) }
    let snapshot = try store.snapshot(of: database, at: nil)
    var cursor = snapshot.documents(in: collection, within: .all, descending: false)
    var seen = 0
    while let document = cursor.next() {
      seen += 1
      if seen % 100 == 0 { put(store, document.id, nil, in: collection) }
      if seen % 150 == 0 { put(store, document.id + "x", 1, in: collection) }
    }
    #expect(seen == 2_000)
    #expect(ids(snapshot, collection).count == 2_000)
    #expect(try store.snapshot(of: database, at: nil).count(of: collection, within: .all) == 2_000 - 20 + 13)
    #expect(snapshot.count(of: collection, within: .all) == 2_000, "as it was")
    let range = IDRange(lower: .init("d1500", isIncluded: false), upper: .init("d1502", isIncluded: true))
    #expect(ids(snapshot, collection, range) == ["d1501", "d1502"])
    #expect(ids(snapshot, collection, range, descending: true) == ["d1502", "d1501"])
    #expect(
      ids(snapshot, collection, IDRange(lower: .init("x", isIncluded: true), upper: .init("a", isIncluded: true))) == []
    )
  }

  @Test("every past state can be read while history keeps it", arguments: [1, 2] as [UInt64])
  func history(seed: UInt64) throws {
    let random = SeededRandom(seed)
    let store = MemoryStore(clock: ManualClock())
    let collection = try CollectionPath("c")
    var model: [String: Int64] = [:]
    var past: [(StoreTime, [String: Int64])] = []
    for step in 0..<300 {
      let id = "d\(random.below(12))"
      let n = random.below(4) == 0 ? nil : Int64(step)
      put(store, id, n, in: collection)
      model[id] = n
      past.append((try store.snapshot(of: database, at: nil).time, model))
    }
    for (time, expected) in past {
      let snapshot = try store.snapshot(of: database, at: time)
      #expect(ids(snapshot, collection) == expected.keys.sorted { UTF8Order.compare($0, $1) < 0 })
      for (id, n) in expected { #expect(snapshot.document(id, in: collection)?.fields["n"] == .integer(n)) }
    }
  }

  @Test("an index tells what a table holds, whatever was written and forgotten", arguments: [1, 2, 3] as [UInt64])
  func index(seed: UInt64) throws {
    let random = SeededRandom(seed)
    let collection = try CollectionPath("c")
    let field = try FieldPath(["n"])
    var table = CollectionTable()
    func document(_ id: String, _ value: FirestoreValue?) -> StoredDocument {
      let time = StoreTime(microseconds: 0)
      return StoredDocument(
        collection: collection, id: id, fields: value.map { ["n": $0] } ?? [:], createTime: time, updateTime: time,
        size: 1)
    }
    let values: [FirestoreValue] = [
      .integer(1), .double(1), .integer(2), .string("x"), .null, .timestamp(Timestamp(seconds: 3)),
    ]
    for step in 1...400 {
      let id = "d\(random.below(20))"
      let value: FirestoreValue?? = [.some(.some(random.pick(values))), .some(nil), nil][random.below(3)]
      table.apply(value.map { document(id, $0) }, id: id, at: StoreTime(microseconds: Int64(step)))
      if step == 30 { table.makeIndex(of: field) }
      if random.below(5) == 0 {
        table.forget(id, supersededBy: StoreTime(microseconds: Int64(step - random.below(20))))
      }
      guard step >= 30, step % 10 == 0 else { continue }
      for time in [step, step - 5].map({ StoreTime(microseconds: Int64($0)) }) {
        for (low, high) in [(values[0], values[2]), (values[3], nil), (nil, values[4]), (values[1], values[1])]
          as [(FirestoreValue?, FirestoreValue?)]
        {
          let found = try #require(
            table.documents(where: FieldCondition(field, from: low, to: high), at: time, atMost: .max))
          let matching = found.filter { document in
            guard let value = document.fields["n"] else { return false }
            return (low.map { FirestoreValue.compare(value, $0) >= 0 } ?? true)
              && (high.map { FirestoreValue.compare(value, $0) <= 0 } ?? true)
          }
          var cursor = MemoryCursor(table, within: .all, descending: false, at: time)
          var expected: [String] = []
          while let document = cursor.next() {
            guard let value = document.fields["n"] else { continue }
            if low.map({ FirestoreValue.compare(value, $0) >= 0 }) ?? true,
              high.map({ FirestoreValue.compare(value, $0) <= 0 }) ?? true
            {
              expected.append(document.id)
            }
          }
          #expect(matching.map(\.id).sorted() == expected.sorted(), "step \(step)")
        }
      }
    }
    #expect(
      table.documents(where: FieldCondition(field, from: nil, to: nil), at: StoreTime(microseconds: 400), atMost: 1)
        == nil)
    for index in 0..<20 {
      table.apply(nil, id: "d\(index)", at: StoreTime(microseconds: 500))
      table.forget("d\(index)", supersededBy: StoreTime(microseconds: 600))
    }
    #expect(table.indexes.map(\.entries.count) == [0], "what is forgotten is in no index")
  }

  @Test("history is bounded by number, bytes and age, and what is forgotten cannot be read")
  func bounds() throws {
    let collection = try CollectionPath("c")
    for limits in [ChangeLog.Limits(records: 10), ChangeLog.Limits(bytes: 1_000), ChangeLog.Limits(age: 10_000_000)] {
      let clock = ManualClock()
      let store = MemoryStore(clock: clock, limits: limits)
      put(store, "a", 0, in: collection)
      let first = try store.snapshot(of: database, at: nil).time
      for n in 1...40 {
        put(store, "a", Int64(n), in: collection)
        clock.advance(seconds: 1)
      }
      #expect(throws: StoreError.readTimeTooOld) { try store.snapshot(of: database, at: first) }
      let recent = try store.snapshot(of: database, at: nil).time
      #expect(try store.snapshot(of: database, at: recent).document("a", in: collection)?.fields["n"] == .integer(40))
    }
  }

  @Test("deleted documents and empty collections leave nothing behind once history is over")
  func forgotten() throws {
    let clock = ManualClock()
    let store = MemoryStore(clock: clock, limits: ChangeLog.Limits(age: 1_000_000))
    let collection = try CollectionPath("c")
    for index in 0..<500 { put(store, "d\(index)", 1, in: collection) }
    for index in 0..<500 { put(store, "d\(index)", nil, in: collection) }
    #expect(try !store.snapshot(of: database, at: nil).collections(below: nil, id: nil, atAnyDepth: true).isEmpty)
    clock.advance(seconds: 5)
    put(store, "x", 1, in: try CollectionPath("other"))
    let left = try store.snapshot(of: database, at: nil).collections(below: nil, id: nil, atAnyDepth: true)
    #expect(left.map(\.description) == ["other"])
  }

  @Test("a conflict cannot be excluded once the log has forgotten")
  func forgottenConflicts() throws {
    let store = MemoryStore(clock: ManualClock(), limits: ChangeLog.Limits(records: 5))
    let collection = try CollectionPath("c")
    let start = try store.snapshot(of: database, at: nil).time
    for index in 0..<3 { put(store, "d\(index)", 1, in: collection) }
    func verdict() -> Bool? {
      store.commit(to: database) { view in
        CommitPlan(changes: [], outcome: view.anyChange(since: start) { $0.id == "none" })
      }
    }
    #expect(verdict() == false)
    for index in 0..<9 { put(store, "e\(index)", 1, in: collection) }
    #expect(verdict() == nil)
  }
}
