import DataContract
import RunModel

/// What would mend a row whose key is missing.
enum RepairAction: Sendable, Hashable {
  /// Puts the existing key in its place that it was meant to be.
  case set(Key)
  /// Takes the key out.
  case clear
  /// Removes the row.
  case delete

  /// Why nothing is proposed for a row.
  struct Refusal: Error, Hashable {
    let reason: String
  }

  /// What a store allows to be done with a row.
  struct Possibilities {
    /// Why the key cannot be changed; nil when it can.
    var unchangeable: String?
    /// Why the key cannot be taken out, where it could be changed.
    var unclearable: String?
    /// Why the row cannot be removed.
    var undeletable: String?
  }

  /// Chooses what the contract asks for; where it asks for nothing, only what loses nothing.
  ///
  /// A key that differs from an existing one in case only was meant to be that one, and a row that may have no key is
  /// kept without. Whether a row may go, or which part of a key of several is wrong, only its owners know.
  init(
    _ wanted: ReferenceTerms.Repair?, _ guess: KeyGuess?, parts: Int = 1, isOptional: Bool, _ possible: Possibilities
  ) throws(Refusal) {
    if guess?.kind == .late { throw Refusal(reason: "the key exists by now") }
    switch wanted {
    case ReferenceTerms.Repair.none?: throw Refusal(reason: "the contract says concord.repair: none")
    case .clear?:
      if let reason = possible.unchangeable ?? possible.unclearable { throw Refusal(reason: reason) }
      self = .clear
    case .delete?:
      if let reason = possible.undeletable { throw Refusal(reason: reason) }
      self = .delete
    case nil:
      if parts == 1, possible.unchangeable == nil {
        if let guess, guess.kind == .recased, let key = guess.resembling {
          self = .set(Key([key]))
          return
        }
        if isOptional, possible.unclearable == nil {
          self = .clear
          return
        }
      }
      throw Refusal(
        reason: "the contract does not say what is to become of such a row; concord.repair: clear or delete does")
    }
  }
}
