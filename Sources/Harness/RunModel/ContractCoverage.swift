package import YAMLSource

/// How much of what the API documents promise a run has seen.
package struct ContractCoverage: Sendable, Hashable {
  /// A kind of thing that can be seen.
  package enum Dimension: String, Sendable, Hashable, CaseIterable {
    /// An operation was answered.
    case operations
    /// A documented status was answered.
    case statuses
    /// A documented parameter was sent.
    case parameters
    /// A constraint of a request body was broken, alone, and the request answered.
    case keywords
    /// A field of a successful answer was looked at by a criterion or taken as an output; that its schema was checked
    /// does not count.
    case fields
  }

  /// One thing that can be seen.
  package struct Item: Sendable, Hashable {
    package let dimension: Dimension
    package let operation: OperationReference
    /// Which status, parameter, keyword or field; empty for the operation itself.
    package let name: String
    /// Where it is documented.
    package let location: SourceLocation?
    /// Whether it was seen.
    package let isSeen: Bool
    /// Why nobody can make it be seen from outside; nil when somebody can.
    package let excuse: String?

    /// Records a thing.
    package init(
      _ dimension: Dimension, of operation: OperationReference, name: String, location: SourceLocation?, isSeen: Bool,
      excuse: String? = nil
    ) {
      self.dimension = dimension
      self.operation = operation
      self.name = name
      self.location = location
      self.isSeen = isSeen
      self.excuse = excuse
    }
  }

  /// Seen of those that can be seen.
  package struct Figure: Sendable, Hashable {
    package var seen: Int
    package var total: Int

    /// Nothing of nothing, unless given.
    package init(seen: Int = 0, total: Int = 0) {
      self.seen = seen
      self.total = total
    }
  }

  /// A share that is smaller than was wanted.
  package struct Shortfall: Sendable, Hashable {
    package let service: String
    package let dimension: Dimension
    package let figure: Figure
    /// The share that was wanted, in percent.
    package let wanted: Int
  }

  /// Everything, in the order of the documents.
  package let items: [Item]
  /// The shares that are wanted of each service, in percent.
  package let thresholds: [String: [Dimension: Int]]

  /// Records what was seen, and what was wanted.
  package init(items: [Item], thresholds: [String: [Dimension: Int]] = [:]) {
    self.items = items
    self.thresholds = thresholds
  }

  /// Every share that is smaller than was wanted.
  package var shortfalls: [Shortfall] {
    thresholds.keys.sorted().flatMap { service in
      Dimension.allCases.compactMap { dimension -> Shortfall? in
        guard let wanted = thresholds[service]?[dimension] else { return nil }
        let figure = figure(dimension, of: service)
        guard figure.seen * 100 < wanted * figure.total else { return nil }
        return Shortfall(service: service, dimension: dimension, figure: figure, wanted: wanted)
      }
    }
  }

  /// Services in the order of their names.
  package var services: [String] { Set(items.map(\.operation.service)).sorted() }

  /// How much of a dimension was seen; what nobody can provoke counts only when it was seen.
  package func figure(_ dimension: Dimension, of service: String) -> Figure {
    var figure = Figure()
    for item in items where item.dimension == dimension && item.operation.service == service {
      guard item.isSeen || item.excuse == nil else { continue }
      figure.total += 1
      figure.seen += item.isSeen ? 1 : 0
    }
    return figure
  }

  /// What is documented, could be seen and never was.
  package func unseen(of service: String) -> [Item] {
    items.filter { $0.operation.service == service && !$0.isSeen && $0.excuse == nil }
  }
}
