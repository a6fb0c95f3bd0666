import RFC3339
import RunModel
import Synchronization
import Testing

@testable import Audit

@Suite("Reconciling references")
struct ReferenceReconcilerTests {
  private func reconcile(
    _ stores: TwoStores, sampleLimit: Int = 100, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws -> ReferenceReconciler.Outcome {
    try await ReferenceReconciler(
      referrer: MemorySource(stores: stores), referent: MemoryTarget(stores: stores), sampleLimit: sampleLimit
    ).run(progress: progress)
  }

  private func ids(_ outcome: ReferenceReconciler.Outcome) -> [String?] {
    outcome.violations.map { $0.row.identity[0].value }
  }

  @Test("a key that stays missing is found with every row that uses it")
  func missing() async throws {
    let stores = TwoStores(rows: ["1": "a", "2": "x", "3": "x", "4": "b"], keys: ["a", "b"])
    let outcome = try await reconcile(stores)
    #expect(outcome.findingCount == 2)
    #expect(ids(outcome) == ["2", "3"])
    #expect(outcome.missing == [.init(key: Key(["x"]), rowCount: 2)])
    #expect(outcome.missingCount == 1)
    #expect(outcome.rowsExamined == 4)
    #expect(outcome.keysCompared == 3)
  }

  @Test("the referrer is read before the referent, and candidates absent, present, absent")
  func order() async throws {
    let stores = TwoStores(rows: ["1": "x"], keys: [])
    let outcome = try await reconcile(stores)
    #expect(stores.reads == ["keys", "absent", "rows", "absent"])
    let witness = try #require(outcome.violations.first?.witness)
    #expect(witness.firstAbsent.position == "read 2")
    #expect(witness.present.position == "read 3")
    #expect(witness.secondAbsent.position == "read 4")
  }

  @Test("what counts again and stops counting between two looks is judged again, until nothing changes")
  func counted() async throws {
    // Of "x" there is a row that does not count. It counts for a moment, between the first look and the second.
    let stores = TwoStores(
      rows: ["1": "x", "2": "y"], keys: [],
      after: [
        .keysRead: { $0.versions = ["x": "v1"] },
        .firstLook: { contents in if contents.reads.count == 2 { contents.versions["x"] = "v3" } },
      ])
    let outcome = try await reconcile(stores)
    #expect(stores.reads == ["keys", "absent", "rows", "absent", "rows", "absent"])
    #expect(ids(outcome) == ["1", "2"])
    #expect(outcome.violations.first?.witness.firstAbsent.position == "read 4")
    #expect(outcome.suspectCount == 0)
  }

  @Test("what changes for as long as it is looked at is suspect, and all else is found")
  func restless() async throws {
    let stores = TwoStores(
      rows: ["1": "x", "2": "y", "3": "x"], keys: [],
      after: [
        .keysRead: { $0.versions = ["x": "v"] }, .firstLook: { $0.versions["x"]? += "1" },
        .secondLook: { $0.versions["x"]? += "2" },
      ])
    let outcome = try await reconcile(stores)
    #expect(ids(outcome) == ["2"])
    #expect(outcome.missing == [.init(key: Key(["y"]), rowCount: 1)])
    #expect(outcome.suspects == [.init(key: Key(["x"]), rowCount: 2, reason: .unsettled)])
    #expect(outcome.findingCount == 1 && outcome.suspectCount == 2)
  }

  @Test("nothing is looked at twice when no key is missing")
  func held() async throws {
    let stores = TwoStores(rows: ["1": "a"], keys: ["a", "b"])
    #expect(try await reconcile(stores).findingCount == 0)
    #expect(stores.reads == ["keys", "absent"])
  }

  // MARK: Races: each with a writer that does nothing illegal

  @Test("a referent and its referrer created after the keys were read are not missed as an error")
  func createdBetween() async throws {
    let stores = TwoStores(
      rows: ["1": "a"], keys: ["a"],
      after: [
        .keysRead: { contents in
          contents.keys.insert("b")
          contents.rows["2"] = "b"
        }
      ])
    #expect(try await reconcile(stores).findingCount == 0)
  }

  @Test("a referent that turns up after the first look is forgiven")
  func lateReferent() async throws {
    let stores = TwoStores(rows: ["1": "x"], keys: [], after: [.firstLook: { $0.keys.insert("x") }])
    #expect(try await reconcile(stores).findingCount == 0)
  }

  @Test("a referent that turns up after the rows were read is forgiven")
  func laterReferent() async throws {
    let stores = TwoStores(rows: ["1": "x"], keys: [], after: [.rowsRead: { $0.keys.insert("x") }])
    #expect(try await reconcile(stores).findingCount == 0)
  }

  @Test("a referrer deleted before its referent, both after the keys were read, is no violation")
  func deletedBetween() async throws {
    let stores = TwoStores(
      rows: ["1": "a"], keys: ["a"],
      after: [
        .keysRead: { contents in
          contents.rows["1"] = nil
          contents.keys.remove("a")
        }
      ])
    #expect(try await reconcile(stores).findingCount == 0)
  }

  @Test("a referrer deleted after the first look is no violation any more")
  func referrerGone() async throws {
    let stores = TwoStores(rows: ["1": "x", "2": "y"], keys: [], after: [.firstLook: { $0.rows["1"] = nil }])
    let outcome = try await reconcile(stores)
    #expect(ids(outcome) == ["2"])
  }

  @Test("a referrer that is corrected to another key is no violation any more")
  func referrerCorrected() async throws {
    let stores = TwoStores(rows: ["1": "x"], keys: ["a"], after: [.firstLook: { $0.rows["1"] = "a" }])
    #expect(try await reconcile(stores).findingCount == 0)
  }

  @Test("a referent that is gone after the rows were read, with its referrers, was still missing in between")
  func goneAfterwards() async throws {
    let stores = TwoStores(rows: ["1": "x"], keys: [], after: [.rowsRead: { $0.rows = [:] }])
    #expect(try await reconcile(stores).findingCount == 1)
  }

  // MARK: Bounds

  @Test("all violations are counted, only so many kept")
  func sample() async throws {
    let rows = Dictionary(uniqueKeysWithValues: (100..<400).map { ("\($0)", "x\($0 % 7)") })
    let outcome = try await reconcile(TwoStores(rows: rows, keys: ["x3"], batchSize: 2), sampleLimit: 5)
    #expect(outcome.findingCount == rows.values.count { $0 != "x3" })
    #expect(outcome.violations.count == 5)
  }

  @Test("rows whose referent turned up do not take the place of those whose did not")
  func sampleOfTheRest() async throws {
    var rows = Dictionary(uniqueKeysWithValues: (0..<50).map { ("a\($0)", "late") })
    rows["z"] = "never"
    let stores = TwoStores(rows: rows, keys: [], after: [.rowsRead: { $0.keys.insert("late") }])
    let outcome = try await reconcile(stores, sampleLimit: 3)
    #expect(outcome.findingCount == 1)
    #expect(ids(outcome) == ["z"])
  }

  @Test("progress tells the rows examined so far, batch by batch")
  func progress() async throws {
    let seen = Mutex<[Int]>([])
    let rows = Dictionary(uniqueKeysWithValues: (0..<10).map { ("\($0)", "k\($0)") })
    let stores = TwoStores(rows: rows, keys: Set(rows.values), batchSize: 4)
    _ = try await reconcile(stores) { rows in seen.withLock { $0.append(rows) } }
    #expect(seen.withLock { $0 } == [4, 8, 10])
  }

  @Test("a cancelled task stops at the next batch")
  func cancellation() async {
    let stores = TwoStores(rows: ["1": "x"], keys: [])
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await reconcile(stores)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(stores.reads == ["keys"])
  }
}
