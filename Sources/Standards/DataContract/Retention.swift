package import YAMLSource

/// How long rows of an object may be kept: a service level `retention`, for one of the elements that it names.
package struct Retention: Sendable, Hashable {
  /// The id of the rule: the service level's own where it is about one element, else made from the names.
  package let id: String
  /// The name of the object.
  package let object: String
  /// The name of the property that tells how old a row is.
  package let property: String
  /// How old a row may become.
  package let duration: Duration
  /// What the rule demands, for people.
  package let summary: String?
  package let location: SourceLocation
}

extension DataContract {
  /// The retentions whose elements tell, or whose objects do (`concord.writtenAt`), by which property a row ages.
  package var retentions: [Retention] {
    serviceLevels.filter { $0.property == "retention" }.flatMap { level -> [Retention] in
      guard let duration = level.duration else { return [] }
      return level.elements.compactMap { element in
        let parts = element.split(separator: ".", maxSplits: 1).map(String.init)
        guard let name = parts.first, let object = object(named: name),
          let property = parts.count == 2 ? parts[1] : object.writtenAt, object.property(named: property) != nil
        else { return nil }
        let derived = RuleID.kebabCase("\(name) \(property) retention")
        return Retention(
          id: level.elements.count == 1 ? level.id.map(RuleID.kebabCase) ?? derived : derived, object: name,
          property: property, duration: duration, summary: level.summary, location: level.location)
      }
    }
  }
}
