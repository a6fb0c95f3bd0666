import DataContract

/// A reference with everything that is needed to decide it.
struct ReferenceCheck: Sendable {
  let from: Relation
  /// What must be there: without what counts as deleted, where that is not enough.
  let to: Relation
  /// The same with what counts as deleted, where that makes a difference.
  var inAnyState: Relation?
  /// Which missing keys are history, where rows may be removed.
  var kept: KeptKeys?
  /// How long a missing key has, from when it is first seen, until what refers to it must be removed as well.
  var cascade: Duration?
  /// How a row whose key is missing is to be repaired; nil leaves it to what its store allows.
  var repair: ReferenceTerms.Repair?
  /// Whether the contract allows that a row has no key.
  var isOptional = false

  /// Which keys may be missing because what refers to them is kept as history.
  struct KeptKeys: Sendable, Hashable {
    /// Pattern of the keys that people were replaced by; `*` stands for any text.
    let anonymised: String?
    /// Whether all numbers up to the highest that was given out are kept.
    let areNumbersKept: Bool
  }
}
