package import FirestoreModel

/// Where documents live: everything that the engine knows about storage.
///
/// A store keeps several versions of a document, so that a snapshot of a past time answers as it did then. Times that
/// it hands out never repeat and never run backwards: a commit is later than every snapshot taken before it, which is
/// what makes a read time repeatable.
package protocol DocumentStore: Sendable {
  /// A view of a database at a time, or now.
  ///
  /// - Throws: When history no longer, or not yet, reaches the time.
  func snapshot(of database: DatabaseName, at time: StoreTime?) throws(StoreError) -> any StoreSnapshot

  /// Applies changes atomically: `prepare` sees the latest state, alone, and says what changes; all of it, or with an
  /// error nothing, is then applied at the view's time.
  func commit<Outcome: Sendable, Failure: Error>(
    to database: DatabaseName,
    _ prepare: (any CommitView) throws(Failure) -> CommitPlan<Outcome>
  ) throws(Failure) -> Outcome

  /// Forgets a database with its history.
  func removeAll(from database: DatabaseName)
}

/// What a commit changes and what it answers.
package struct CommitPlan<Outcome: Sendable>: Sendable {
  package let changes: [DocumentChange]
  package let outcome: Outcome

  /// Plans a commit.
  package init(changes: [DocumentChange], outcome: Outcome) {
    self.changes = changes
    self.outcome = outcome
  }
}

/// One document as a commit left it.
package struct DocumentChange: Sendable {
  package let collection: CollectionPath
  package let id: String
  package let before: StoredDocument?
  /// Nil when the document was deleted.
  package let after: StoredDocument?

  /// Describes a change.
  package init(collection: CollectionPath, id: String, before: StoredDocument?, after: StoredDocument?) {
    self.collection = collection
    self.id = id
    self.before = before
    self.after = after
  }
}

/// The latest state, as a commit sees it while nobody else can change it.
package protocol CommitView {
  /// The time of the commit.
  var time: StoreTime { get }
  /// The latest version; nil when there is no such document.
  func document(_ id: String, in collection: CollectionPath) -> StoredDocument?
  /// Whether any change later than `time` matches; nil when changes were forgotten since then.
  func anyChange(since time: StoreTime, _ matches: (DocumentChange) -> Bool) -> Bool?
}

/// A database as it was at one time; later commits do not show.
package protocol StoreSnapshot: Sendable {
  /// The time that the snapshot shows.
  var time: StoreTime { get }
  /// A document; nil when there was none.
  func document(_ id: String, in collection: CollectionPath) -> StoredDocument?
  /// The documents of one collection in the order of their ids.
  func documents(in collection: CollectionPath, within range: IDRange, descending: Bool) -> any DocumentCursor
  /// Documents that may satisfy a condition, in any order; nil when the store knows no better than to read all.
  func documents(in collection: CollectionPath, where condition: FieldCondition) -> [StoredDocument]?
  /// Number of documents of a collection, of which none is read.
  func count(of collection: CollectionPath, within range: IDRange) -> Int
  /// Collections below a document (nil: the root) in the order of their paths, at any depth or directly below, with one
  /// id or all; may name collections that were empty at the time.
  func collections(below parent: DocumentPath?, id: String?, atAnyDepth: Bool) -> [CollectionPath]
}

/// Values that a field must have, both ends included; what has one of them need not satisfy the filter it comes from.
package struct FieldCondition: Sendable {
  package let field: FieldPath
  package let low: FirestoreValue?
  package let high: FirestoreValue?

  /// Bounds the values of a field; nil leaves an end open.
  package init(_ field: FieldPath, from low: FirestoreValue?, to high: FirestoreValue?) {
    self.field = field
    self.low = low
    self.high = high
  }
}

/// Reads documents one after the other.
package protocol DocumentCursor: Sendable {
  /// The next document; nil at the end.
  mutating func next() -> StoredDocument?
}

/// Bounds on document ids, in Firestore's order of ids.
package struct IDRange: Sendable, Hashable {
  /// One end of a range.
  package struct Bound: Sendable, Hashable {
    package let id: String
    package let isIncluded: Bool

    /// Describes an end.
    package init(_ id: String, isIncluded: Bool) {
      self.id = id
      self.isIncluded = isIncluded
    }
  }

  package var lower: Bound?
  package var upper: Bound?

  /// All ids.
  package static let all = IDRange()

  /// Bounds a range; nil leaves an end open.
  package init(lower: Bound? = nil, upper: Bound? = nil) {
    self.lower = lower
    self.upper = upper
  }

  /// Raises the lower end if `bound` is stricter.
  package mutating func restrictLower(_ bound: Bound) {
    guard let current = lower else { return lower = bound }
    let order = DocumentPath.compareSegments(bound.id, current.id)
    if order > 0 || (order == 0 && !bound.isIncluded) { lower = bound }
  }

  /// Lowers the upper end if `bound` is stricter.
  package mutating func restrictUpper(_ bound: Bound) {
    guard let current = upper else { return upper = bound }
    let order = DocumentPath.compareSegments(bound.id, current.id)
    if order < 0 || (order == 0 && !bound.isIncluded) { upper = bound }
  }
}

/// Why a snapshot cannot be had.
package enum StoreError: Error, Sendable, Hashable {
  case readTimeTooOld
  case readTimeInFuture
}
