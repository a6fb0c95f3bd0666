import Firestore
import FirestoreModel
import Postgres
import RFC3339
import RunModel

/// What is known of a reference from the audit before, and where is noted what the next one may know.
struct ReferenceMemory: Sendable {
  let recorder: StateRecorder
  /// What the audit before has kept, unless it is too old or not to be used.
  let state: ReferenceState?
  let clock: any WallClock

  /// Looks for what is kept of a rule about a table and a collection; nil when nothing can be kept of it.
  ///
  /// Only ids of whole collections are counted: which documents count as deleted, no count tells.
  init?(
    of rule: AuditRule, from: SQLRelation, to: FirestoreRelation, _ access: StoreAccess, _ kept: IncrementalState?,
    memory: Int, clock: any WallClock
  ) throws {
    guard let writtenAt = to.writtenAt, to.fields == [.documentID], to.filters.isEmpty, to.excluded.isEmpty,
      from.columns.count == 1
    else { return nil }
    let client = try access.client(to.store)
    try self.init(
      of: rule, from: from, to: to.store,
      [
        client.baseURL, client.database.description, to.collection.description, writtenAt.description,
      ], KeyCodec(), access, kept, memory: memory, clock: clock)
  }

  /// Looks for what is kept of a rule about two tables; nil when nothing can be kept of it.
  init?(
    of rule: AuditRule, from: SQLRelation, to: SQLRelation, _ codec: KeyCodec, _ access: StoreAccess,
    _ kept: IncrementalState?, memory: Int, clock: any WallClock
  ) throws {
    // A row that stops counting as time goes by is no change that a server counts.
    guard to.filter?.isAboutRowOnly ?? true else { return nil }
    try self.init(
      of: rule, from: from, to: to.store.name,
      [
        try access.configuration(to.store.name).description, to.keys(to.columns.map { _ in .text }).text,
      ], codec, access, kept, memory: memory, clock: clock)
  }

  private init?(
    of rule: AuditRule, from: SQLRelation, to store: String, _ referent: [String], _ codec: KeyCodec,
    _ access: StoreAccess, _ kept: IncrementalState?, memory: Int, clock: any WallClock
  ) throws {
    guard let kept, kept.lasting.isSuperset(of: [from.store.name, store]),
      // What is not shown is not kept either.
      !rule.description.subject.fields.contains(where: rule.masking.isMasked)
    else { return nil }
    let identity = Fingerprint.of(
      [
        rule.description.id.text, try access.configuration(from.store.name).description,
        from.keys(from.columns.map { _ in .text }).text, from.identity.joined(separator: ","),
      ] + referent)
    recorder = StateRecorder(identity: identity, codec: codec, memory: memory)
    self.clock = clock
    let state =
      kept.isFullSweep
      ? nil : kept.keeper.state(of: rule.description.id).flatMap { ReferenceState($0, of: identity) }
    let now = clock.now()
    self.state = state.flatMap { state in
      let age = now - state.sweptAt
      return age >= .zero && age < IncrementalState.longest && state.ids.size <= memory ? state : nil
    }
  }
}
