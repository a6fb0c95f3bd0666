/// What may happen to the rows that a relationship refers to, and how long a reference may be in the making.
///
/// Meta's DELF annotates every edge of its social graph with what a deletion means for it (Cohn-Gordon et al., "DELF:
/// Safeguarding deletion correctness in Online Social Networks", USENIX Security 2020); the same is asked here of every
/// reference that no database enforces.
package struct ReferenceTerms: Sendable, Hashable {
  /// What the deletion of a row means for those that refer to it.
  package enum DeletePolicy: Sendable, Hashable {
    /// A row may be marked as deleted, but not be removed: whatever is referred to exists in some state.
    case soft
    /// A row that is referred to may be neither removed nor marked as deleted.
    case restrict
    /// Rows may be removed, and what refers to them stays as history. Only a key that was never given out dangles;
    /// keys of the pattern, in which `*` stands for any text, are what people were replaced by.
    case keep(anonymised: String?)
    /// What refers to a removed row is removed too, within a time.
    case cascade(within: Duration)
  }

  /// What is to be done with a row whose key is missing.
  package enum Repair: String, Sendable, Hashable, CaseIterable {
    /// Takes the key out of it.
    case clear
    /// Removes it.
    case delete
    /// Nothing that a tool could propose.
    case none
  }

  /// What a key with NULL in it means.
  package enum Nulls: String, Sendable, Hashable, CaseIterable {
    /// The row refers to nothing (SQL's `MATCH SIMPLE`, ISO/IEC 9075-2, "Referential constraints").
    case allowed
    /// It refers to nothing only when all of its columns are NULL (SQL's `MATCH FULL`).
    case allOrNone = "all-or-none"
    /// Every row refers to something.
    case forbidden
  }

  package let policy: DeletePolicy
  /// How old a referring row must be before a missing key is held against it.
  package let grace: Duration?
  /// How a row whose key is missing is repaired; nil leaves it to what its columns allow.
  package let repair: Repair?
  package let nulls: Nulls

  /// Terms of a relationship; without any, a row may be marked as deleted, and nothing may be late.
  package init(policy: DeletePolicy = .soft, grace: Duration? = nil, repair: Repair? = nil, nulls: Nulls = .allowed) {
    self.policy = policy
    self.grace = grace
    self.repair = repair
    self.nulls = nulls
  }
}
