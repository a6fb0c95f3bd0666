// Two columns, because a reference that crosses the channel between them is a clean curve, while one within a column
// is a loop around its outer side. So stores that lean on each other should face each other, and every choice here
// (which column, which order of stores, which order of objects) shortens or uncrosses curves. All of it is decided by
// counts and names alone: the same rules always give the same picture.

/// Who stands in which column, in which order, and in which order a store lists its objects.
struct MapColumns {
  /// Stores of the left and of the right column, from top to bottom; the right one is empty for a single store.
  private(set) var columns: [[Int]]
  /// Objects of each store, from top to bottom.
  private(set) var objects: [[Int]]

  private let graph: MapGraph

  /// Arranges a graph.
  init(_ graph: MapGraph) {
    self.graph = graph
    objects = graph.stores.map { store in
      store.objects.indices.sorted { store.objects[$0].name < store.objects[$1].name }
    }
    columns = Self.split(graph)
    // Each pass moves what is connected closer together; a few are as good as many.
    for _ in 0..<4 { arrange() }
  }

  /// Whether all stores stand in one column.
  var isSingle: Bool { columns[1].isEmpty }

  /// The column of a store.
  func column(of store: Int) -> Int { columns[0].contains(store) ? 0 : 1 }

  // MARK: Columns

  /// Splits the stores so that few references stay within a column and both columns are about equally high.
  private static func split(_ graph: MapGraph) -> [[Int]] {
    let order = graph.stores.indices.sorted {
      (graph.stores[$1].objects.count, graph.stores[$0].name) < (graph.stores[$0].objects.count, graph.stores[$1].name)
    }
    guard order.count > 1 else { return [order, []] }
    var isRight = [Bool](repeating: false, count: order.count)
    for (position, store) in order.enumerated() { isRight[store] = !position.isMultiple(of: 2) }
    var best = cost(isRight, graph)
    // Beyond so many stores the search costs more than the picture gains.
    var improves = order.count <= 24
    while improves {
      improves = false
      // Moving one, or swapping two, until nothing helps: costs only fall, so this ends.
      for first in order {
        for second in order {
          var candidate = isRight
          candidate[first].toggle()
          if first != second { candidate[second].toggle() }
          let candidateCost = cost(candidate, graph)
          if candidateCost < best { (isRight, best, improves) = (candidate, candidateCost, true) }
        }
      }
    }
    // The largest store stands on the left, wherever the search has put it.
    let left = isRight[order[0]]
    return [order.filter { isRight[$0] == left }, order.filter { isRight[$0] != left }]
  }

  private static func cost(_ isRight: [Bool], _ graph: MapGraph) -> Int {
    var heights = [0, 0]
    for (store, right) in isRight.enumerated() { heights[right ? 1 : 0] += graph.stores[store].objects.count + 2 }
    let loops = graph.edges.count { $0.from.store != $0.to.store && isRight[$0.from.store] == isRight[$0.to.store] }
    return 3 * loops + abs(heights[0] - heights[1])
  }

  // MARK: Order

  private mutating func arrange() {
    for column in columns.indices {
      let lines = lines()
      let names = graph.stores.map(\.name)
      let pulls = graph.stores.indices.map { store in
        pull(on: Set(objects[store].map { MapGraph.Node(store: store, object: $0) }), lines) ?? .max
      }
      columns[column].sort { (pulls[$0], names[$0]) < (pulls[$1], names[$1]) }
    }
    for store in graph.stores.indices {
      let lines = lines()
      let names = graph.stores[store].objects.map(\.name)
      let pulls = names.indices.map { pull(on: [MapGraph.Node(store: store, object: $0)], lines) ?? .max }
      objects[store].sort { (pulls[$0], names[$0]) < (pulls[$1], names[$1]) }
    }
  }

  /// The line of every object, counted from the top of its column.
  private func lines() -> [MapGraph.Node: Int] {
    var lines: [MapGraph.Node: Int] = [:]
    for column in columns {
      var line = 0
      for store in column {
        line += 2
        for object in objects[store] {
          lines[MapGraph.Node(store: store, object: object)] = line
          line += 1
        }
      }
    }
    return lines
  }

  /// Where the other ends of the nodes' references lie on average, in thousandths of a line; nil without references.
  private func pull(on nodes: Set<MapGraph.Node>, _ lines: [MapGraph.Node: Int]) -> Int? {
    let ends = graph.edges.compactMap { edge -> Int? in
      switch (nodes.contains(edge.from), nodes.contains(edge.to)) {
      case (true, false): lines[edge.to]
      case (false, true): lines[edge.from]
      default: nil
      }
    }
    return ends.isEmpty ? nil : ends.reduce(0, +) * 1000 / ends.count
  }
}
