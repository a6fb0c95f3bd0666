// Which documents are gone is the one question that Firestore answers only for the price of a read of each that is left.
// Counting costs a thousandth of it, and proves as much: what exists now is among what existed before and what is new;
// if there are as many as both together, none of them is gone. Ranges of names that hold a different number are counted in
// parts, and only the parts of them that do are read again. Everything is asked for as of one time.

import Firestore
import FirestoreModel
import RFC3339

/// Brings a list of all ids of a collection up to date.
struct IDRefresher: KeyRefresher {
  let relation: FirestoreRelation
  let client: FirestoreClient
  /// The field that tells when a document was written, never earlier than it was created.
  let writtenAt: FieldPath

  /// Ids in a range: counting them costs a few reads, reading them again as many as there are.
  var rangeSize = 4_096
  /// Into how many parts a range is counted that holds another number.
  private static let partCount = 16
  /// How far clocks of those who write may be behind Firestore's.
  static let tolerance: Int64 = 300
  /// Documents that are read in one request.
  private static let pageSize = 1_000

  let codec = KeyCodec()

  func refresh(_ state: ReferenceState) async throws -> RefreshedKeys {
    try await refresh(state.ids, since: state.readTime).keys
  }

  /// Asks what is new since a time at which the list was complete, and counts the rest; tells how many ranges it read
  /// because their number was not that of before.
  func refresh(
    _ ids: SortedKeys, since time: Timestamp
  ) async throws -> (keys: RefreshedKeys, readRangeCount: Int) {
    let (created, readTime) = try await created(since: time.adding(seconds: -Self.tolerance), atMost: ids.count / 2)
    let starts = ids.isEmpty ? [0] : Array(stride(from: 0, to: ids.count, by: rangeSize))
    let ranges = starts.enumerated().map { number, start in
      IDRange(
        old: start..<(number + 1 < starts.count ? starts[number + 1] : ids.count), ids: ids, created: created,
        isFirst: number == 0, isLast: number + 1 == starts.count)
    }
    // What is as it was, and the parts of what is not, in the order of names.
    var pieces: [IDRange] = []
    var suspected: [IDRange] = []
    for (range, count) in zip(ranges, try await counts(of: ranges, at: readTime)) {
      if count == Int64(range.expected.count) {
        pieces.append(range)
      } else {
        let parts = range.parts(of: max(1, rangeSize / Self.partCount), ids: ids, created: created)
        pieces += parts
        suspected += parts
      }
    }
    let counted = suspected.isEmpty ? [] : try await counts(of: suspected, at: readTime)
    let changed = zip(suspected, counted).filter { $1 != Int64($0.expected.count) }.map(\.0)
    var found = try await concurrently(changed) { try await read($0, at: readTime) }[...]
    var waiting = changed[...]
    var (result, deleted) = (SortedKeys(), [Key]())
    for piece in pieces {
      var part = piece.expected
      if piece.old == waiting.first?.old, let read = found.popFirst() {
        waiting.removeFirst()
        part = read
        deleted += piece.old.map(ids.text).filter { part.index(of: $0) == nil }.map { Key([$0]) }
      }
      guard result.append(part) else { throw SearchExhausted(description: "the names of documents are not in order") }
    }
    return (RefreshedKeys(ids: result, readTime: readTime, deleted: deleted), changed.count)
  }

  /// Ids from one to another, of which the first and the last range have no other end.
  private struct IDRange: Sendable {
    let old: Range<Int>
    let low: String?
    let high: String?
    /// What is there if nothing is gone.
    let expected: SortedKeys

    init(old: Range<Int>, ids: SortedKeys, created: [String], isFirst: Bool, isLast: Bool) {
      self.old = old
      low = isFirst ? nil : ids.text(old.lowerBound)
      high = isLast ? nil : ids.text(old.upperBound)
      let (first, next) = (low, high)
      var new = created.filter { id in
        (first.map { UTF8Order.compare(id, $0) >= 0 } ?? true) && (next.map { UTF8Order.compare(id, $0) < 0 } ?? true)
      }[...]
      guard !new.isEmpty else {
        expected = ids.slice(old)
        return
      }
      var expected = SortedKeys()
      for index in old {
        let text = ids.text(index)
        while let id = new.first, UTF8Order.compare(text, id) >= 0 {
          // A document that was written lately may well be an old one.
          if !UTF8Order.equal(id, text) { _ = expected.append(id) }
          new = new.dropFirst()
        }
        _ = expected.append(text)
      }
      for id in new { _ = expected.append(id) }
      self.expected = expected
    }

    /// The range in parts of so many old ids each; itself where it has no more.
    func parts(of size: Int, ids: SortedKeys, created: [String]) -> [IDRange] {
      guard old.count > size else { return [self] }
      return stride(from: old.lowerBound, to: old.upperBound, by: size).map { start in
        let end = min(start + size, old.upperBound)
        return IDRange(
          old: start..<end, ids: ids, created: created, isFirst: low == nil && start == old.lowerBound,
          isLast: high == nil && end == old.upperBound)
      }
    }
  }

  /// Asks once for what the next audit will ask for; throws when the collection does not answer that.
  ///
  /// A field can be exempt from indexes, and one that is asked for the first time may have to be indexed before.
  func rehearse(since time: Timestamp) async throws {
    var query = created(since: time)
    query.limit = 1
    _ = try await client.runQuery(query, parent: relation.collection.parent)
  }

  private func created(since time: Timestamp) -> StructuredQuery {
    StructuredQuery(
      from: .init(collectionID: relation.collection.id), filter: .field(writtenAt, .greaterThan, .timestamp(time)),
      orderBy: [.init(writtenAt), .init(.documentID)], select: [writtenAt], limit: Self.pageSize)
  }

  /// The ids of documents written since a time, in order, as of the time of the first answer.
  private func created(since time: Timestamp, atMost limit: Int) async throws -> (ids: [String], at: Timestamp) {
    var query = created(since: time)
    var ids: [String] = []
    var readTime: Timestamp?
    while true {
      let page = try await answer(to: query, at: readTime)
      readTime = readTime ?? page.readTime
      ids += page.documents.map { $0.name.path.id }
      guard ids.count <= limit + Self.pageSize else {
        throw SearchExhausted(description: "too much of \(relation.collection) is new")
      }
      guard page.documents.count == Self.pageSize, let last = page.documents.last,
        let value = FirestoreValue.value(at: writtenAt, in: last.fields)
      else { break }
      query.startAt = .init([value, .reference(last.name.description)], before: false)
    }
    guard let readTime else { throw SearchExhausted(description: "Firestore does not tell of which time it answers") }
    return (ids.sorted { UTF8Order.compare($0, $1) < 0 }, readTime)
  }

  /// A page of what is new; a collection that is not indexed by the field any more is read in another way.
  private func answer(to query: StructuredQuery, at time: Timestamp?) async throws -> QueryResult {
    do throws(FirestoreError) {
      return try await client.runQuery(query, parent: relation.collection.parent, readTime: time)
    } catch {
      guard error.status == .failedPrecondition else { throw error }
      throw SearchExhausted(description: "\(relation.collection) cannot be asked for \(writtenAt): \(error)")
    }
  }

  private func counts(of ranges: [IDRange], at time: Timestamp) async throws -> [Int64] {
    try await concurrently(ranges) { range in
      var query = StructuredQuery(from: .init(collectionID: relation.collection.id))
      query.startAt = try range.low.map { try client.cursor(before: $0, in: relation.collection) }
      query.endAt = try range.high.map { try client.cursor(before: $0, in: relation.collection) }
      if query.startAt != nil || query.endAt != nil { query.orderBy = [.init(.documentID)] }
      return try await client.count(query, parent: relation.collection.parent, readTime: time)
    }
  }

  /// Asks for each range, a few at a time; answers in their order.
  private func concurrently<Answer: Sendable>(
    _ ranges: [IDRange], _ ask: @escaping @Sendable (IDRange) async throws -> Answer
  ) async throws -> [Answer] {
    try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
      var answers = [Answer?](repeating: nil, count: ranges.count)
      var waiting = ranges.enumerated().map { $0 }[...]
      func next() {
        guard let (number, range) = waiting.popFirst() else { return }
        group.addTask { (number, try await ask(range)) }
      }
      for _ in 0..<FirestoreClient.readsAtOnce { next() }
      while let (number, answer) = try await group.next() {
        answers[number] = answer
        next()
      }
      return answers.compactMap { $0 }
    }
  }

  private func read(_ range: IDRange, at time: Timestamp) async throws -> SortedKeys {
    var ids = SortedKeys()
    var isInOrder = true
    try await client.scanIDs(of: relation.collection, from: range.low, to: range.high, readTime: time) {
      isInOrder = ids.append($0) && isInOrder
    }
    guard isInOrder else { throw SearchExhausted(description: "the names of documents are not in order") }
    return ids
  }
}
