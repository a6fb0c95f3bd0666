// Most objects have a handful of members, for which walking an array beats hashing. Past `indexThreshold` members an
// index by name is kept beside the array, so that a hostile object with a million members is not quadratic.

/// The members of a JSON object in their order, each name once.
package struct JSONObject: Sendable {
  /// A name with its value.
  package struct Member: Sendable {
    /// The name.
    package let key: String
    /// The value.
    package var value: JSONValue

    /// A name with its value.
    package init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  private static let indexThreshold = 16

  private var members: [Member]
  private var positions: [IdentityKey: Int]?

  /// No members.
  package init() { members = [] }

  /// Members in their order; a later one with the same name replaces the value and keeps the first one's place.
  package init(_ members: some Sequence<(String, JSONValue)>) {
    self.init()
    for (key, value) in members { self[key] = value }
  }

  /// How many members there are.
  package var count: Int { members.count }

  /// Whether there are no members.
  package var isEmpty: Bool { members.isEmpty }

  /// The names in their order.
  package var keys: [String] { members.map(\.key) }

  /// The value under a name; setting a new name appends it, setting nil removes the member.
  package subscript(key: String) -> JSONValue? {
    get { position(of: key).map { members[$0].value } }
    set {
      guard let newValue else {
        removeValue(forKey: key)
        return
      }
      if let position = position(of: key) {
        members[position].value = newValue
      } else {
        appendNew(key, newValue)
      }
    }
  }

  /// Whether there is a member with the name.
  package func contains(_ key: String) -> Bool { position(of: key) != nil }

  /// Removes a member and answers its value, nil when there was none; the others keep their order.
  @discardableResult
  package mutating func removeValue(forKey key: String) -> JSONValue? {
    guard let position = position(of: key) else { return nil }
    let member = members.remove(at: position)
    positions = nil
    indexIfLarge()
    return member.value
  }

  /// Appends a member whose name is not there yet; answers false, and changes nothing, when it is.
  mutating func appendIfNew(_ key: String, _ value: JSONValue) -> Bool {
    guard position(of: key) == nil else { return false }
    appendNew(key, value)
    return true
  }

  private mutating func appendNew(_ key: String, _ value: JSONValue) {
    members.append(Member(key: key, value: value))
    if positions != nil {
      positions?[IdentityKey(text: key)] = members.count - 1
    } else {
      indexIfLarge()
    }
  }

  private mutating func indexIfLarge() {
    guard members.count > Self.indexThreshold else { return }
    var positions: [IdentityKey: Int] = [:]
    positions.reserveCapacity(members.count * 2)
    for (position, member) in members.enumerated() { positions[IdentityKey(text: member.key)] = position }
    self.positions = positions
  }

  private func position(of key: String) -> Int? {
    if let positions { return positions[IdentityKey(text: key)] }
    return members.firstIndex { $0.key.isIdentical(to: key) }
  }
}

extension JSONObject: Sequence {
  /// Walks the members in their order.
  package func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }

  /// How many members there are.
  package var underestimatedCount: Int { members.count }
}

extension JSONObject: Hashable {
  /// Whether both have the same names with equal values, in any order.
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.count == right.count else { return false }
    return left.members.allSatisfy { right[$0.key] == $0.value }
  }

  /// Feeds the members to a hasher, whatever their order.
  package func hash(into hasher: inout Hasher) {
    // Addition forgets the order; each member is hashed apart from its neighbours.
    var sum = 0
    for member in members {
      var own = Hasher()
      own.combine(member.key)
      own.combine(member.value)
      sum &+= own.finalize()
    }
    hasher.combine(members.count)
    hasher.combine(sum)
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Members in the order written; of equal names the last value stays.
  package init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
