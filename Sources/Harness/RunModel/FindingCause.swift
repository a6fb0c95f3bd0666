package import RFC3339

/// What lies behind findings that belong together: a key that is missing, or a row that breaks a rule by itself.
///
/// One missing key can leave a hundred thousand rows dangling. They are one thing to look into, so reports tell them
/// in one line, and a baseline accepts them in one entry.
package struct FindingCause: Sendable, Hashable {
  /// Same cause, same text, in every run.
  package let fingerprint: String
  /// The missing key, or what identifies the row; masked as in findings, empty for a rule about a table as a whole.
  package let key: [Finding.Field]
  /// Rows (or documents) that it leaves in violation; at least one.
  package let rowCount: Int
  /// What a rule about a table as a whole measured.
  package let measured: String?
  /// Why the key is missing, as far as the store lets it be guessed.
  package let likely: LikelyCause?
  /// Whether a baseline accepts it.
  package let standing: Standing
  /// When an audit saw it first; nil for what was never seen before.
  package let firstSeen: Timestamp?

  /// How a cause stands to the baseline.
  package enum Standing: Sendable, Hashable {
    /// No entry accepts it.
    case new
    case accepted(Acceptance)
    /// An entry accepts less than there is now.
    case grown(Acceptance)
    /// The time for which it was accepted is over.
    case expired(Acceptance)
  }

  /// Reports a cause.
  package init(
    fingerprint: String, key: [Finding.Field], rowCount: Int, measured: String? = nil, likely: LikelyCause? = nil,
    standing: Standing = .new, firstSeen: Timestamp? = nil
  ) {
    self.fingerprint = fingerprint
    self.key = key
    self.rowCount = rowCount
    self.measured = measured
    self.likely = likely
    self.standing = standing
    self.firstSeen = firstSeen
  }

  /// Whether a baseline accepts all of it.
  package var isAccepted: Bool { if case .accepted = standing { true } else { false } }

  /// The entry that accepts it, or did so once.
  package var acceptance: Acceptance? {
    switch standing {
    case .new: nil
    case .accepted(let acceptance), .grown(let acceptance), .expired(let acceptance): acceptance
    }
  }
}

/// The entry of a baseline that accepts a cause.
package struct Acceptance: Sendable, Hashable {
  /// Rows that are accepted.
  package let rowCount: Int
  /// Who is going to deal with it.
  package let owner: String
  package let reason: String
  /// Last day on which it is accepted, `2026-12-31`, in UTC.
  package let expires: String

  /// Describes an entry.
  package init(rowCount: Int, owner: String, reason: String, expires: String) {
    self.rowCount = rowCount
    self.owner = owner
    self.reason = reason
    self.expires = expires
  }
}

/// An entry of a baseline whose finding is gone, so that it must leave the file.
package struct SettledEntry: Sendable, Hashable {
  package let fingerprint: String
  /// What it accepted, for people.
  package let what: String

  /// Names an entry.
  package init(fingerprint: String, what: String) {
    self.fingerprint = fingerprint
    self.what = what
  }
}

/// A guess at why a key is missing, with what it rests on.
package struct LikelyCause: Sendable, Hashable {
  /// The kinds of causes that stores let be told apart.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The key was never given out.
    case neverExisted = "never existed"
    /// The key was given out, and its row is gone.
    case deleted
    /// The key differs from an existing one in upper and lower case, or in blanks around it.
    case recased = "re-cased"
    /// The key is the beginning of an existing one.
    case truncated
    /// The value is none of the kind that the referent has as keys.
    case wrongKind = "of another kind"
    /// The row is there, and counts as deleted.
    case softDeleted = "soft-deleted"
    /// The key exists by now: it was written after what refers to it.
    case late = "written late"
  }

  package let kind: Kind
  /// What the guess rests on, a clause for people.
  package let evidence: String

  /// Guesses.
  package init(_ kind: Kind, _ evidence: String) {
    self.kind = kind
    self.evidence = evidence
  }
}
